import { spawnSync } from 'node:child_process'

/**
 * How long a test waits for what comes by itself, before it says in vain for what. It only ends a test that hangs: what a
 * test says must not depend on how fast the machine is.
 */
export const PATIENCE_MS = 120_000

/** What the tool may take to report, so that it gets it done on a busy machine too. */
export const BUDGET_MS = 20_000

/** What Node takes to start on a quiet machine. */
const START_MS = 40

/**
 * A time to report that is used up, because somebody never answers: so much on a quiet machine, and on another one as many
 * times more as Node takes longer to start there, so that what comes before is done in it.
 */
export function shortBudget(ms: number): number {
  const began = performance.now()
  spawnSync(process.execPath, ['-e', ''])
  return Math.min(60_000, Math.ceil(ms * Math.max(1, (performance.now() - began) / START_MS)))
}

/** Waits until it is so; fails saying what was waited for. */
export async function eventually(what: string | (() => string), isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain: ${typeof what === 'string' ? what : what()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
