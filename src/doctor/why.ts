import type { Standing } from '../consent/resolve.ts'
import { standingFor } from '../consent/standing.ts'
import { whatChanges } from '../consent/what-changes.ts'
import { DESTINATIONS } from '../destinations/index.ts'
import { type AttemptLine, type EventLine, Ledger } from '../journal/ledger.ts'
import { timeOfEvent } from '../journal/ledger-line.ts'
import { projectState } from '../journal/state.ts'
import { findProject } from '../project/find.ts'
import { type Project, readProject } from '../project/read.ts'
import { shellWord } from '../shell-word.ts'
import type { World } from '../world.ts'
import { type Finding, findings } from './checks.ts'
import { type Kept, type TypedRun, whatKeeps } from './typed-run.ts'

/** What becomes of a run here and now, what keeps it from more, and what became of the last one. */
export interface Why {
  readonly outcome: 'sent' | 'kept here' | 'not recorded'
  /** For people: why, if it is not all that the project asks for. */
  readonly reason: string | undefined
  readonly todo: string | undefined
  readonly last: LastRun | undefined
  /** The newest run that this tool failed at before it started. */
  readonly failed?: string
  /** Kinds of runs that are not recorded where others are. Nothing is written of them, so nothing can be told afterwards. */
  readonly withoutTrace?: readonly string[]
}

/** The newest run that was recorded in this project. */
export interface LastRun {
  readonly command: string
  /** RFC 3339, UTC. */
  readonly at: string
  readonly outcome: string
  /** How each try to send it ended; none where nothing was tried. */
  readonly sent: readonly string[]
}

type Reason = Pick<Why, 'outcome' | 'reason' | 'todo'>

const WITHOUT_TRACE = [
  'with CI, SEND_METRICS=off or DO_NOT_TRACK=1 set',
  'with make -n, -q, -t or -p, and mostly with -i, -d, -O or --trace',
  'of a makefile or a target that does not call send-metrics',
  'inside another make or run that is not recorded, or before you said yes',
]

/** Checks whose problem keeps a run from being recorded, and those whose problem keeps it from being sent, in the order in which a run meets them. */
const BEFORE_RECORDING = ['project file', 'make', 'tool', 'node', 'decisions', 'records']
const BEFORE_SENDING = ['destinations', ...DESTINATIONS.map(({ type }) => type), 'network', 'consent']

const SWITCHES = ['SEND_METRICS', 'DO_NOT_TRACK']

/**
 * Judges a run as it would be now, in this environment: one that does not start this tool leaves nothing to be read afterwards.
 * `world` has the folder in which the targets of `run` run.
 */
export async function whyHere(world: World, run: TypedRun): Promise<Why> {
  const found = findProject(world)
  const read = found === undefined ? undefined : readProject(found)
  const project = read !== undefined && 'project' in read ? read.project : undefined
  const all = await findings(world)
  if (project === undefined) return { ...notRecorded(all.find(({ about }) => about === 'project file')), last: undefined }
  const current = standingFor(world, project)
  const last = current.entry === undefined ? undefined : lastRun(new Ledger(projectState(world, current.entry.id)))
  const reason =
    (await whyNotRecorded(world, { run, project, all, standing: current.standing })) ?? whyNotSent(world, project, all, current.standing)
  const fault = problemIn(all, 'fault')
  return {
    ...reason,
    last,
    ...(fault === undefined ? {} : { failed: fault.text }),
    ...(reason.outcome === 'not recorded' || run.words.length > 0 ? {} : { withoutTrace: WITHOUT_TRACE }),
  }
}

interface Circumstances {
  readonly run: TypedRun
  readonly project: Project
  readonly all: readonly Finding[]
  readonly standing: Standing
}

async function whyNotRecorded(world: World, { run, project, all, standing }: Circumstances): Promise<Reason | undefined> {
  if (standing.effective === 'off' || standing.effective === 'undecided')
    return { outcome: 'not recorded', reason: standing.reason, todo: whatDecidesElse(world, run, standing) }
  if (world.env.SEND_METRICS_INSIDE?.split('\n').includes(`!${project.root}`))
    return { outcome: 'not recorded', reason: 'the run that it is part of is not recorded', todo: undefined }
  const kept = await whatKeeps(world, project.root, run)
  if (kept !== undefined) return notRecorded(kept)
  // Below the folder that is measured it is nothing that has to be mended, but a run there is not recorded.
  const makefile = run.makefile === undefined ? all.find(({ about, state }) => about === 'makefile' && state !== 'ok') : undefined
  const before = makefile ?? BEFORE_RECORDING.map((name) => problemIn(all, name)).find((one) => one !== undefined)
  return before === undefined ? undefined : notRecorded(before)
}

/** What was typed, or whose home it is, is not mended where the same comes from elsewhere. */
function whatDecidesElse(world: World, { variables }: TypedRun, { decidedBy }: Standing): string | undefined {
  const settles = (name: string) => name === decidedBy || (decidedBy === 'ci' && !SWITCHES.includes(name))
  const typed = variables.filter(({ name }) => settles(name)).map(({ word }) => shellWord(word))
  if (typed.length > 0) return `leave ${typed.join(' ')} out`
  return whatChanges(world, decidedBy)
}

function whyNotSent(world: World, project: Project, all: readonly Finding[], standing: Standing): Reason {
  if (standing.effective === 'local') return { outcome: 'kept here', reason: standing.reason, todo: whatChanges(world, standing.decidedBy) }
  const sending = BEFORE_SENDING.map((name) => problemIn(all, name)).find((one) => one !== undefined)
  if (sending === undefined && project.destinations.length > 0) return { outcome: 'sent', reason: undefined, todo: undefined }
  const none = { text: 'the project file names no destination', todo: undefined }
  return { outcome: 'kept here', reason: (sending ?? none).text, todo: (sending ?? none).todo }
}

function problemIn(all: readonly Finding[], name: string): Finding | undefined {
  return all.find(({ about, state }) => about === name && state === 'problem')
}

function notRecorded(finding: Pick<Finding, 'text' | 'todo'> | Kept | undefined): Reason {
  return { outcome: 'not recorded', reason: finding?.text, todo: finding?.todo }
}

function lastRun(ledger: Ledger): LastRun | undefined {
  let last: EventLine | undefined
  const attempts: AttemptLine[] = []
  for (const line of ledger.lines()) {
    if (line.type === 'run' && 'id' in line) last = line as EventLine
    if (line.type === 'attempt') attempts.push(line as AttemptLine)
  }
  if (last === undefined) return undefined
  const { id, command, outcome } = last
  const time = timeOfEvent(last)
  const sent = attempts
    .filter(({ events }) => events.includes(id))
    .map(({ destination, result, reason }) => `${destination}: ${result}, ${reason}`)
  return { command: String(command), at: Number.isNaN(time) ? '' : new Date(time).toISOString(), outcome: String(outcome), sent }
}
