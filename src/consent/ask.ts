import { withFittedNotes } from '../fitted-notes.ts'
import { emptyOutboxes } from '../journal/outbox.ts'
import { projectState } from '../journal/state.ts'
import { say } from '../messages.ts'
import { agreeableKeys, fieldTable } from '../project/field-table.ts'
import type { Project } from '../project/read.ts'
import { wrapped } from '../text-width.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'
import { additionAtQuestion, statementAtQuestion } from './at-question.ts'
import { audienceOf } from './audience.ts'
import type { Choice, Entry } from './decision.ts'
import { noteForDoor } from './door-notes.ts'
import { placesOf } from './identity.ts'
import { type AskVerdict, isDue } from './may-ask.ts'
import { BUSY, putQuestion } from './prompt.ts'
import { soundDecision } from './read-store.ts'
import { type ProjectStanding, placeHere, standingFor } from './standing.ts'
import { changeEntry } from './store.ts'
import { addition, decide, extend, statement } from './wording.ts'

// The library that draws a prompt is in this phase, and in no other.
export { askInCommand, confirm } from './confirm.ts'

const NOT_AGAIN_MS = 86_400_000
const CHOICES: Readonly<Record<string, Choice>> = { yes: 'on', y: 'on', local: 'local', l: 'local', no: 'off', n: 'off' }
const YES_NO: Readonly<Record<string, boolean>> = { yes: true, y: true, no: false, n: false }

/** The run that has just ended, as the question is about it. */
export interface AskedRun {
  /** That this is the moment, and for what. */
  readonly verdict: AskVerdict
  /** Wall clock, ms. */
  readonly startedAt: number
  /** The event of this run as it would be sent. */
  readonly details: () => Promise<string>
  /** Settled when nobody may be kept waiting any more: the question is withdrawn. */
  readonly hurry: Promise<void>
}

/**
 * Asks for consent after a run: on stderr, once. Returns whether there is now a
 * decision under which this run may be recorded. A decision that cannot be stored is none.
 */
export async function askAfterRun(given: World, project: Project, run: AskedRun): Promise<boolean> {
  const world = withFittedNotes(given)
  const current = standingFor(world, project)
  if (run.verdict.do === 'hint') hint(world, current, say.hint(world.tool, project.project))
  if (run.verdict.do === 'hint-local') hint(world, current, say.hintLocal(world.tool))
  if (run.verdict.do === 'ask-more') await askMore(world, project, current, run)
  return run.verdict.do === 'ask' ? ask(world, project, current, run) : false
}

function hint(world: World, { identity }: ProjectStanding, line: string): void {
  const at = new Date(world.now()).toISOString()
  try {
    // Jobs side by side all come here at once; the one that stores its time first says it.
    const stored = changeEntry(world, identity, (entry) => (isDue(entry.hintedAt, world.now()) ? { ...entry, hintedAt: at } : entry))
    if (stored.hintedAt !== at) return
  } catch {
    // Where nothing can be stored, a hint would come with every run.
    return
  }
  world.stderr.write(say.prefixed(line))
}

/** A list of names may be longer than a row. */
async function folded(world: World, { details }: AskedRun): Promise<string> {
  const lines = (await details()).split('\n')
  return lines.flatMap((line) => (line.length > widthOf(world) ? wrapped(line, widthOf(world)) : line)).join('\n')
}

const widthOf = (world: World): number => Math.min(world.stderr.columns, 100) - 1

async function ask(world: World, project: Project, { identity }: ProjectStanding, run: AskedRun): Promise<boolean> {
  const table = fieldTable(project, world.now())
  const audience = audienceOf(world, project)
  const [text, whole] = [statementAtQuestion, statement].map((write) => write(project, audience, widthOf(world), table)) as [string, string]
  const words = { line: say.question(), otherwise: say.pleaseAnswer(), details: withWhole(text, whole, () => folded(world, run)) }
  const choice = await putQuestion(world, { text, answers: CHOICES, ...words }, run.hurry)
  if (choice === BUSY) return false
  return stored(world, () => {
    if (choice === undefined) return postpone(world, identity)
    const ground = {
      text,
      fields: agreeableKeys(project, world.now()),
      places: identity.where,
      now: world.now(),
      asOf: run.startedAt,
      version,
    }
    const decision = decide(choice, 'question', project, ground)
    const { id } = changeEntry(world, identity, (entry) => ({
      ...entry,
      where: placesOf(entry, identity),
      decision,
      declined: undefined,
      askAfter: undefined,
    }))
    // After a yes that had run out, something may still wait from before this answer.
    if (choice !== 'on') emptyOutboxes(projectState(world, id), world.pid)
    world.stderr.write(`${say.answered[choice](world.tool)}\n`)
    return choice !== 'off'
  })
}

/** Asks about what came since the yes, and about nothing else; the yes stands whatever the answer. */
async function askMore(world: World, project: Project, { identity, asksFor, entry }: ProjectStanding, run: AskedRun): Promise<void> {
  const before = soundDecision(entry)
  if (!before) return
  const table = fieldTable(project, world.now())
  const added = project.destinations.filter((destination) => asksFor.places.includes(placeHere(world, project, destination)))
  const { titles, briefs } = audienceOf(world, { ...project, destinations: added })
  const local = before.decision === 'local'
  const more = { titles, briefs, fields: asksFor.fields, since: before.at, local }
  const [text, whole] = [additionAtQuestion, addition].map((write) => write(project, more, widthOf(world), table)) as [string, string]
  const words = {
    line: say.questionMore(local),
    otherwise: say.pleaseAnswerMore(),
    details: withWhole(text, whole, () => folded(world, run)),
  }
  const yes = await putQuestion(world, { text, answers: YES_NO, ...words }, run.hurry)
  if (yes === BUSY) return
  stored(world, () => {
    if (yes === undefined) return postpone(world, identity)
    const extended = extend(before, { text, ...asksFor, now: world.now(), version })
    changeEntry(world, identity, (now) => {
      // Whoever decided anew while the question stood has the last word.
      if (now.decision?.at !== before.at || now.decision.decision !== before.decision) return now
      if (yes) return { ...now, where: placesOf(now, identity), decision: extended, askAfter: undefined }
      return { ...now, declined: refused(now, asksFor), askAfter: undefined }
    })
    world.stderr.write(`${yes ? say.answeredMore(local) : say.refusedMore()}\n`)
    return yes
  })
}

/** Where the question had to be in fewer words, all of them stand before the event. */
function withWhole(text: string, whole: string, details: () => Promise<string>): () => Promise<string> {
  return text === whole ? details : async () => `${whole}\n\n${await details()}`
}

function refused({ declined }: Entry, more: ProjectStanding['asksFor']): ProjectStanding['asksFor'] {
  return { fields: [...(declined?.fields ?? []), ...more.fields], places: [...(declined?.places ?? []), ...more.places] }
}

function postpone(world: World, identity: ProjectStanding['identity']): boolean {
  const askAfter = new Date(world.now() + NOT_AGAIN_MS).toISOString()
  changeEntry(world, identity, (entry) => ({ ...entry, askAfter }))
  world.stderr.write(`${say.undecided()}\n`)
  return false
}

/** Does what stores an answer; one that cannot be stored is none, and the person is told. */
function stored(world: World, store: () => boolean): boolean {
  try {
    const agreed = store()
    noteForDoor(world, true)
    return agreed
  } catch (error) {
    world.stderr.write(say.prefixed(say.notStored((error as Error).message)))
    return false
  }
}
