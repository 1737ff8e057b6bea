import { isMake } from '../context/processes.ts'
import { targetPrefix } from '../project/find.ts'
import type { Tracer } from '../spans/tracer.ts'
import type { Exit, World } from '../world.ts'
import type { Later } from './aftermath.ts'
import type { Message } from './complain.ts'
import { exitLike } from './exit-status.ts'
import { ignoredFromTheStart, ignoring } from './ignored-signals.ts'
import type { MakeFlags } from './make-flags.ts'
import { childEnvironment, type Plan, passingPlan, planRun } from './plan.ts'
import { runTarget, type TargetCommand, type TargetRun, targetCommand } from './run-target.ts'
import { Sequel } from './sequel.ts'
import { Signals } from './signals.ts'
import { Timeline } from './timeline.ts'
import { whichMake } from './which-make.ts'
import { plainRequest, plainRun, type WrapRequest } from './wrap-request.ts'

/** What loads while the target runs, and not before; but for the first three, where they are needed. */
const later = {
  decided: () => import('./decided.ts'),
  commandLine: () => import('./command-line.ts'),
  standIn: () => import('./stand-in.ts'),
  aftermath: () => import('./aftermath.ts'),
  complain: () => import('./complain.ts'),
  project: () => import('../project/read.ts'),
  position: () => import('../project/position.ts'),
  record: () => import('../record/record-run.ts'),
  store: () => import('../consent/store.ts'),
  commit: () => import('../context/commit.ts'),
  mayAsk: () => import('../consent/may-ask.ts'),
  ask: () => import('../consent/ask.ts'),
  hint: () => import('../insight/hint.ts'),
  fittedNotes: () => import('../fitted-notes.ts'),
  missingTarget: () => import('../makefile/missing-target.ts'),
  spans: () => import('../spans/tracer.ts'),
  doorNotes: () => import('../consent/door-notes.ts'),
  fault: () => import('../disk/fault.ts'),
} satisfies Later & Record<string, unknown>

/**
 * `send-metrics wrap <target>` or `wrap -- make <goals>`: runs make and ends exactly as it did. Whatever else happens here,
 * for people who agreed to it, can neither change that nor delay it beyond the budget. `not started` after a fault of ours, such
 * as a damaged file, for which not even make could be started.
 */
export async function wrap(typed: readonly string[], world: World): Promise<Exit | 'help' | 'not started'> {
  const timeline = new Timeline(world)
  const start = { tried: false }
  try {
    const plain = plainRequest(typed)
    const parsed = plain === undefined ? (await later.commandLine()).parseWrapArguments(typed) : { request: plain }
    if ('help' in parsed) return 'help'
    if ('mistake' in parsed) {
      const { complainOfUsage, USAGE } = await later.complain()
      complainOfUsage(world, parsed.mistake, typed)
      return { code: USAGE }
    }
    return await run(parsed.request, { timeline, start }, world)
  } catch (error) {
    if (start.tried) throw error
    await noteFault(world, timeline, error)
    timeline.print()
    return 'not started'
  }
}

/** Whether make was started, or at least tried. */
interface Start {
  tried: boolean
}

/** Keeps a fault before the start for `doctor`; noting one can fail for the same reason, and is then left. */
async function noteFault(world: World, timeline: Timeline, error: unknown): Promise<void> {
  timeline.note(`fault: ${(error as Error)?.stack ?? String(error)}`)
  try {
    const { keepFault } = await later.fault()
    keepFault(world, error)
  } catch {
    // The target comes first.
  }
}

async function complain(world: World, message: Message): Promise<void> {
  const complaints = await later.complain()
  complaints.complain(world, message)
}

async function run(request: WrapRequest, { timeline, start }: { timeline: Timeline; start: Start }, world: World): Promise<Exit> {
  const make = whichMake(request, world.env)
  const words = [...make.words, ...request.makeArguments]
  const { flags, there, goals } = plainRun(world, request, words) ?? (await later.commandLine()).readMakeRun(world, request, words)
  const plan = await planned(there, flags, timeline)
  const ignored = ignoredFromTheStart(world)
  const plain = targetCommand(make, request, targetPrefix(plan.found), flags, childEnvironment(world.env, plan))
  const target = request.forwarded ? await (await later.standIn()).standingIn(world, plain) : plain
  const tracer = wantsSpans(plan, request) ? await tracerFor(world, { plan, request, target, timeline }) : undefined
  const command = await ignoring(world, ignored, tracer?.command(target) ?? target)
  const sequel = new Sequel({ world: there, plan, request, goals, parallel: flags.parallel, tracer, timeline, later })
  const signals = new Signals(world, ignored, tracer?.lines)
  try {
    start.tried = true
    return await runAndReport(world, { command, signals, sequel, timeline })
  } finally {
    tracer?.remove()
  }
}

/** Whatever planning stumbles over, such as a file that nobody foresaw, make is started. */
async function planned(world: World, flags: MakeFlags, timeline: Timeline): Promise<Plan> {
  try {
    return await planRun(world, flags, later.decided)
  } catch (error) {
    await noteFault(world, timeline, error)
    return passingPlan(`of a fault: ${(error as Error).message}`)
  }
}

/** For people who agreed; `--spans` is one's own wish for one's own record. */
function wantsSpans(plan: Plan, request: WrapRequest): boolean {
  return plan.kind === 'record' && (request.spans || plan.spans)
}

/** Of what is loaded for a run before make starts, the one part that few ask for. */
async function tracerFor(
  world: World,
  { plan, request, target, timeline }: { plan: Plan; request: WrapRequest; target: TargetCommand; timeline: Timeline },
): Promise<Tracer | undefined> {
  if (plan.found === undefined || !isMake(target.make)) return undefined
  const { startTracer } = await later.spans()
  const started = startTracer(world, { found: plan.found, store: plan.store, args: target.args })
  if ('tracer' in started) return started.tracer
  timeline.note(`spans: none; ${started.missing}`)
  if (request.verbose) await complain(world, (say) => say.noSpans(started.missing))
  return undefined
}

async function runAndReport(
  world: World,
  { command, signals, sequel, timeline }: { command: TargetCommand; signals: Signals; sequel: Sequel; timeline: Timeline },
): Promise<Exit> {
  const faulted = faultOf(world, timeline, signals)
  timeline.mark('spawn')
  const run = await runTarget(world, command, signals, sequel.begin)
  if ('message' in run) {
    await complain(world, run.message)
    return run.exit
  }
  timeline.mark('exit')
  const exit = await report(signals, sequel, run, faulted)
  timeline.mark('done')
  timeline.print()
  return exit
}

/**
 * Settled some time after a fault that nothing caught while we report: it must neither orphan the target nor
 * change how we end. One that comes while the target runs is only noted.
 */
function faultOf(world: World, timeline: Timeline, signals: Signals): Promise<void> {
  return new Promise((resolve) => {
    world.onFault((error) => {
      timeline.note(`fault: ${(error as Error)?.stack ?? String(error)}`)
      if (!signals.targetRuns) setTimeout(resolve, FAULT_MS)
    })
  })
}

/** What a fault did not stop gets this long to finish, ms. */
const FAULT_MS = 1_000

/** What is left to write gets this long after a signal, ms. */
const HURRY_MS = 100

/**
 * Reports the run, unless the person presses Ctrl-C or the system asks to stop: then at once, with what is
 * on disk. A run that had ended well before then ends us by that signal, so that a shell's loop stops.
 */
async function report(signals: Signals, sequel: Sequel, run: TargetRun, faulted: Promise<void>): Promise<Exit> {
  const exit = exitLike(run.end)
  let stop: NodeJS.Signals | undefined
  const stopped = signals.stopped.then((signal) => {
    stop = signal
  })
  await Promise.race([faulted, sequel.finish(run, stopped), stopped.then(() => new Promise((resolve) => setTimeout(resolve, HURRY_MS)))])
  // At the end of a process nobody asks any more; a death by a signal needs its default back.
  if (stop !== undefined || 'signal' in exit) signals.release()
  return stop !== undefined && 'code' in exit ? { signal: stop } : exit
}
