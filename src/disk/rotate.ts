import * as fs from 'node:fs'
import { LockedError, withLock } from './lock.ts'

/** A process that finds the lock held leaves the turning to the other one. */
const PATIENCE = { patienceMs: 50 }

/**
 * Puts a file aside as `<file>.1` when it has `most` bytes or more, the one before as `.2`, and so on; the oldest of
 * `kept` goes. Lines that others append meanwhile land in one of them. Throws the file system's error.
 */
export function rotate(file: string, pid: number, { most, kept }: { most: number; kept: number }): void {
  if (!isFull(file, most)) return
  try {
    withLock(file, pid, PATIENCE, () => {
      if (!isFull(file, most)) return
      for (let at = kept - 1; at >= 1; at--) if (fs.existsSync(`${file}.${at}`)) fs.renameSync(`${file}.${at}`, `${file}.${at + 1}`)
      fs.renameSync(file, `${file}.1`)
    })
  } catch (error) {
    if (!(error instanceof LockedError)) throw error
  }
}

function isFull(file: string, most: number): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size >= most
}
