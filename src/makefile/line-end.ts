import type { ByteText } from './byte-text.ts'

/** How the lines of a text end, by its first. */
export function lineEnd(text: ByteText): string {
  return /\r?\n/u.exec(text)?.[0] ?? '\n'
}
