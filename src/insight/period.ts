import { type SummaryOptions, WEEK_MS } from './model.ts'
import type { RunTable } from './run-table.ts'

/** The time that is looked at, cut into weeks that end with it. */
export interface Period {
  /** Ms since 1970. */
  readonly from: number
  readonly to: number
  readonly weeks: number
  /** Runs with a wrong clock, and from before the period. */
  readonly wrongClock: number
  readonly outside: number
}

const DAY_MS = 86_400_000

/** Before that there was no such tool. */
export const EARLIEST = Date.UTC(2019, 0)

/** A period of everything has at most so many weeks: ten years. */
const MOST_WEEKS = 520

/** Before the start of a period of everything there may be this share of the runs, for clocks that were wrong for a while. */
const STRAYS = 0.005

/** Where a period ends, and how far back it may go. */
export interface Bounds {
  /** Ms since 1970. */
  readonly to: number
  readonly earliest: number
  /** Weeks, at most. */
  readonly most: number
}

/** How many runs there are by age. */
export interface Ages {
  readonly wrongClock: number
  /** From before the earliest time, or the most weeks. */
  readonly before: number
  /** By whole weeks back from the end. */
  readonly weeks: Float64Array
}

/** Whether a clock may have been right. */
export function isPlausible(time: number, { now }: SummaryOptions): boolean {
  return time >= EARLIEST && time <= latestOf({ now })
}

/** What a clock that is right may say at most: a zone that was mistaken for another is within a day. */
export function latestOf({ now }: Pick<SummaryOptions, 'now'>): number {
  return now + DAY_MS
}

/** The bounds that the options ask for; `last` is when the last run with a plausible clock started, if there is one. */
export function boundsOf({ now, periodMs, from, end }: SummaryOptions, last: number | undefined): Bounds {
  const lastOrNow = Math.min(now, end === 'last-run' && last !== undefined ? last + 1 : now)
  // Where all runs are older there is no last one to end with.
  const to = from !== undefined && from >= lastOrNow ? now : lastOrNow
  const length = from === undefined ? (periodMs ?? Number.POSITIVE_INFINITY) : to - from
  return { to, earliest: Math.max(EARLIEST, to - length), most: Math.min(MOST_WEEKS, Math.ceil(length / WEEK_MS)) }
}

/**
 * The period that the options ask for, begun no earlier than the runs do. Weeks are of 168 hours each and no calendar's: a day
 * on which the clocks change is in none of them longer or shorter.
 */
export function periodOf(table: RunTable, options: SummaryOptions): Period {
  const times = table.columns.startedAt.subarray(0, table.count)
  let last: number | undefined
  for (const time of times) if (isPlausible(time, options) && !(time < (last ?? time))) last = time
  const bounds = boundsOf(options, last)
  const weeks = new Float64Array(bounds.most)
  let [wrongClock, before] = [0, 0]
  for (const time of times) {
    const week = Math.max(0, Math.floor((bounds.to - 1 - time) / WEEK_MS))
    if (!isPlausible(time, options)) wrongClock++
    else if (time < bounds.earliest || week >= bounds.most) before++
    else weeks[week] = (weeks[week] as number) + 1
  }
  return periodOfAges(bounds, { wrongClock, before, weeks })
}

/** The same from how many runs there are of each age. */
export function periodOfAges({ to, earliest }: Bounds, { wrongClock, before, weeks: counts }: Ages): Period {
  const weeks = weeksOfRuns(counts)
  const outside = before + counts.subarray(weeks).reduce((sum, count) => sum + count, 0)
  return { from: Math.max(to - weeks * WEEK_MS, earliest), to, weeks, wrongClock, outside }
}

/** How many weeks back from the end the runs go, but for a few strays. */
function weeksOfRuns(counts: Float64Array): number {
  const all = counts.reduce((sum, count) => sum + count, 0)
  let before = 0
  for (let week = counts.length - 1; week > 0; week--) {
    before += counts[week] as number
    if (before > all * STRAYS) return week + 1
  }
  return 1
}

/** The week of a time, from 0 for the oldest; -1 outside the period. */
export function weekOf({ from, to, weeks }: Period, time: number): number {
  if (!(time >= from && time <= to + DAY_MS)) return -1
  return Math.max(0, weeks - 1 - Math.max(0, Math.floor((to - 1 - time) / WEEK_MS)))
}
