const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F000}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u

/** Columns that a text takes on a terminal, as far as terminals agree: East Asian letters and emoji two, marks that stand on a letter none. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}

/** A text cut to some columns, and filled up to them with blanks. */
export function fitted(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  let shown = text
  if (textWidth(text) > columns) shown = `${beginningOf(text, columns - 1)}…`
  const blanks = ' '.repeat(Math.max(0, columns - textWidth(shown)))
  return side === 'left' ? `${shown}${blanks}` : `${blanks}${shown}`
}

function beginningOf(text: string, columns: number): string {
  let [beginning, width] = ['', 0]
  for (const character of text) {
    width += textWidth(character)
    if (width > columns) break
    beginning += character
  }
  return beginning
}

/** A text in lines of at most so many columns, broken at blanks, and inside a word only where it alone is wider than a line. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((one) => parts(one, columns))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textWidth(longer) <= columns) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}

function parts(word: string, columns: number): string[] {
  if (textWidth(word) <= columns) return [word]
  const found: string[] = []
  let part = ''
  for (const character of word) {
    if (textWidth(part + character) > columns) {
      found.push(part)
      part = ''
    }
    part += character
  }
  return [...found, part]
}

/** A label and its text, which is broken where a line ends and goes on under its own beginning. */
export function hanging(label: string, text: string, columns: number): string[] {
  const indent = textWidth(label)
  const lines = wrapped(text, Math.max(LEAST_TEXT, columns - indent))
  return lines.map((line, at) => `${at === 0 ? label : ' '.repeat(indent)}${line}`)
}

/** A text narrower than this is no text any more, columns. */
const LEAST_TEXT = 20

const GLUE = '\u00A0'

/**
 * A line of words in lines of at most so many columns. What stands behind a colon may be a command to copy, and stays in one line where
 * it fits into one.
 */
export function brokenLine(line: string, columns: number): string[] {
  if (textWidth(line) <= columns) return [line]
  const glued = line.replace(/(?<=: )(?:[^.;]|[.;](?!\s|$))+/gu, (part) => (textWidth(part) < columns ? part.replaceAll(' ', GLUE) : part))
  return wrapped(glued, columns).map((part) => part.replaceAll(GLUE, ' '))
}
