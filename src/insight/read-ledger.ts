import * as fs from 'node:fs'
import type { Run } from './model.ts'
import type { RunLines } from './read-lines.ts'

const PIECE_BYTES = 1024 * 1024

/** The runs in some files of the ledger, a piece at a time. Throws the file system's error, but for a file that has just gone. */
export function* runsInFiles(files: readonly string[], lines: RunLines): Generator<Run> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  for (const file of files) {
    const descriptor = openIfThere(file)
    if (descriptor === undefined) continue
    try {
      for (let read = fs.readSync(descriptor, piece); read > 0; read = fs.readSync(descriptor, piece))
        yield* lines.piece(piece.subarray(0, read))
      yield* lines.end()
    } finally {
      fs.closeSync(descriptor)
    }
  }
}

/** Retention removes whole months, perhaps at this moment. */
function openIfThere(file: string): number | undefined {
  try {
    return fs.openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
