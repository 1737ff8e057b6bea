import type { ChildProcess } from 'node:child_process'
import { isMake } from '../context/processes.ts'
import type { Environment, Exit, World } from '../world.ts'
import type { Message } from './complain.ts'
import { childStdio } from './descriptors.ts'
import type { ChildEnd } from './exit-status.ts'
import type { MakeFlags } from './make-flags.ts'
import type { Signals } from './signals.ts'
import type { WhichMake } from './which-make.ts'
import type { WrapRequest } from './wrap-request.ts'

/** The command line to run and its environment. */
export interface TargetCommand {
  /** The make that was asked for. */
  readonly make: string
  /** What is started, which is that make unless something has to be set up for it. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: Environment
  readonly jobserver: string | undefined
}

/** A target that ended: how, when it started (wall clock, ms), and how long it took (monotonic, ms). */
export interface TargetRun {
  readonly end: ChildEnd
  readonly startedAt: number
  readonly durationMs: number
}

/** A target that could not be started at all: what to say, and how to exit. */
export interface TargetRefused {
  readonly message: Message
  readonly exit: Exit
}

/** The command line for a request: the real target of a public name, or just the one that was given. */
export function targetCommand(make: WhichMake, request: WrapRequest, prefix: string, flags: MakeFlags, env: Environment): TargetCommand {
  const { program, words } = make
  if (request.target === undefined) {
    return { make: program, program, args: [...words, ...request.makeArguments], env, jobserver: flags.jobserver }
  }
  const files = request.files.flatMap((file) => ['-f', file])
  // A make below another make announces its directory on stdout; typed by hand it would not.
  const quiet = Number(env.MAKELEVEL ?? 0) > 0 && !flags.printDirectory ? ['--no-print-directory'] : []
  return {
    make: program,
    program,
    args: [...words, ...files, ...quiet, `${prefix}${request.target}`, ...request.makeArguments],
    env,
    jobserver: flags.jobserver,
  }
}

/** Starts the target and waits for its end. `onStarted` is called while it runs, with nothing of ours left to do before it. */
export function runTarget(
  world: World,
  command: TargetCommand,
  signals: Signals,
  onStarted: (run: { startedAt: number }) => void,
): Promise<TargetRun | TargetRefused> {
  const startedAt = world.now()
  const start = world.monotonic()
  // Before the target can say that it is there: somebody may answer with a signal to us at once.
  signals.watch()
  const child = spawnTarget(world, command)
  if ('message' in child) return Promise.resolve(child)
  signals.childStarted(child)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(refusal(command.make, error)))
    // Not 'close': a background process that keeps a stream open must not hold anybody up.
    child.once('exit', (code, signal) => {
      const durationMs = world.monotonic() - start
      const end = signals.childEnded(code, signal, isMake(command.make))
      resolve({ end, startedAt, durationMs })
    })
    if (child.pid !== undefined) onStarted({ startedAt })
  })
}

function spawnTarget(world: World, command: TargetCommand): ChildProcess | TargetRefused {
  try {
    const stdio = childStdio(command.jobserver, world.platform)
    return world.spawn(command.program, command.args, { stdio, env: command.env as NodeJS.ProcessEnv })
  } catch (error) {
    return refusal(command.make, error as NodeJS.ErrnoException)
  }
}

/** Shells' own codes: 127 for a program that is not there, 126 for one that cannot be run. */
function refusal(make: string, error: NodeJS.ErrnoException): TargetRefused {
  if (error.code === 'ENOENT') return { message: (say) => say.makeMissing(make), exit: { code: 127 } }
  return { message: (say) => say.makeUnusable(make, error.message), exit: { code: 126 } }
}
