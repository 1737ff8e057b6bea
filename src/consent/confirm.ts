import inquirer from 'inquirer'
import type { World } from '../world.ts'
import { watchCtrlZ } from './ctrl-z.ts'

/** Asks a yes-or-no question on stderr, with no as what Enter says; undefined when it was interrupted or the input ended. */
export async function confirm(world: World, message: string): Promise<boolean | undefined> {
  const { input } = world.terminal()
  const stop = new AbortController()
  const ended = () => stop.abort()
  for (const event of ['end', 'close', 'error']) input.once(event, ended)
  // inquirer takes Ctrl-D for nothing; a person means to leave.
  const typed = (keys: Buffer | string) => String(keys).includes('\u0004') && stop.abort()
  input.on('data', typed)
  try {
    for (;;) {
      const answer = await askOnce(world, message, stop.signal)
      if (answer !== 'again') return answer
    }
  } finally {
    input.off('data', typed)
    for (const event of ['end', 'close', 'error']) input.off(event, ended)
    input.pause()
  }
}

/** `again` when Ctrl-Z stopped the job, and it goes on. */
async function askOnce(world: World, message: string, stop: AbortSignal): Promise<boolean | undefined | 'again'> {
  const ctrlZ = watchCtrlZ(world)
  const prompt = inquirer.createPromptModule({ ...world.terminal(), signal: AbortSignal.any([stop, ctrlZ.signal]) })
  try {
    return (await prompt([{ type: 'confirm', name: 'yes', message, default: false }])).yes
  } catch {
    if (!ctrlZ.signal.aborted) return undefined
    await ctrlZ.resumed
    return 'again'
  } finally {
    if (!ctrlZ.signal.aborted) ctrlZ.release()
  }
}
