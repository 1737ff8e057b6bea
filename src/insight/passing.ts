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

/** The passing runs of a target in a table. */
export function passingRuns({ columns, people }: RunTable, rows: Uint32Array, period: Period): Passing {
  const packing = new Packing(rows.length, people.list.length, period.weeks)
  for (const at of rows) {
    if (columns.outcome[at] !== PASSED) continue
    const week = Math.max(0, weekOf(period, columns.startedAt[at] as number))
    packing.add(columns.durationMs[at] as number, columns.person[at] as number, week)
  }
  return packing.sorted()
}

/**
 * Sorts once for everything that needs an order: the three facts of a run are packed into one number, because sorting a column of
 * numbers takes a tenth of sorting rows by a function.
 */
export class Packing {
  private readonly packed: Float64Array
  private readonly weeks: number
  private readonly perDuration: number
  private readonly longest: number
  private count = 0

  /** For at most `size` runs of so many people in so many weeks. */
  constructor(size: number, people: number, weeks: number) {
    this.packed = new Float64Array(size)
    this.weeks = weeks
    this.perDuration = weeks * Math.max(1, people)
    this.longest = Math.floor(EXACT / this.perDuration) - 1
  }

  add(durationMs: number, person: number, week: number): void {
    const duration = Math.min(this.longest, Math.max(0, Math.round(durationMs)))
    this.packed[this.count++] = duration * this.perDuration + person * this.weeks + week
  }

  /** What was added; afterwards nothing may be. */
  sorted(): Passing {
    const durations = this.packed.subarray(0, this.count).sort()
    const people = new Uint32Array(this.count)
    const weeks = new Uint32Array(this.count)
    for (let at = 0; at < this.count; at++) {
      const value = durations[at] as number
      const duration = Math.floor(value / this.perDuration)
      const rest = value - duration * this.perDuration
      weeks[at] = rest % this.weeks
      people[at] = Math.floor(rest / this.weeks)
      durations[at] = duration
    }
    return { durations, people, weeks }
  }
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
