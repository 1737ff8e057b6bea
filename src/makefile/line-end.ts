import type { ByteText } from './byte-text.ts'

/** How the lines of a text end, by its first. */
export function lineEnd(text: ByteText): string {
  return /\r?\n/u.exec(text)?.[0] ?? '\n'
}

/** The lines of a text, each with its end; the last may have none. */
export function linesOf(text: ByteText): ByteText[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? []
}

/** A line without its end. */
export function bare(line: ByteText): ByteText {
  return line.replace(/\r?\n?$/u, '')
}

/** A text whose lines end like this. */
export function withLineEnds(text: ByteText, eol: string): ByteText {
  return text.replace(/\r?\n/gu, eol)
}
