import type { Layer } from '../consent/resolve.ts'
import { standingFor } from '../consent/standing.ts'
import { DESTINATIONS } from '../destinations/index.ts'
import { type AttemptLine, type EventLine, Ledger } from '../journal/ledger.ts'
import { timeOfEvent } from '../journal/ledger-line.ts'
import { projectState } from '../journal/state.ts'
import { findProject } from '../project/find.ts'
import { readProject } from '../project/read.ts'
import type { World } from '../world.ts'
import { type Finding, findings } from './checks.ts'

/** What becomes of a run here and now, what keeps it from more, and what became of the last one. */
export interface Why {
  readonly outcome: 'sent' | 'kept here' | 'not recorded'
  /** For people: why, if it is not all that the project asks for. */
  readonly reason: string | undefined
  readonly todo: string | undefined
  readonly last: LastRun | undefined
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

/** Checks whose problem keeps a run from being recorded, and those whose problem keeps it from being sent, in the order in which a run meets them. */
const BEFORE_RECORDING = ['project file', 'makefile', 'tool', 'node', 'make', 'decisions', 'records']
const BEFORE_SENDING = ['destinations', ...DESTINATIONS.map(({ type }) => type), 'network', 'consent']

/** What changes the answer of the layer that decided. */
const TODO: Readonly<Partial<Record<Layer, (tool: string) => string>>> = {
  SEND_METRICS: () => 'unset SEND_METRICS',
  DO_NOT_TRACK: () => 'unset DO_NOT_TRACK',
  ci: () => 'where this is no CI, unset the variable; where it is, its owner sets SEND_METRICS=on',
  policy: () => "ask this machine's administrator",
  project: () => 'take "enabled": false out of send-metrics.json',
  stored: (tool) => `${tool} consent on`,
  'all-projects': (tool) => `${tool} consent on, for this project alone`,
  expiry: (tool) => `${tool} consent on`,
  nobody: (tool) => `${tool} consent on, or local to keep it on this machine`,
}

/** Judges a run as it would be now, in this environment: one that does not start this tool leaves nothing to be read afterwards. */
export async function whyHere(world: World): Promise<Why> {
  const found = findProject(world)
  const read = found === undefined ? undefined : readProject(found)
  const project = read !== undefined && 'project' in read ? read.project : undefined
  const all = await findings(world)
  const first = (names: readonly string[]) => names.map((name) => problemIn(all, name)).find((one) => one !== undefined)
  if (project === undefined) return { ...notRecorded(all.find(({ about }) => about === 'project file')), last: undefined }
  const { standing, entry } = standingFor(world, project)
  const last = entry === undefined ? undefined : lastRun(new Ledger(projectState(world, entry.id)))
  const todo = TODO[standing.decidedBy]?.(world.tool)
  const inside = world.env.SEND_METRICS_INSIDE?.split('\n').includes(`!${project.root}`)
  if (standing.effective === 'off' || standing.effective === 'undecided') {
    return { outcome: 'not recorded', reason: standing.reason, todo, last }
  }
  if (inside) return { outcome: 'not recorded', reason: 'the run that it is part of is not recorded', todo: undefined, last }
  const before = first(BEFORE_RECORDING)
  if (before !== undefined) return { ...notRecorded(before), last }
  if (standing.effective === 'local') return { outcome: 'kept here', reason: standing.reason, todo, last }
  const sending = first(BEFORE_SENDING)
  if (sending !== undefined || project.destinations.length === 0) {
    const none = { text: 'the project file names no destination', todo: undefined }
    return { outcome: 'kept here', reason: (sending ?? none).text, todo: (sending ?? none).todo, last }
  }
  return { outcome: 'sent', reason: undefined, todo: undefined, last }
}

function problemIn(all: readonly Finding[], name: string): Finding | undefined {
  return all.find(({ about, state }) => about === name && state === 'problem')
}

function notRecorded(finding: Pick<Finding, 'text' | 'todo'> | undefined): Reason {
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
