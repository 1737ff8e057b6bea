import * as fs from 'node:fs'
import { LockedError, withLock } from './lock.ts'
import { NotOursError, openFile } from './plain-file.ts'

/** A process that finds the lock held leaves the turning to the other one. */
const PATIENCE = { patienceMs: 50 }

/** When a file is put aside, and which are ours to be. */
export interface Rotation {
  /** Bytes. */
  readonly most: number
  readonly kept: number
  /** What each of ours begins with. */
  readonly mark: string
}

/**
 * Puts a file aside as `<file>.1` when it has `most` bytes or more, the one before as `.2`, and so on; the oldest of
 * `kept` goes. Lines that others append meanwhile land in one of them. Where one of these is not ours, nothing is put aside.
 * Throws NotOursError, or the file system's error.
 */
export function rotate(file: string, pid: number, { most, kept, mark }: Rotation): void {
  if (!isFull(file, most)) return
  try {
    withLock(file, pid, PATIENCE, () => {
      if (!isFull(file, most)) return
      const names = [file, ...Array.from({ length: kept }, (_, at) => `${file}.${at + 1}`)]
      const foreign = names.find((name) => fs.lstatSync(name, { throwIfNoEntry: false }) && !isOurs(name, mark))
      if (foreign !== undefined) throw new NotOursError(`cannot be put aside, since ${foreign} is not one of ours`)
      for (let at = kept - 1; at >= 0; at--) {
        const [from = '', to = ''] = [names[at], names[at + 1]]
        if (fs.existsSync(from)) fs.renameSync(from, to)
      }
    })
  } catch (error) {
    if (!(error instanceof LockedError)) throw error
  }
}

function isFull(file: string, most: number): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size >= most
}

function isOurs(file: string, mark: string): boolean {
  try {
    const descriptor = openFile(file)
    try {
      return beginsWith(descriptor, mark)
    } finally {
      fs.closeSync(descriptor)
    }
  } catch {
    return false
  }
}

/** Whether what is open for reading begins with these characters, or has nothing in it. */
export function beginsWith(descriptor: number, mark: string): boolean {
  const start = Buffer.alloc(Buffer.byteLength(mark))
  const length = fs.readSync(descriptor, start, 0, start.length, 0)
  return length === 0 || start.subarray(0, length).equals(Buffer.from(mark))
}
