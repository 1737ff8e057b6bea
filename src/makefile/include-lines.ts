import type { ByteText } from './byte-text.ts'
import { includeLines } from './gnumakefile.ts'
import { lineEnd } from './line-end.ts'

/** A makefile with the lines around all it has that let it include a file of ours; undefined where they are there. */
export function withIncludeLines(text: ByteText, file: string): ByteText | undefined {
  const eol = lineEnd(text)
  const { top, bottom } = includeLines(file)
  const [above, below] = [top, bottom].map((lines) => lines.replaceAll('\n', eol))
  if (text.includes(above ?? '')) return undefined
  // A byte order mark and the line that names the interpreter count only at the very start.
  const start = /^(?:\u00EF\u00BB\u00BF)?(?:#!.*\n)?/u.exec(text)?.[0] ?? ''
  const rest = text.slice(start.length)
  // A last line that ends in a backslash would go on in ours.
  const goesOn = /(?:^|[^\\])(?:\\\\)*\\\r?\n?$/u.test(rest)
  const end = `${rest.endsWith('\n') || rest === '' ? '' : eol}${goesOn ? eol : ''}`
  return `${start}${above}${rest}${end}${below}`
}
