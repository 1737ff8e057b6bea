import type { SummaryOptions } from '../../model.ts'
import type { Ages, Bounds } from '../../period.ts'
import type { Warehouse } from '../connect.ts'
import { bucketSql, durationIn } from './buckets.ts'
import { COUNTS, instantSql, plausibleSql, weeksBackSql } from './runs-sql.ts'

/** In place of a week: a wrong clock, and before the time that is looked at. */
const WRONG = -1
const BEFORE = -2
/** In place of a bucket: a run that did not pass. */
const FAILED = -1
const INTERRUPTED = -2

/** Runs of a target in a week that ended alike. */
interface Cell {
  /** Weeks back from the end. */
  readonly week: number
  readonly isNested: boolean
  readonly kind: number
  readonly count: number
  /** Together, ms. */
  readonly ms: number
}

/** How many runs of each target there are, by week and duration. */
export class Histogram {
  private readonly targets = new Map<string, Cell[]>()
  private wrongClock = 0
  private before = 0
  private readonly weeks: Float64Array

  constructor({ most }: Bounds) {
    this.weeks = new Float64Array(most)
  }

  /** All runs, whenever they were. */
  get runs(): number {
    return this.wrongClock + this.before + this.weeks.reduce((sum, count) => sum + count, 0)
  }

  get ages(): Ages {
    return { wrongClock: this.wrongClock, before: this.before, weeks: this.weeks }
  }

  /** Adds a row of `histogramSql`. */
  add(target: string, cell: Cell): void {
    if (cell.week === WRONG) this.wrongClock += cell.count
    else if (cell.week === BEFORE || cell.week >= this.weeks.length) this.before += cell.count
    else {
      this.weeks[cell.week] = (this.weeks[cell.week] as number) + cell.count
      const cells = this.targets.get(target)
      if (cells === undefined) this.targets.set(target, [cell])
      else cells.push(cell)
    }
  }

  /** Targets with runs within so many weeks, sorted. */
  targetsWithin(weeks: number): string[] {
    return [...this.targets].flatMap(([target, cells]) => (cells.some(({ week }) => week < weeks) ? [target] : [])).sort()
  }

  /** How many runs of a target passed, by week, oldest first. */
  passedByWeek(target: string, weeks: number): number[] {
    const counts = new Array<number>(weeks).fill(0)
    for (const { week, kind, count } of this.targets.get(target) ?? [])
      if (week < weeks && kind >= 0) counts[weeks - 1 - week] = (counts[weeks - 1 - week] as number) + count
    return counts
  }

  /** Durations of a target's passing runs by week, oldest first, each as exact as its bucket. */
  weekly(target: string, weeks: number): Float64Array[] {
    const found = this.passedByWeek(target, weeks).map((size) => new Float64Array(size))
    const filled = new Uint32Array(weeks)
    const passing = (this.targets.get(target) ?? []).filter(({ week, kind }) => week < weeks && kind >= 0)
    for (const { week, kind, count } of passing.sort((one, other) => one.kind - other.kind)) {
      const at = weeks - 1 - week
      const durations = found[at] as Float64Array
      for (let one = 0; one < count; one++) durations[(filled[at] as number) + one] = durationIn(kind, (one + 0.5) / count)
      filled[at] = (filled[at] as number) + count
    }
    // Runs inside others have cells of their own.
    return found.map((durations) => durations.sort())
  }

  /** A target's runs and times within so many weeks. */
  times(target: string, weeks: number) {
    const all = { passed: 0, spentMs: 0, failedMs: 0 }
    const outermost = { passed: 0, spentMs: 0, failedMs: 0 }
    let [runs, failed, interrupted] = [0, 0, 0]
    for (const { week, isNested, kind, count, ms } of this.targets.get(target) ?? []) {
      if (week >= weeks) continue
      runs += count
      if (kind === FAILED) failed += count
      if (kind === INTERRUPTED) interrupted += count
      for (const times of isNested ? [all] : [all, outermost]) {
        times.spentMs += ms
        if (kind >= 0) times.passed += count
        if (kind === FAILED) times.failedMs += ms
      }
    }
    return { runs, failed, interrupted, all, outermost }
  }
}

/** Reads the histogram of all runs that count. */
export async function readHistogram(
  warehouse: Warehouse,
  { runs, nested, bounds, options }: { runs: string; nested: string; bounds: Bounds; options: SummaryOptions },
): Promise<Histogram> {
  const histogram = new Histogram(bounds)
  const week = `CASE WHEN NOT (${plausibleSql(options)}) THEN ${WRONG} WHEN instant < ${instantSql(bounds.earliest)} THEN ${BEFORE}
    ELSE ${weeksBackSql(bounds.to)} END`
  const kind = `CASE outcome WHEN 'success' THEN ${bucketSql('ms')} WHEN 'failure' THEN ${FAILED} ELSE ${INTERRUPTED} END`
  const sql = `SELECT target, ${week}, ${nested}, ${kind}, count(*)::float8, sum(CAST(ms AS float8)) FROM ${runs} WHERE ${COUNTS} GROUP BY 1, 2, 3, 4`
  await warehouse.query(sql, [], (rows) => {
    for (const [target, weeks, isNested, what, count, ms] of rows)
      histogram.add(String(target), {
        week: Number(weeks),
        isNested: isNested === true,
        kind: Number(what),
        count: Number(count),
        ms: Number(ms),
      })
  })
  return histogram
}
