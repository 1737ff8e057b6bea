import inquirer from 'inquirer'
import type { World } from '../world.ts'
import { watchCtrlZ } from './ctrl-z.ts'

/** inquirer's own way to ask. */
export type Prompt = ReturnType<typeof inquirer.createPromptModule>

/** The job was stopped by Ctrl-Z, and goes on. */
export const AGAIN = Symbol('again')

/**
 * Has inquirer put one line and take what is typed there. Undefined when the question was withdrawn or left by Ctrl-C.
 */
export async function putLine<T>(
  world: World,
  withdrawn: AbortSignal,
  put: (prompt: Prompt) => Promise<{ answer: T }>,
): Promise<T | undefined | typeof AGAIN> {
  const ctrlZ = watchCtrlZ(world)
  const signal = AbortSignal.any([withdrawn, ctrlZ.signal])
  try {
    return (await put(inquirer.createPromptModule({ ...world.terminal(), signal }))).answer
  } catch {
    if (!ctrlZ.signal.aborted) return undefined
    await ctrlZ.resumed
    return AGAIN
  } finally {
    if (!ctrlZ.signal.aborted) ctrlZ.release()
  }
}
