import * as fs from 'node:fs'
import { openFile } from '../disk/plain-file.ts'
import type { PassedOver } from '../journal/passed-over.ts'
import type { Run } from './model.ts'
import type { RunLines } from './read-lines.ts'

const PIECE_BYTES = 1024 * 1024

/** The runs in some files of the ledger, a piece at a time. Files and lines that cannot be read are passed over. */
export function* runsInFiles(files: readonly string[], lines: RunLines, passedOver: PassedOver): Generator<Run> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  for (const file of files) {
    const before = lines.skipped.unreadable
    const descriptor = openOrPassOver(file, passedOver)
    if (descriptor === undefined) continue
    try {
      for (
        let read = readOrPassOver(descriptor, piece, file, passedOver);
        read > 0;
        read = readOrPassOver(descriptor, piece, file, passedOver)
      )
        yield* lines.piece(piece.subarray(0, read))
      yield* lines.end()
    } finally {
      fs.closeSync(descriptor)
    }
    const bad = lines.skipped.unreadable - before
    if (bad > 0) passedOver.lines(file, bad, 'cannot be read as a run')
  }
}

function openOrPassOver(file: string, passedOver: PassedOver): number | undefined {
  try {
    return openFile(file)
  } catch (error) {
    // Retention removes whole months, perhaps at this moment.
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT' && !fs.lstatSync(file, { throwIfNoEntry: false })
    if (!isGone) passedOver.file(file, error)
    return undefined
  }
}

function readOrPassOver(descriptor: number, piece: Buffer, file: string, passedOver: PassedOver): number {
  try {
    return fs.readSync(descriptor, piece)
  } catch (error) {
    passedOver.file(file, error)
    return 0
  }
}
