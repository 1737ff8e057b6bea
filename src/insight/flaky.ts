import type { Share } from './model.ts'
import { FAILED, PASSED, type RunTable } from './run-table.ts'
import { shareOf } from './shares.ts'

/** One commit with both may be a network that was gone for a minute; so many are not. */
const LEAST_MIXED = 3
/** The least share of commits, at the lower end of its interval. */
const LEAST_SHARE = 0.01

/** Of the commits on which a target ran more than once: on how many it both failed and passed. Undefined where there are none. */
export function mixedCommits({ columns }: RunTable, rows: Uint32Array): Share | undefined {
  const states = new Map<number, number>()
  for (const at of rows) {
    const commit = columns.commit[at] as number
    const outcome = columns.outcome[at]
    if (commit === 0 || (outcome !== PASSED && outcome !== FAILED)) continue
    const before = states.get(commit) ?? 0
    // Whether it ran before, passed, and failed, a bit each.
    states.set(commit, before | (before === 0 ? 0 : 1) | (outcome === PASSED ? 2 : 4))
  }
  let mixed = 0
  let repeated = 0
  for (const state of states.values()) {
    if ((state & 1) === 1) repeated++
    if ((state & 6) === 6) mixed++
  }
  return repeated === 0 ? undefined : shareOf(mixed, repeated)
}

/** Whether a target deserves the name. */
export function isFlaky(mixed: Share | undefined): boolean {
  return mixed !== undefined && mixed.count >= LEAST_MIXED && mixed.low > LEAST_SHARE
}
