import { homeOf } from '../disk/whose-home.ts'
import type { World } from '../world.ts'
import { inForeground } from './job.ts'
import type { ProjectStanding } from './standing.ts'

export { standingFor } from './standing.ts'

/** What was going on when the target ended. */
export interface Circumstances {
  readonly nested: boolean
  /** make runs recipes side by side: somebody else may be writing to the terminal. */
  readonly parallel: boolean
  readonly outcome: string
}

/** Whether to ask now; `hint` is one line in place of the question. The reason is for SEND_METRICS_DEBUG. */
export type AskVerdict = { readonly do: 'ask' | 'ask-more' | 'hint' | 'nothing'; readonly because: string }

const DAY_MS = 86_400_000

/** Decides whether this is a moment to ask a person: only at a terminal, only after success, at most once a day. */
export function mayAsk(world: World, { standing, entry, asksFor, ci }: ProjectStanding, now: Circumstances): AskVerdict {
  const nothing = (because: string): AskVerdict => ({ do: 'nothing', because })
  const undecided = standing.effective === 'undecided'
  const more = standing.decidedBy === 'stored' && asksFor.fields.length + asksFor.places.length > 0
  if (!undecided && !more) return nothing(standing.reason)
  if (ci !== undefined) return nothing(`this is ${ci}`)
  const home = homeOf(world)
  if (home.whose !== 'own') return nothing(home.reason)
  if (now.nested) return nothing('the outermost run asks')
  if (now.outcome !== 'success') return nothing(`the run ended in ${now.outcome}; another time`)
  if (!world.stderr.isTTY) return nothing('stderr is not a terminal')
  if (now.parallel && more) return nothing('make runs jobs side by side')
  if (now.parallel)
    return isDue(entry?.hintedAt, world.now()) ? { do: 'hint', because: 'make runs jobs side by side' } : nothing('hinted today')
  if (!world.stdinIsTTY) return nothing('stdin is not a terminal')
  if (world.env.TERM === 'dumb') return nothing('the terminal is too simple for a prompt (TERM=dumb)')
  if (entry?.askAfter !== undefined && Date.parse(entry.askAfter) > world.now() && Date.parse(entry.askAfter) <= world.now() + DAY_MS) {
    return nothing(`asked before; not again until ${entry.askAfter}`)
  }
  if (!inForeground(world)) return nothing('running in the background')
  return more ? { do: 'ask-more', because: 'the project asks for more' } : { do: 'ask', because: standing.reason }
}

/** Whether something that comes at most once a day may come again; `last` is RFC 3339. */
export function isDue(last: string | undefined, now: number): boolean {
  return last === undefined || !(Math.abs(now - Date.parse(last)) < DAY_MS)
}
