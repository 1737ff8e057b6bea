import { say } from '../messages.ts'
import type { World } from '../world.ts'

/** One of the messages; the table of them is loaded when one is printed. */
export type Message = (messages: typeof say, tool: string) => string

/** Prints a line about something that went wrong, or that the person wanted to know. */
export function complain(world: Pick<World, 'stderr' | 'tool'>, message: Message): void {
  world.stderr.write(say.prefixed(message(say, world.tool)))
}
