import type { World } from '../world.ts'
import { areAlive, jobAbove } from './job.ts'

/** How often the job above is looked at while a question is on the screen, ms. */
const LOOK_MS = 100

/** Ctrl-D and Ctrl-\\, which inquirer takes for nothing and for a character; a person means to leave. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the keys
const LEAVING = /[\u0004\u001c]/u

/** The end of a question from outside; the terminal is given back at once. */
export interface Withdrawal {
  readonly signal: AbortSignal
  /** Ends it now. */
  readonly withdraw: () => void
  /** The question is answered. */
  release(): void
}

/**
 * Withdraws a question at the end of the input, on Ctrl-D and Ctrl-\\, and when what waits for us has ended without us: a make that
 * was killed leaves nobody who would take the answer, and a terminal that its shell thinks is its own.
 */
export function watchWithdrawal(world: World, input: NodeJS.ReadStream): Withdrawal {
  const stop = new AbortController()
  const withdraw = () => stop.abort()
  const typed = (keys: Buffer | string) => void (LEAVING.test(String(keys)) && withdraw())
  input.on('data', typed)
  for (const event of ['end', 'close']) input.on(event, withdraw)
  // Never taken away: a terminal that hung up fails again when it is given back.
  input.on('error', withdraw)
  const above = jobAbove(world)
  const look = setInterval(() => void (areAlive(above) || withdraw()), LOOK_MS)
  return {
    signal: stop.signal,
    withdraw,
    release: () => {
      clearInterval(look)
      input.off('data', typed)
      for (const event of ['end', 'close']) input.off(event, withdraw)
      input.pause()
    },
  }
}
