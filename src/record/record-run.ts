import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import { gitFacts } from '../context/git.ts'
import { machineFacts } from '../context/machine.ts'
import { beginTrace, type Trace } from '../context/trace.ts'
import type { Route } from '../delivery/deliver.ts'
import { type PlaceFacts, runFacts } from '../event/build.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { type Facts, serialize } from '../event/serialize.ts'
import { Ledger } from '../journal/ledger.ts'
import { projectState } from '../journal/state.ts'
import type { Project } from '../project/read.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'
import { anonymousId, type LoadStore } from './anonymous-id.ts'
import { writeEvent } from './journal.ts'
import { recordConsentChange } from './record-consent.ts'
import { routesFor } from './routes.ts'
import { sendAll } from './send-all.ts'

/** A run that began and may be recorded. */
export interface RunStart {
  readonly target: string
  /** Wall clock, ms. */
  readonly startedAt: number
  readonly trace: Trace | undefined
  readonly nested: boolean
  /** The person agreed a moment ago, to a question that showed this run. */
  readonly justAgreed: boolean
  readonly note: (text: string) => void
  readonly loadStore: LoadStore
}

/** How the run ended. */
export interface RunEnd {
  /** Monotonic, ms. */
  readonly durationMs: number
  readonly exitStatus: number
  readonly outcome: string
  /** Notes in the timeline that a phase was reached. */
  readonly mark: (name: string) => void
  /** Settled when somebody asks us to stop: then what is known is written, and nothing is waited for. */
  readonly hurry: Promise<void>
}

/** A run being recorded. */
export interface Recording {
  /** Writes the event and tries to deliver, within the budget; says in a few words what became of it. */
  finish(end: RunEnd): Promise<string>
}

/** Time after the target for all we do, ms, where the project file does not say. */
const BUDGET_MS = 1_000
const BUDGET_CI_MS = 5_000

/**
 * Begins to record a run, if the resolver allows it: facts are gathered and connections opened while the
 * target runs. Undefined when nothing may be recorded.
 */
export async function startRecording(world: World, project: Project, start: RunStart): Promise<Recording | undefined> {
  const before = standingFor(world, project)
  start.note(`consent: ${before.standing.effective}, decided by ${before.standing.decidedBy}: ${before.standing.reason}`)
  if (!mayRecord(before)) return undefined
  const run = { world, project, start, trace: start.trace ?? beginTrace(world.env) }
  const id = before.entry?.id ?? (await start.loadStore()).entryId(before.identity)
  const state = projectState(world, id)
  const routes = before.standing.effective === 'on' ? routesFor(world, project, before.standing.places, state) : []
  const place = gatherPlace(run, before)
  if (!start.nested) for (const route of routes) getReady(world, route)
  return { finish: (end) => finishRun({ ...run, state, routes, place, before }, end) }
}

interface Run {
  readonly world: World
  readonly project: Project
  readonly start: RunStart
  readonly trace: Trace
}

interface Prepared extends Run {
  readonly state: string
  readonly routes: Route[]
  readonly place: { soon: Promise<PlaceFacts>; withoutGit: PlaceFacts }
  readonly before: ProjectStanding
}

function mayRecord({ standing }: ProjectStanding): boolean {
  return standing.effective === 'on' || standing.effective === 'local'
}

function gatherPlace({ world, project }: Run, { ci }: ProjectStanding): Prepared['place'] {
  const withoutGit: PlaceFacts = { git: {}, machine: machineFacts(), ci, toolVersion: version, test: world.env.SEND_METRICS_TEST }
  const soon = gitFacts(world.cwd, project.defaultBranch, world.env as NodeJS.ProcessEnv).then((git: Facts) => ({ ...withoutGit, git }))
  return { soon, withoutGit }
}

function getReady(world: World, route: Route): void {
  if (route.breaker.openUntil(world.now()) !== undefined) return
  route.connection?.open()
  route.load().catch(() => {})
}

async function finishRun(prepared: Prepared, end: RunEnd): Promise<string> {
  const { world, project, routes, state, start } = prepared
  const budget = project.budgetMs ?? (prepared.before.ci === undefined ? BUDGET_MS : BUDGET_CI_MS)
  const deadline = world.monotonic() + budget
  try {
    // Asked again: the person may have said no while the target ran.
    const now = standingFor(world, project)
    if (!mayRecord(now)) return 'not recorded'
    const place = await soonOr(prepared.place, budget / 2, end.hurry)
    end.mark('facts')
    const ledger = new Ledger(state)
    const sending = now.standing.effective === 'on' ? routes : []
    if (start.justAgreed && now.entry?.decision && sending.length > 0) {
      const who = { identity: now.identity, entry: now.entry, agreed: now.entry.decision }
      await recordConsentChange(world, project, who, ACCEPTED, start.loadStore)
    }
    await journal(prepared, end, { now, place, ledger, sending })
    end.mark('journal')
    if (sending.length === 0) return 'recorded on this machine only'
    if (start.nested) return 'recorded; the outermost run sends it'
    const sent = sendAll(world, sending, ledger, { deadline, force: false, note: start.note })
    return await Promise.race([sent, end.hurry.then(() => 'recorded; sent with a later run')])
  } finally {
    for (const route of routes) route.connection?.close()
  }
}

const ACCEPTED = { choice: 'accept', previous: 'none' } as const

/** Writes the event to the ledger and to the outbox of each destination, before the network is tried. */
async function journal(
  { world, project, start, trace }: Prepared,
  end: RunEnd,
  { now, place, ledger, sending }: { now: ProjectStanding; place: PlaceFacts; ledger: Ledger; sending: readonly Route[] },
): Promise<void> {
  const properties = serialize('run', runFacts({ ...start, ...end, ...trace }, place, project.targets), now.standing.fields)
  start.note(`event: ${JSON.stringify(properties)}`)
  const id = newMessageId(world.now())
  const at = new Date(start.startedAt)
  const sender = sending.length > 0 ? await anonymousId(world, now, start.loadStore) : ''
  const message: Message = { id, event: eventNames(project).run, anonymousId: sender, timestamp: at.toISOString(), properties }
  writeEvent(world, ledger, 'run', message, sending)
  ledger.forgetOlderThan(project.retentionDays, new Date(world.now()))
}

/** The facts with git's, if git has said them within `ms` and nobody is in a hurry. */
async function soonOr({ soon, withoutGit }: Prepared['place'], ms: number, hurry: Promise<void>): Promise<PlaceFacts> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  const otherwise = Promise.race([late, hurry]).then(() => withoutGit)
  return Promise.race([soon, otherwise]).finally(() => clearTimeout(timer))
}
