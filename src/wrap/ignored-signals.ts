import { ignoredBy, isPromptingShell, programOf } from '../context/processes.ts'
import type { World } from '../world.ts'
import type { TargetCommand } from './run-target.ts'

/** Signals that `nohup`, `trap ''` and a shell's background jobs have a program ignore, with their numbers, the same on every system (POSIX, kill). */
const USUAL = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGQUIT', 3],
] as const

/** Programs that start others with what they ignore: of the rest, many ignore these two only while they wait. */
const HAND_DOWN = /^(?:(?:ba|da|z|k|mk|ya|fi|a|c|tc)?sh|busybox|nohup|(?:g|gnu)?make[-.\d]*)$/u

/** The signals that this process was started to ignore, as far as that can be known. */
export function ignoredFromTheStart(world: Pick<World, 'ppid'>): NodeJS.Signals[] {
  const numbers = ignoredBy(
    world.ppid,
    USUAL.map(([, number]) => number),
  )
  // An interactive shell ignores signals for itself and not for what it starts.
  if (numbers.length === 0 || isPromptingShell(world.ppid)) return []
  const found = USUAL.filter(([, number]) => numbers.includes(number)).map(([name]) => name)
  // system(3) ignores the terminal's signals in the caller alone; taken for ours, Ctrl-C would end nothing.
  return HAND_DOWN.test(programOf(world.ppid)) ? found : found.filter((name) => name === 'SIGHUP')
}

/**
 * The command, started with signals ignored as it would have inherited them without us: by way of
 * `env --ignore-signal`, which GNU coreutils has from 8.31 on. Without that, the command as it is.
 */
export async function ignoring(world: World, signals: readonly NodeJS.Signals[], command: TargetCommand): Promise<TargetCommand> {
  if (signals.length === 0) return command
  const option = `--ignore-signal=${signals.map((name) => name.slice('SIG'.length)).join(',')}`
  const works = await new Promise<boolean>((resolve) => {
    const attempt = world.spawn('env', [option, 'true'], { stdio: 'ignore' })
    attempt.once('error', () => resolve(false))
    attempt.once('exit', (code) => resolve(code === 0))
  })
  return works ? { ...command, program: 'env', args: [option, '--', command.make, ...command.args] } : command
}
