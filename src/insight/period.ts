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
const EARLIEST = Date.UTC(2019, 0)

/** A period of everything has at most so many weeks: ten years. */
const MOST_WEEKS = 520

/** Before the start of a period of everything there may be this share of the runs, for clocks that were wrong for a while. */
const STRAYS = 0.005

/**
 * The period that the options ask for, begun no earlier than the runs do. Weeks are of 168 hours each and no calendar's: a day
 * on which the clocks change is in none of them longer or shorter.
 */
export function periodOf(table: RunTable, options: SummaryOptions): Period {
  const latest = options.now + DAY_MS
  const { startedAt } = table.columns
  let wrongClock = 0
  let last = Number.NEGATIVE_INFINITY
  for (let at = 0; at < table.count; at++) {
    const time = startedAt[at] as number
    if (!(time >= EARLIEST && time <= latest)) wrongClock++
    else if (time > last) last = time
  }
  const to = Math.min(options.now, options.end === 'last-run' && last > 0 ? last + 1 : options.now)
  const most = Math.min(MOST_WEEKS, Math.ceil((options.periodMs ?? Number.POSITIVE_INFINITY) / WEEK_MS))
  const earliest = Math.max(EARLIEST, to - (options.periodMs ?? Number.POSITIVE_INFINITY))
  const weeks = weeksOfRuns(table, { earliest, latest, to, most })
  let outside = 0
  const from = Math.max(to - weeks * WEEK_MS, earliest)
  for (let at = 0; at < table.count; at++) {
    const time = startedAt[at] as number
    if (time >= EARLIEST && time < from) outside++
  }
  return { from, to, weeks, wrongClock, outside }
}

/** How many weeks back from the end the runs go, but for a few strays. */
function weeksOfRuns(
  table: RunTable,
  { earliest, latest, to, most }: { earliest: number; latest: number; to: number; most: number },
): number {
  const counts = new Float64Array(most)
  let all = 0
  for (let at = 0; at < table.count; at++) {
    const time = table.columns.startedAt[at] as number
    if (time < earliest || time > latest) continue
    const week = Math.max(0, Math.floor((to - 1 - time) / WEEK_MS))
    if (week >= most) continue
    counts[week] = (counts[week] as number) + 1
    all++
  }
  let before = 0
  for (let week = most - 1; week > 0; week--) {
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
