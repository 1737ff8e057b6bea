import * as fs from 'node:fs'

/** A lock older than this belonged to a process that died holding it. */
const STALE_MS = 10_000
const STEP_MS = 5

/** Another process held the lock for longer than one wanted to wait. */
export class LockedError extends Error {
  constructor() {
    super('another process holds its lock')
  }
}

/**
 * Runs `work` while holding `<file>.lock`, a folder, because making a folder is atomic everywhere.
 * Waits up to `patienceMs` for another process, then throws; a lock left by a dead process is taken over.
 */
export function withLock<T>(file: string, patienceMs: number, work: () => T): T {
  const lock = `${file}.lock`
  take(lock, patienceMs)
  try {
    return work()
  } finally {
    fs.rmSync(lock, { recursive: true, force: true })
  }
}

function take(lock: string, patienceMs: number): void {
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      fs.mkdirSync(lock, { mode: 0o700 })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isStale(lock)) takeAway(lock)
      else if (waited >= patienceMs) throw new LockedError()
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS)
  }
}

function isStale(lock: string): boolean {
  const held = fs.statSync(lock, { throwIfNoEntry: false })
  return held !== undefined && Math.abs(Date.now() - held.mtimeMs) > STALE_MS
}

// A rename succeeds for one process only, so two that find the same stale lock cannot both remove it.
function takeAway(lock: string): void {
  const aside = `${lock}.stale.${Math.random().toString(36).slice(2)}`
  try {
    fs.renameSync(lock, aside)
  } catch {
    return
  }
  fs.rmSync(aside, { recursive: true, force: true })
}
