import type { World } from '../world.ts'
import { AGAIN, type Prompt, putLine } from './put-line.ts'
import { watchWithdrawal } from './withdraw.ts'

/** Signals that end a command; it gives the terminal back first. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** Asks a yes-or-no question, with no as what Enter says. */
export function confirm(world: World, message: string): Promise<boolean | undefined | NodeJS.Signals> {
  return askInCommand<boolean>(world, (prompt) => prompt([{ type: 'confirm', name: 'answer', message, default: false }]))
}

/**
 * Asks a question of a command on stderr; undefined when it was interrupted or the input ended, and the signal where one
 * ended it.
 */
export async function askInCommand<T>(
  world: World,
  put: (prompt: Prompt) => Promise<{ answer: T }>,
): Promise<T | undefined | NodeJS.Signals> {
  const withdrawal = watchWithdrawal(world, world.terminal().input)
  let ending: NodeJS.Signals | undefined
  const releases = ENDING.map((signal) =>
    world.onSignal(signal, () => {
      ending = signal
      withdrawal.withdraw()
    }),
  )
  try {
    for (;;) {
      const answer = await putLine<T>(world, withdrawal.signal, put)
      if (answer !== AGAIN) return ending ?? answer
    }
  } finally {
    for (const release of releases) release()
    withdrawal.release()
  }
}
