import type { Period } from './period.ts'
import { weekOf } from './period.ts'
import type { Sorted } from './quantiles.ts'
import { PASSED, type RunTable } from './run-table.ts'

/** The passing runs of one target, from the shortest to the longest, each with its person and its week. */
export interface Passing {
  readonly durations: Sorted
  readonly people: Uint32Array
  readonly weeks: Uint32Array
}

/** Numbers above this are no longer exact. */
const EXACT = 2 ** 53

/**
 * Sorts once for everything that needs an order: the three facts of a run are packed into one number, because sorting a column of
 * numbers takes a tenth of sorting rows by a function.
 */
export function passingRuns(table: RunTable, rows: Uint32Array, period: Period): Passing {
  const { columns, people } = table
  const perDuration = period.weeks * Math.max(1, people.list.length)
  const longest = Math.floor(EXACT / perDuration) - 1
  const packed = new Float64Array(rows.length)
  let count = 0
  for (const at of rows) {
    if (columns.outcome[at] !== PASSED) continue
    const duration = Math.min(longest, Math.max(0, Math.round(columns.durationMs[at] as number)))
    const week = Math.max(0, weekOf(period, columns.startedAt[at] as number))
    packed[count++] = duration * perDuration + (columns.person[at] as number) * period.weeks + week
  }
  return unpack(packed.subarray(0, count).sort(), perDuration, period.weeks)
}

function unpack(packed: Float64Array, perDuration: number, weekCount: number): Passing {
  const people = new Uint32Array(packed.length)
  const weeks = new Uint32Array(packed.length)
  for (let at = 0; at < packed.length; at++) {
    const value = packed[at] as number
    const duration = Math.floor(value / perDuration)
    const rest = value - duration * perDuration
    weeks[at] = rest % weekCount
    people[at] = Math.floor(rest / weekCount)
    packed[at] = duration
  }
  return { durations: packed, people, weeks }
}

/** Durations by a group that each run is in, each group in order; a run of no group has -1. */
export function grouped(durations: Sorted, groupOf: (at: number) => number, groups: number): Sorted[] {
  const sizes = new Uint32Array(groups)
  for (let at = 0; at < durations.length; at++) {
    const group = groupOf(at)
    if (group >= 0) sizes[group] = (sizes[group] as number) + 1
  }
  const found = Array.from(sizes, (size) => new Float64Array(size))
  sizes.fill(0)
  for (let at = 0; at < durations.length; at++) {
    const group = groupOf(at)
    if (group < 0) continue
    const next = sizes[group] as number
    ;(found[group] as Float64Array)[next] = durations[at] as number
    sizes[group] = next + 1
  }
  return found
}
