import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import type { Route } from '../delivery/deliver.ts'
import { reportedNames } from '../event/allowlist.ts'
import { keyOf, SPAN_FIELD } from '../event/fields.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { type Facts, serialize } from '../event/serialize.ts'
import { longest, reportedSpans } from '../event/span.ts'
import { DOCKER_FIELDS } from '../event/tilt-fields.ts'
import { CheckoutMemo } from '../journal/checkout-memo.ts'
import { DockerMemo } from '../journal/docker-memo.ts'
import { countDropped } from '../journal/dropped.ts'
import { Ledger } from '../journal/ledger.ts'
import { noteRunning } from '../journal/running.ts'
import { stateToWrite } from '../journal/state.ts'
import { fieldTable } from '../project/field-table.ts'
import { fingerprint } from '../project/fingerprint.ts'
import type { Project } from '../project/read.ts'
import { segmentClientVersion } from '../version.ts'
import type { World } from '../world.ts'
import { anonymousId } from './anonymous-id.ts'
import type { GatheredRun, RunEnd } from './gather-run.ts'
import { boundOutboxes, writeEvent } from './journal.ts'
import { notePipeline } from './pipeline.ts'
import { recordConsentChange } from './record-consent.ts'
import { REHEARSE_MS, rehearse } from './rehearse.ts'
import { routesFor } from './routes.ts'
import { describeAll, ROUND_MOST, sendAll } from './send-all.ts'

export { GatheredRun } from './gather-run.ts'
export { readProjectAgain } from './project-memo.ts'

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
export async function startRecording(run: GatheredRun): Promise<Recording | undefined> {
  const { world, project, start } = run
  const before = standingFor(world, project, start.store)
  start.note(`consent: ${before.standing.effective}, decided by ${before.standing.decidedBy}: ${before.standing.reason}`)
  if (!mayRecord(before)) return undefined
  const id = before.entry?.id ?? (await start.loadStore()).entryId(before.identity)
  const state = stateToWrite(world, id)
  const routes = before.standing.effective === 'on' ? routesFor(world, project, before.standing.places, state) : []
  const memo = new CheckoutMemo(state, fingerprint(`${world.cwd}\n${project.defaultBranch}`))
  run.begin(memo)
  if (asksDocker(before)) void run.askDocker(new DockerMemo(state))
  const ready = start.nested ? [] : routes.filter((route) => getReady(world, route))
  const shadow = new Shadow(() => {
    const target = reportedNames(start.goals, project.targets)
    const ended = noteRunning(state, { pid: world.pid, target, startedAt: start.startedAt })
    rehearse(run, before.standing.fields, ready).catch(() => {})
    return ended
  })
  return { finish: (end) => finishRun({ run, state, memo, routes, shadow, ci: before.ci }, end) }
}

/** What is worth doing only while a target runs that takes longer than a moment. */
class Shadow {
  private ended: (() => void) | undefined
  private readonly timer: NodeJS.Timeout

  constructor(begin: () => () => void) {
    this.timer = setTimeout(() => {
      this.ended = begin()
    }, REHEARSE_MS)
  }

  end(): void {
    clearTimeout(this.timer)
    this.ended?.()
  }
}

interface Prepared {
  readonly run: GatheredRun
  readonly state: string
  readonly memo: CheckoutMemo
  readonly routes: Route[]
  readonly shadow: Shadow
  readonly ci: string | undefined
}

function mayRecord({ standing }: ProjectStanding): boolean {
  return standing.effective === 'on' || standing.effective === 'local'
}

/** Docker is asked for people who agreed to its limits, and for nobody else. */
function asksDocker({ standing }: ProjectStanding): boolean {
  return DOCKER_FIELDS.some((field) => standing.fields.includes(keyOf(field)))
}

/** Opens the connection and loads the code, unless nothing will be sent; whether it did. */
function getReady(world: World, route: Route): boolean {
  if (route.missing !== undefined || route.breaker.openUntil(world.now()) !== undefined) return false
  route.connection?.open()
  route.load().catch(() => {})
  return true
}

async function finishRun({ run, state, memo, routes, shadow, ci }: Prepared, end: RunEnd): Promise<string> {
  shadow.end()
  const { world, project, start } = run
  const budget = project.budgetMs ?? (ci === undefined ? BUDGET_MS : BUDGET_CI_MS)
  const deadline = world.monotonic() + budget
  try {
    // Asked again: the person may have said no while the target ran.
    const now = standingFor(world, project)
    if (!mayRecord(now)) return 'not recorded'
    const facts = await run.facts(end, budget / 2, end.hurry)
    end.mark('facts')
    const ledger = new Ledger(state)
    const sending = now.standing.effective === 'on' ? routes : []
    if (start.justAgreed && now.entry?.decision && sending.length > 0) {
      const who = { identity: now.identity, entry: now.entry, agreed: now.entry.decision, ci: now.ci }
      await recordConsentChange(world, project, who, ACCEPTED, start.loadStore)
    }
    countDropped(state, run.dropped())
    const id = await journal(run, facts, { now, ledger, sending, end })
    noteSpans(run, ledger, id, end)
    end.mark('journal')
    if (sending.length === 0 || start.nested) {
      boundOutboxes(world, ledger, sending)
      tidyUp(run, ledger, memo)
      return start.nested && sending.length > 0 ? 'recorded; the outermost run sends it' : 'recorded on this machine only'
    }
    const sent = sendAll(world, sending, ledger, {
      deadline,
      most: backlogFor(end.durationMs),
      first: id,
      force: false,
      note: start.note,
      asOf: now.entry?.decision?.asOf,
    })
    tidyUp(run, ledger, memo)
    const fate = await Promise.race([sent.then(describeAll), end.hurry.then(() => 'recorded; sent with a later run')])
    end.mark('send')
    return fate
  } finally {
    run.stop()
    for (const route of routes) route.connection?.close()
  }
}

const ACCEPTED = { choice: 'accept', previous: 'none' } as const

/** What can be done while an answer is awaited. */
function tidyUp({ world, project }: GatheredRun, ledger: Ledger, memo: CheckoutMemo): void {
  ledger.forgetOlderThan(project.retentionDays, new Date(world.now()))
  memo.write()
}

/** Whoever waited for a long target does not notice a backlog; after a short one it goes bit by bit. */
function backlogFor(durationMs: number): number {
  return Math.min(ROUND_MOST, 3 + Math.floor(durationMs / 10))
}

/** Writes the event to the ledger and to the outbox of each destination, before the network is tried. */
async function journal(
  { world, project, start }: GatheredRun,
  facts: Facts,
  { now, ledger, sending, end }: { now: ProjectStanding; ledger: Ledger; sending: readonly Route[]; end: RunEnd },
): Promise<string> {
  const properties = serialize('run', facts, now.standing.fields, fieldTable(project, world.now()))
  start.note(`event: ${JSON.stringify(properties)}`)
  const id = newMessageId(world.now())
  const at = new Date(start.startedAt)
  const sender = sending.length > 0 ? await anonymousId(world, now, start.loadStore) : ''
  if (now.ci !== undefined && sender !== '') await notePipeline(world, now, sender, start.loadStore)
  const message: Message = {
    id,
    event: eventNames(project).run,
    anonymousId: sender,
    timestamp: at.toISOString(),
    properties,
    nodeVersion: world.nodeVersion,
    clientVersion: segmentClientVersion,
    ...spansToSend(project, now, end),
  }
  writeEvent(ledger, 'run', message, sending)
  return id
}

/** More than these stay in the ledger: an outbox may hold a thousand events. */
const MOST_SENT = 200

/** Spans for destinations that know traces, where the project asks for them and the person agreed to them. */
function spansToSend(project: Project, { standing }: ProjectStanding, { spans }: RunEnd): Pick<Message, 'spans' | 'spansLeftOut'> {
  if (spans === undefined || !project.spans || !standing.fields.includes(keyOf(SPAN_FIELD))) return {}
  const reported = reportedSpans(longest(spans, MOST_SENT), project)
  return { spans: reported.spans, spansLeftOut: reported.leftOut }
}

/** All spans with their own names, on this machine. The run is recorded by now; a full disk takes only them. */
function noteSpans({ id: run, start }: GatheredRun, ledger: Ledger, id: string, { spans, durationMs, outcome }: RunEnd): void {
  if (spans === undefined || spans.spans.length === 0) return
  const at = new Date(start.startedAt)
  const command = start.goals.join(' ')
  try {
    ledger.addSpans(at, {
      id,
      run_id: run,
      command,
      duration_ms: Math.round(durationMs),
      outcome,
      left_out: spans.leftOut,
      spans: spans.spans,
    })
  } catch (error) {
    start.note(`spans: not written; ${(error as Error).message}`)
  }
}
