import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import type { Route } from '../delivery/deliver.ts'
import { stateFolder } from '../disk/places.ts'
import { foreignHome } from '../disk/whose-home.ts'
import { listedNames, reportedNames } from '../event/allowlist.ts'
import { keyOf } from '../event/fields.ts'
import { DOCKER_FIELDS } from '../event/tilt-fields.ts'
import { CheckoutMemo } from '../journal/checkout-memo.ts'
import { DockerMemo } from '../journal/docker-memo.ts'
import { countDropped } from '../journal/dropped.ts'
import { Ledger } from '../journal/ledger.ts'
import { noteRunning } from '../journal/running.ts'
import { stateToWrite } from '../journal/state.ts'
import { fingerprint } from '../project/fingerprint.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { GatheredRun, RunEnd } from './gather-run.ts'
import { boundOutboxes, writeEvent } from './journal.ts'
import { keepListOfThen } from './keep-words.ts'
import { recordConsentChange } from './record-consent.ts'
import { REHEARSE_MS, rehearse } from './rehearse.ts'
import { routesFor, type Way, waysTo } from './routes.ts'
import { eventOf, hereOnly } from './run-event.ts'
import { describeAll, ROUND_MOST, sendAll } from './send-all.ts'
import { type MemoryOptions, sendFromMemory } from './send-from-memory.ts'

export { isOwnersYes } from '../consent/pipeline.ts'
export { GatheredRun } from './gather-run.ts'
export { readProjectAgain } from './project-memo.ts'

/** A run being recorded. */
export interface Recording {
  /** Writes the event and tries to deliver, within the budget; says what became of it. */
  finish(end: RunEnd): Promise<Fate>
}

/** What became of a run's event. */
export interface Fate {
  /** In a few words. */
  readonly words: string
  /** For the owner of a pipeline: why the event could be neither sent nor kept. */
  readonly lost?: { readonly why: string; readonly unkept: string }
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
  const homeless = isPipelinesYes(before) ? whyHomeless(world) : undefined
  if (homeless !== undefined) return startInMemory(run, before, homeless)
  const id = before.entry?.id ?? (await start.loadStore()).entryId(before.identity)
  const state = stateToWrite(world, id)
  const routes = before.standing.effective === 'on' ? routesFor(world, project, before.standing.places, state) : []
  const memo = new CheckoutMemo(state, fingerprint(`${world.cwd}\n${project.defaultBranch}`))
  run.begin(memo)
  if (asksDocker(before)) void run.askDocker(new DockerMemo(state))
  const ready = start.nested ? [] : routes.filter((route) => getReady(world, route))
  const shadow = new Shadow(() => {
    const target = reportedNames(start.goals, listedNames(project.targets))
    const ended = noteRunning(state, { pid: world.pid, target, startedAt: start.startedAt })
    rehearse(run, before.standing.fields, ready).catch(() => {})
    return ended
  })
  return { finish: (end) => finishRun({ run, state, memo, routes, shadow, ci: before.ci }, end) }
}

/** Why there is no place for a record, if there is none. */
function whyHomeless(world: World): string | undefined {
  return stateFolder(world) === undefined ? 'no home folder is known' : foreignHome(world)
}

/** Where there is no place for a record, and nothing is lost by sending without one: nobody will look into it, nor flush. */
function startInMemory(run: GatheredRun, before: ProjectStanding, homeless: string): Recording {
  const { standing, ci } = before
  const { world, project } = run
  const ways = waysTo(world, project, standing.places)
  run.begin()
  if (asksDocker(before)) void run.askDocker()
  for (const way of ways) if (way.missing === undefined) openWay(way)
  return {
    finish: async (end) => {
      const options = memoryOptions(run, ci, end, homeless)
      try {
        const now = standingFor(world, project)
        if (!mayRecord(now)) return { words: 'not recorded' }
        const ms = (options.deadline - world.monotonic()) / 2
        const facts = await run.facts(end, { agreed: now.standing.fields, ms, hurry: end.hurry })
        const message = await eventOf(run, facts, { now, isSent: true, end })
        return await sendFromMemory(world, message, ways, options)
      } finally {
        run.stop()
        for (const way of ways) way.connection?.close()
      }
    },
  }
}

/** In memory there is no breaker: the many runs inside one must not each wait for a receiver that does not answer. */
function memoryOptions({ world, project, start }: GatheredRun, ci: string | undefined, { hurry }: RunEnd, reason: string): MemoryOptions {
  const budget = budgetOf(project, start.nested ? undefined : ci)
  return { deadline: world.monotonic() + budget, hurry, reason, note: start.note }
}

function budgetOf(project: Project, ci: string | undefined): number {
  return project.budgetMs ?? (ci === undefined ? BUDGET_MS : BUDGET_CI_MS)
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

/** SEND_METRICS=on in CI: whoever owns the pipeline wants the event where it belongs, and has no home to keep it in. */
function isPipelinesYes({ standing, ci }: ProjectStanding): boolean {
  return ci !== undefined && standing.effective === 'on' && standing.decidedBy === 'SEND_METRICS'
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
  openWay(route)
  return true
}

function openWay(way: Way): void {
  way.connection?.open()
  way.load().catch(() => {})
}

async function finishRun({ run, state, memo, routes, shadow, ci }: Prepared, end: RunEnd): Promise<Fate> {
  shadow.end()
  const { world, project, start } = run
  const budget = budgetOf(project, ci)
  const deadline = world.monotonic() + budget
  try {
    // Asked again: the person may have said no while the target ran.
    const now = standingFor(world, project)
    if (!mayRecord(now)) return { words: 'not recorded' }
    const facts = await run.facts(end, { agreed: now.standing.fields, ms: budget / 2, hurry: end.hurry })
    end.mark('facts')
    const ledger = new Ledger(state)
    const sending = now.standing.effective === 'on' ? routes : []
    if (start.justAgreed && now.entry?.decision && sending.length > 0) {
      const who = { identity: now.identity, entry: now.entry, agreed: now.entry.decision, ci: now.ci }
      await recordConsentChange(world, project, who, ACCEPTED, start.loadStore)
    }
    const message = await eventOf(run, facts, { now, isSent: sending.length > 0, end, memo })
    const unwritten = attempt(() => writeEvent(ledger, 'run', message, sending, hereOnly(facts, message.properties)))
    if (unwritten !== undefined && !isPipelinesYes(now)) throw unwritten
    if (unwritten !== undefined) return await sendFromMemory(world, message, sending, memoryOptions(run, ci, end, unwritten.message))
    attempt(() => countDropped(state, run.dropped()))
    noteSpans(run, ledger, message.id, end)
    end.mark('journal')
    if (sending.length === 0 || start.nested) {
      boundOutboxes(world, ledger, sending)
      await tidyUp(run, now, ledger, memo)
      return { words: start.nested && sending.length > 0 ? 'recorded; the outermost run sends it' : 'recorded on this machine only' }
    }
    const sent = sendAll(world, sending, ledger, {
      deadline,
      most: backlogFor(end.durationMs),
      first: message.id,
      force: false,
      note: start.note,
      asOf: now.entry?.decision?.asOf,
    })
    await tidyUp(run, now, ledger, memo)
    const fate = await Promise.race([sent.then(describeAll), end.hurry.then(() => 'recorded; sent with a later run')])
    end.mark('send')
    return { words: fate }
  } finally {
    run.stop()
    for (const route of routes) route.connection?.close()
  }
}

const ACCEPTED = { choice: 'accept', previous: 'none' } as const

/** What can be done while an answer is awaited, which must not be lost for it. */
async function tidyUp({ world, project, start }: GatheredRun, now: ProjectStanding, ledger: Ledger, memo: CheckoutMemo): Promise<void> {
  ledger.forgetOlderThan(project.retentionDays, new Date(world.now()))
  const unwritten = attempt(() => memo.write())
  if (unwritten !== undefined) start.note(`memo: not written; ${unwritten.message}`)
  if (start.nested) return
  await keepListOfThen(world, project, now, start.loadStore).catch(({ message }: Error) => start.note(`decision: ${message}`))
}

/** What went wrong, if anything did. */
function attempt(work: () => void): Error | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error as Error
  }
}

/** Whoever waited for a long target does not notice a backlog; after a short one it goes bit by bit. */
function backlogFor(durationMs: number): number {
  return Math.min(ROUND_MOST, 3 + Math.floor(durationMs / 10))
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
