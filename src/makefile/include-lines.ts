import type { ByteText } from './byte-text.ts'
import { includeLines } from './gnumakefile.ts'
import { bare, lineEnd, linesOf } from './line-end.ts'
import type { TakenOut } from './taken-out.ts'

/** A makefile with the lines around all it has that let it include a file of ours; undefined where they are there. */
export function withIncludeLines(text: ByteText, file: string): ByteText | undefined {
  const eol = lineEnd(text)
  const { top, bottom } = includeLines(file)
  const [above, below] = [top, bottom].map((part) => part.replaceAll('\n', eol))
  const lines = linesOf(text.replace(/^\u00EF\u00BB\u00BF/u, ''))
  if (linesOf(top).every((line) => placeOf(lines, line) !== -1)) return undefined
  // A byte order mark and the line that names the interpreter count only at the very start.
  const start = /^(?:\u00EF\u00BB\u00BF)?(?:#!.*\n)?/u.exec(text)?.[0] ?? ''
  const rest = text.slice(start.length)
  return `${start}${above}${rest}${ending(rest, eol)}${below}`
}

/** What a text needs so that a line can follow it: one that ends in a backslash would go on in the next. */
function ending(text: ByteText, eol: string): string {
  const goesOn = /(?:^|[^\\])(?:\\\\)*\\\r?\n?$/u.test(text)
  return `${text.endsWith('\n') || text === '' ? '' : eol}${goesOn ? eol : ''}`
}

/** A makefile without these lines, which it did not have before; the last one is found by what it ends. */
export function withoutIncludeLines(text: ByteText, before: ByteText, file: string): TakenOut {
  const [including = '', opening = ''] = linesOf(includeLines(file).top)
  const [lines, old] = [linesOf(text), linesOf(before)]
  if (placeOf(old, opening) !== -1) return { text }
  const [included, opened] = [placeOf(lines, including), placeOf(lines, opening)]
  const named = lines.findIndex((line, at) => at !== included && at !== opened && isAlmost(line, file) && !old.includes(line))
  if (named !== -1) return { unclear: [named + 1] }
  if (opened === -1) {
    const loose = looseEnd(lines)
    return loose === undefined ? { text: without(lines, [included]) } : { unclear: [loose + 1] }
  }
  const { end, otherwise } = conditionalAt(lines, opened)
  if (end === undefined || otherwise !== undefined) return { unclear: [(otherwise ?? opened) + 1] }
  const [above, below] = [without(lines.slice(0, end), [included, opened]), without(lines.slice(end), [0, included - end])]
  return { text: below === '' ? withoutEnding(above, before) : `${above}${below}` }
}

function without(lines: readonly ByteText[], gone: readonly number[]): ByteText {
  return lines.filter((_line, at) => !gone.includes(at)).join('')
}

function placeOf(lines: readonly ByteText[], wanted: ByteText): number {
  return lines.findIndex((line) => line.trimEnd() === wanted.trimEnd())
}

/** What may be a line of ours that somebody changed. */
function isAlmost(line: ByteText, file: string): boolean {
  return !line.startsWith('#') && (line.includes(file) || line.includes('send_metrics_forwarded'))
}

interface Conditional {
  readonly end?: number
  /** Where it has an `else`, which ours has not. */
  readonly otherwise?: number
}

/** The conditional that begins in this line. */
function conditionalAt(lines: readonly ByteText[], opened: number): Conditional {
  let depth = 0
  let otherwise: number | undefined
  for (let at = opened; at < lines.length; at++) {
    const word = conditionalWord(lines, at)
    if (word === 'else' && depth === 1) otherwise ??= at
    depth += step(word)
    if (depth === 0) return { end: at, ...(otherwise !== undefined && { otherwise }) }
  }
  return {}
}

/** The first line that ends what did not begin. */
function looseEnd(lines: readonly ByteText[]): number | undefined {
  let depth = 0
  const at = lines.findIndex((_line, index) => {
    depth += step(conditionalWord(lines, index))
    return depth < 0
  })
  return at === -1 ? undefined : at
}

function step(word: string | undefined): number {
  if (word === undefined || word === 'else') return 0
  return word === 'endif' ? -1 : 1
}

function conditionalWord(lines: readonly ByteText[], at: number): string | undefined {
  if (bare(lines[at - 1] ?? '').endsWith('\\')) return undefined
  return /^ *(ifn?eq|ifn?def|else|endif)(?![^\s(#])/u.exec(lines[at] ?? '')?.[1]
}

/** The text without the line end that its last line was given for ours to follow. */
function withoutEnding(text: ByteText, before: ByteText): ByteText {
  const eol = lineEnd(text)
  const added = ending(before, eol)
  if (!text.endsWith(added)) return text
  const left = text.slice(0, text.length - added.length)
  // It may be another last line by now, which needs none.
  return ending(left, eol) === added || before.endsWith('\n') === left.endsWith('\n') ? left : text
}
