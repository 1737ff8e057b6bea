import type { World } from '../world.ts'

/** Told how far the work has come: so much of all there is, in whatever unit; 0 where nobody knows how much there is. */
export type Tell = (done: number, all: number) => void

/** Whoever waits less need not know. */
const SILENT_MS = 1_000
const BETWEEN_MS = 100
const CELLS = 24

/** A bar on stderr at a terminal, from the second second on; nothing otherwise. `clear` takes it away again. */
export function progressBar(world: Pick<World, 'stderr' | 'monotonic' | 'env'>): { tell: Tell; clear: () => void } {
  if (world.env.TERM === 'dumb' || !world.stderr.isTTY) return { tell: () => {}, clear: () => {} }
  const start = world.monotonic()
  let next = start + SILENT_MS
  let drawn = false
  return {
    tell: (done, all) => {
      const now = world.monotonic()
      if (now < next) return
      next = now + BETWEEN_MS
      drawn = true
      world.stderr.write(`\r${all > 0 ? bar(Math.min(1, done / all)) : `reading, ${Math.round((now - start) / 1000)} s`}\u001b[K`)
    },
    clear: () => {
      if (drawn) world.stderr.write('\r\u001b[K')
      drawn = false
    },
  }
}

function bar(share: number): string {
  const full = Math.floor(share * CELLS)
  return `reading [${'#'.repeat(full)}${' '.repeat(CELLS - full)}] ${Math.floor(share * 100)}%`
}
