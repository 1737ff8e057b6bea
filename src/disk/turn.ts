import * as path from 'node:path'
import { HeldFolder, STEP_MS } from './held-folder.ts'
import { makeFolders } from './make-folders.ts'

/** Whoever holds it for longer died where its process number means nothing here. */
const STALE_MS = 60_000

/**
 * Does `work` while no other process does its own under the same name; the event loop goes on meanwhile. Undefined when
 * another one held it for all of `patienceMs`. A turn that a dead process left is taken over.
 */
export async function inTurn<T>(name: string, pid: number, patienceMs: number, work: () => Promise<T>): Promise<T | undefined> {
  const turn = new HeldFolder(name, pid)
  const start = performance.now()
  while (!take(turn, name)) {
    if (performance.now() - start >= patienceMs) return undefined
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
  try {
    return await work()
  } finally {
    turn.release()
  }
}

function take(turn: HeldFolder, name: string): boolean {
  try {
    return turn.take(STALE_MS)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    makeFolders(path.dirname(name))
    return turn.take(STALE_MS)
  }
}
