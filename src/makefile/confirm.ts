import inquirer from 'inquirer'
import type { World } from '../world.ts'

/** Asks a yes-or-no question on stderr, with no as what Enter says; undefined when it was interrupted or the input ended. */
export async function confirm(world: World, message: string): Promise<boolean | undefined> {
  const { input, output } = world.terminal()
  const stop = new AbortController()
  const ended = () => stop.abort()
  for (const event of ['end', 'close', 'error']) input.once(event, ended)
  // inquirer takes Ctrl-D for nothing; a person means to leave.
  const typed = (keys: Buffer | string) => String(keys).includes('\u0004') && stop.abort()
  input.on('data', typed)
  const prompt = inquirer.createPromptModule({ input, output, signal: stop.signal })
  try {
    return (await prompt([{ type: 'confirm', name: 'yes', message, default: false }])).yes
  } catch {
    return undefined
  } finally {
    input.off('data', typed)
    for (const event of ['end', 'close', 'error']) input.off(event, ended)
    input.pause()
  }
}
