import * as fs from 'node:fs'

const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC, O_EXCL } = fs.constants
// Windows has none of these, and nothing in its folders that one could wait for.
const AT_ONCE = (fs.constants.O_NONBLOCK ?? 0) | (fs.constants.O_NOCTTY ?? 0)

/**
 * Opens what is a file and nothing else. A FIFO, a device or a folder in its place is an error at once: to open a
 * FIFO would wait for whoever has its other end, for ever as a rule. Throws the file system's error.
 */
export function openPlain(file: string, flags: number): number {
  const descriptor = fs.openSync(file, flags | AT_ONCE, 0o600)
  if (fs.fstatSync(descriptor).isFile()) return descriptor
  fs.closeSync(descriptor)
  throw new NotPlainError(file)
}

/** There is something in the place of a file that is none. */
export class NotPlainError extends Error {
  readonly code = 'ENOTFILE'

  constructor(file: string) {
    super(`${file} is not a file`)
  }
}

/** Reads a text file whole. Throws as `openPlain` does. */
export function readPlain(file: string): string {
  return readBytes(file).toString()
}

/** Reads a file whole. Throws as `openPlain` does. */
export function readBytes(file: string): Buffer {
  const descriptor = openPlain(file, O_RDONLY)
  try {
    return fs.readFileSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Writes a text file that only this person can read; `fresh` fails where there is one. Throws as `openPlain` does. */
export function writePlain(file: string, text: string, { fresh = false }: { fresh?: boolean } = {}): void {
  const descriptor = openPlain(file, O_WRONLY | O_CREAT | (fresh ? O_EXCL : O_TRUNC))
  try {
    fs.writeFileSync(descriptor, text)
  } finally {
    fs.closeSync(descriptor)
  }
}
