import { codingAgent } from '../context/agent.ts'
import { homeOf } from '../disk/whose-home.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import { inForeground } from './job.ts'
import { whyNoPrompt, whyNoScreen } from './no-terminal.ts'
import type { ProjectStanding } from './standing.ts'
import { whyNotStorable } from './storable.ts'

export { standingFor } from './standing.ts'

/** What was going on when the target ended. */
export interface Circumstances {
  readonly project: Pick<Project, 'destinations' | 'collect'>
  readonly nested: boolean
  /** make runs recipes side by side: somebody else may be writing to the terminal. */
  readonly parallel: boolean
  readonly outcome: string
}

/**
 * Whether to ask now. `hint` is one line in place of the question, and `hint-local` one where there is nothing to ask
 * for. The reason is for SEND_METRICS_DEBUG.
 */
export type AskVerdict = { readonly do: 'ask' | 'ask-more' | 'hint' | 'hint-local' | 'nothing'; readonly because: string }

const DAY_MS = 86_400_000

/** Decides whether this is a moment to ask a person: only at a terminal, only after success, at most once a day. */
export function mayAsk(world: World, project: ProjectStanding, now: Circumstances): AskVerdict {
  const { standing, entry } = project
  const more = asksForMore(project)
  const silent = whyNothing(world, project, now)
  if (silent !== undefined) return { do: 'nothing', because: silent }
  const hint = more ? undefined : whyHint(now)
  // Beside other jobs, make gives most of them no terminal to read from.
  if (hint?.do === 'hint-local' && !now.parallel && !world.stdinIsTTY) return { do: 'nothing', because: 'stdin is not a terminal' }
  if (hint !== undefined) return isDue(entry?.hintedAt, world.now()) ? hint : { do: 'nothing', because: 'hinted today' }
  const later = whyLater(world, project, now)
  if (later !== undefined) return { do: 'nothing', because: later }
  return more ? { do: 'ask-more', because: 'the project asks for more' } : { do: 'ask', because: standing.reason }
}

function asksForMore({ standing, asksFor }: ProjectStanding): boolean {
  return standing.decidedBy === 'stored' && asksFor.fields.length + asksFor.places.length > 0
}

/** Why not a word is said. */
function whyNothing(world: World, project: ProjectStanding, { nested, outcome }: Circumstances): string | undefined {
  const { standing, ci } = project
  if (standing.effective !== 'undecided' && !asksForMore(project)) return standing.reason
  if (ci !== undefined) return `this is ${ci}`
  const home = homeOf(world)
  if (home.whose !== 'own') return home.reason
  if (nested) return 'the outermost run asks'
  if (outcome !== 'success') return `the run ended in ${outcome}; another time`
  const agent = codingAgent(world.env)
  if (agent !== undefined) return `${agent.variable} is set: ${agent.agent} runs this`
  return whyNoScreen(world) ?? whyNotStorable(world)
}

/** Where a line takes the place of the question. */
function whyHint({ project, parallel }: Circumstances): AskVerdict | undefined {
  if (project.destinations.length === 0 && project.collect.length === 0) {
    return { do: 'hint-local', because: 'the project sends nothing anywhere' }
  }
  return parallel ? { do: 'hint', because: 'make runs jobs side by side' } : undefined
}

/** Why a question has to wait. */
function whyLater(world: World, { entry }: ProjectStanding, { parallel }: Circumstances): string | undefined {
  if (parallel) return 'make runs jobs side by side'
  const { askAfter } = entry ?? {}
  if (askAfter !== undefined && Date.parse(askAfter) > world.now() && Date.parse(askAfter) <= world.now() + DAY_MS) {
    return `asked before; not again until ${askAfter}`
  }
  return whyNoPrompt(world) ?? (inForeground(world) ? undefined : 'running in the background')
}

/** Whether something that comes at most once a day may come again; `last` is RFC 3339. */
export function isDue(last: string | undefined, now: number): boolean {
  return last === undefined || !(Math.abs(now - Date.parse(last)) < DAY_MS)
}
