import * as fs from 'node:fs'

/**
 * Random bytes from the system's own source, read as a file: loading node:crypto takes 2 to 4 ms, and some
 * are needed before the target starts.
 */
export function randomBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count)
  try {
    const source = fs.openSync('/dev/urandom', 'r')
    try {
      fs.readSync(source, bytes, 0, count, null)
    } finally {
      fs.closeSync(source)
    }
  } catch {
    globalThis.crypto.getRandomValues(bytes)
  }
  return bytes
}
