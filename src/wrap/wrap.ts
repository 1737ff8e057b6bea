import { say } from '../messages.ts'
import { targetPrefix } from '../project/find.ts'
import type { Exit, World } from '../world.ts'
import { Aftermath, type Later } from './aftermath.ts'
import { exitLike } from './exit-status.ts'
import { readMakeFlags } from './make-flags.ts'
import { childEnvironment, planRun } from './plan.ts'
import { runTarget, targetCommand } from './run-target.ts'
import { Timeline } from './timeline.ts'
import { parseWrapArguments } from './wrap-arguments.ts'

/** The exit code for a command line that cannot be understood. */
const USAGE = 2

/** What loads while the target runs, and not before. */
const later: Later = {
  project: () => import('../project/read.ts'),
  record: () => import('../record/record-run.ts'),
  ask: () => import('../consent/ask.ts'),
}

/**
 * `send-metrics wrap <target>`: runs the target and ends exactly as it did. Whatever else happens here,
 * for people who agreed to it, can neither change that nor delay it beyond the budget.
 */
export async function wrap(words: readonly string[], world: World): Promise<Exit | 'help'> {
  const parsed = parseWrapArguments(words)
  if ('help' in parsed) return 'help'
  if ('mistake' in parsed) {
    world.stderr.write(say.prefixed(parsed.mistake))
    return { code: USAGE }
  }
  const { request } = parsed
  const timeline = new Timeline(world)
  const flags = readMakeFlags(world.env.MAKEFLAGS, request.makeArguments)
  const plan = planRun(world, flags)
  const aftermath = new Aftermath({ world, plan, request, parallel: flags.parallel, timeline, later })
  const env = childEnvironment(world.env, plan)
  timeline.mark('spawn')
  const run = await runTarget(world, targetCommand(request, targetPrefix(plan.found), flags, env), aftermath.begin)
  if ('message' in run) {
    world.stderr.write(say.prefixed(run.message))
    return run.exit
  }
  timeline.mark('exit')
  const interruption = await untilInterrupted(world, aftermath, run)
  timeline.mark('done')
  timeline.print()
  const exit = exitLike(run.end, run.received)
  return interruption !== undefined && 'code' in exit ? { signal: interruption } : exit
}

/** Reports the run, unless the person presses Ctrl-C or the system asks to stop: then at once, with what is on disk. */
async function untilInterrupted(
  world: World,
  aftermath: Aftermath,
  run: Parameters<Aftermath['finish']>[0],
): Promise<NodeJS.Signals | undefined> {
  const undo: (() => void)[] = []
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
      undo.push(world.onSignal(signal, () => resolve(signal)))
    }
  })
  const signal = await Promise.race([stopped, aftermath.finish(run).then(() => undefined)])
  for (const stop of undo) stop()
  return signal
}
