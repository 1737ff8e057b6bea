import { printableJson } from '../messages.ts'
import type { Exit, World } from '../world.ts'

/** Prints the answer of a command that was asked for JSON, and ends it well. */
export function printJson(world: World, answer: object): Exit {
  world.stdout.write(`${printableJson(answer, 2)}\n`)
  return { code: 0 }
}
