import { didYouMean } from '../did-you-mean.ts'
import { asksForJson, jsonError } from '../json-error.ts'
import { say } from '../messages.ts'
import type { World } from '../world.ts'

/** One of the messages, which may name what was meant; both are loaded when one is printed. */
export type Message = (messages: typeof say, tool: string, near: typeof didYouMean) => string

/** Prints a line about something that went wrong, or that the person wanted to know. */
export function complain(world: Pick<World, 'stderr' | 'tool'>, message: Message): void {
  world.stderr.write(say.prefixed(message(say, world.tool, didYouMean)))
}

/** The exit code for a command line that cannot be understood. */
export const USAGE = 2

/**
 * Prints what is wrong with the command line of `wrap`, and where there is help: in one line, since it stands among make's own.
 * stdout, which belongs to a target that is not started, has the object for whoever typed `--json`.
 */
export function complainOfUsage(world: Pick<World, 'stdout' | 'stderr' | 'tool'>, mistake: Message, typed: readonly string[]): void {
  const help = `${world.tool} wrap`
  const message = mistake(say, world.tool, didYouMean)
  world.stderr.write(say.prefixed(`${message} ${say.seeHelp(help)}`))
  if (asksForJson(typed)) world.stdout.write(jsonError({ message, help: `${help} --help`, exitCode: USAGE }))
}
