import { textWidth, wrapped } from '../text-width.ts'
import type { Output } from '../world.ts'

/**
 * Writes lines of words; at a terminal those that are wider than it are broken at blanks. What stands behind a colon may be a
 * command to copy, and stays in one line where it fits into one.
 */
export function writeLines(output: Output, text: string): void {
  const lines = text.split('\n')
  const broken = (line: string) => wrapped(glued(line, output.columns), output.columns).map((part) => part.replaceAll(GLUE, ' '))
  output.write(`${(output.isTTY ? lines.flatMap(broken) : lines).join('\n')}\n`)
}

const GLUE = '\u00A0'

function glued(line: string, columns: number): string {
  return line.replace(/(?<=: )(?:[^.;]|[.;](?!\s|$))+/gu, (part) => (textWidth(part) < columns ? part.replaceAll(' ', GLUE) : part))
}
