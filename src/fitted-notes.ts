import { brokenLine } from './text-width.ts'
import type { World } from './world.ts'

/** A copy with another part; what is looked up late still is, and what it has from another object, too. */
function withPart<T extends object>(whole: T, part: Partial<T>): T {
  return Object.create(Object.getPrototypeOf(whole), {
    ...Object.getOwnPropertyDescriptors(whole),
    ...Object.getOwnPropertyDescriptors(part),
  }) as T
}

/** As `say.prefixed` has it. */
const NOTE = 'send-metrics: '

/** The same World, whose notes on stderr are broken between words at a terminal; a program gets each in a line. */
export function withFittedNotes(world: World): World {
  const { stderr } = world
  if (!stderr.isTTY) return world
  const fit = (line: string) => (line.startsWith(NOTE) ? brokenLine(line, stderr.columns) : [line])
  const write = (text: string) => stderr.write(text.split('\n').flatMap(fit).join('\n'))
  const output = withPart(stderr, { write })
  return withPart(world, { stderr: output })
}
