import { brokenLine } from '../text-width.ts'
import type { Output } from '../world.ts'

/** Writes lines of words; at a terminal those that are wider than it are broken at blanks. */
export function writeLines(output: Output, text: string): void {
  const lines = text.split('\n')
  output.write(`${(output.isTTY ? lines.flatMap((line) => brokenLine(line, output.columns)) : lines).join('\n')}\n`)
}
