/**
 * A makefile may be in any encoding, or in two, and has to stay so byte for byte. It is therefore handled as a text
 * with a character for each byte; all that make itself gives a meaning to is ASCII.
 */
export type ByteText = string

/** Bytes as a text with a character for each. */
export function asByteText(bytes: Buffer): ByteText {
  return bytes.toString('latin1')
}

/** The bytes that such a text stands for. */
export function bytesOf(text: ByteText): Buffer {
  return Buffer.from(text, 'latin1')
}

/** A word as a person typed it, in the form in which it stands in a byte text. */
export function inBytes(word: string): ByteText {
  return asByteText(Buffer.from(word))
}

/** A part of a byte text as a person reads it; undefined where the bytes are not UTF-8. */
export function readable(text: ByteText): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(text))
  } catch {
    return undefined
  }
}

/** Those of these texts that a person can read. */
export function readables(texts: readonly ByteText[]): string[] {
  return texts.map(readable).filter((text) => text !== undefined)
}
