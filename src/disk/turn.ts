import * as fs from 'node:fs'
import * as path from 'node:path'
import { isAlive } from './is-alive.ts'
import { removeFile } from './remove-file.ts'

/** Whoever holds it for longer died where its process number means nothing here. */
const STALE_MS = 60_000
/** Between making the file and writing a number into it. */
const WRITING_MS = 1_000
const STEP_MS = 5

/**
 * Does `work` while no other process does its own under the same file; the event loop goes on meanwhile. Undefined when
 * another one held it for all of `patienceMs`. A turn that a dead process left is taken over.
 */
export async function inTurn<T>(file: string, pid: number, patienceMs: number, work: () => Promise<T>): Promise<T | undefined> {
  const start = Date.now()
  while (!take(file, pid)) {
    if (Math.abs(Date.now() - start) >= patienceMs) return undefined
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
  try {
    return await work()
  } finally {
    removeFile(file)
  }
}

function take(file: string, pid: number): boolean {
  try {
    fs.writeFileSync(file, String(pid), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') {
      fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
      return take(file, pid)
    }
    if (code !== 'EEXIST') throw error
    else if (isStale(file)) takeAway(file, pid)
    return false
  }
}

function isStale(file: string): boolean {
  const held = fs.statSync(file, { throwIfNoEntry: false })
  if (held === undefined) return false
  const age = Math.abs(Date.now() - held.mtimeMs)
  const holder = Number(readOr(file, ''))
  return age > STALE_MS || (holder > 0 ? !isAlive(holder) : age > WRITING_MS)
}

/** A rename succeeds for one process only. Whoever got the fresh one of a process that was quicker gives it back. */
function takeAway(file: string, pid: number): void {
  const aside = `${file}.stale.${pid}`
  try {
    fs.renameSync(file, aside)
    if (!isStale(aside)) fs.linkSync(aside, file)
  } catch {
    // Another process was quicker.
  }
  removeFile(aside)
}

function readOr(file: string, otherwise: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}
