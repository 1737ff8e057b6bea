import { HeldFolder, STEP_MS } from './held-folder.ts'

/** A lock of whose holder nothing can be known, and that does not change for so long while one looks on, is nobody's. */
export const STALE_MS = 10_000
/** Whoever waits for one holder after the other gives up after so many times his patience. */
const MOST_HOLDERS = 10

/** Another process held the lock for longer than one wanted to wait. */
export class LockedError extends Error {
  constructor() {
    super('another process holds its lock')
  }
}

/** How long to wait for whoever holds a lock. */
export interface Patience {
  /** For one holder, ms; the next one who comes in between is waited for anew. */
  readonly patienceMs: number
  /** To look on at a lock of whose holder nothing can be known, before taking it over, ms; without it, that waits for others. */
  readonly staleMs?: number
}

/**
 * Runs `work` while holding `<file>.lock`. A lock that a dead process left is taken over. Throws LockedError, or the
 * file system's error.
 */
export function withLock<T>(file: string, pid: number, patience: Patience, work: () => T): T {
  const lock = new HeldFolder(`${file}.lock`, pid)
  take(lock, patience)
  try {
    return work()
  } finally {
    lock.release()
  }
}

function take(lock: HeldFolder, { patienceMs, staleMs }: Patience): void {
  for (let waited = 0; !lock.take(staleMs ?? Number.POSITIVE_INFINITY); waited += STEP_MS) {
    const most = lock.life === 'unknown' && staleMs !== undefined ? Math.max(patienceMs, 2 * staleMs) : patienceMs
    if (lock.unchangedMs >= most || waited >= MOST_HOLDERS * most) throw new LockedError()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS)
  }
}
