import { didYouMean } from '../did-you-mean.ts'
import { say } from '../messages.ts'
import type { World } from '../world.ts'

/** One of the messages, which may name what was meant; both are loaded when one is printed. */
export type Message = (messages: typeof say, tool: string, near: typeof didYouMean) => string

/** Prints a line about something that went wrong, or that the person wanted to know. */
export function complain(world: Pick<World, 'stderr' | 'tool'>, message: Message): void {
  world.stderr.write(say.prefixed(message(say, world.tool, didYouMean)))
}

/** Prints what is wrong with the command line of `wrap`, and where there is help: in one line, since it stands among make's own. */
export function complainOfUsage(world: Pick<World, 'stderr' | 'tool'>, mistake: Message): void {
  complain(world, (messages, tool, near) => `${mistake(messages, tool, near)} ${messages.seeHelp(`${tool} wrap`)}`)
}
