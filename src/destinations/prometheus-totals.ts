import type { Properties } from '../event/serialize.ts'

/** Upper bounds of the histogram, seconds: from a tenth of a second to an hour. */
const BOUNDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]

/** More values of a label than this are a burden to Prometheus; the rest counts as `other`. */
export const TARGETS_MOST = 100
const OTHER = 'other'

/** More than can wait in an outbox, so that whatever is handed in again is known. */
const REMEMBERED = 1_200

/** Runs of one target with one outcome. */
export interface Series {
  readonly target: string
  readonly outcome: string
  count: number
  /** Seconds. */
  sum: number
  /** Runs no longer than each of the bounds, not cumulative; the longer ones are in none. */
  readonly buckets: number[]
  /** When the last one ended, seconds since 1970. */
  last: number
}

/**
 * Running totals, kept on disk between runs: a process that lives for one run must never let a counter go
 * back. The bounds are those that it was begun with, whichever version reads it.
 */
export interface Totals {
  readonly version: 1
  readonly bounds: readonly number[]
  readonly series: Series[]
  /** IDs of the events that were counted last. */
  readonly counted: string[]
}

/** Reads totals that were kept; what is not whole is not used, and counting begins again. */
export function readTotals(text: string | undefined): Totals {
  try {
    const kept = JSON.parse(text ?? '') as Totals
    const isWhole =
      [kept.bounds, kept.series, kept.counted].every(Array.isArray) && kept.bounds.every(Number.isFinite) && kept.series.every(isSeries)
    if (isWhole) return kept
  } catch {
    // Begun below.
  }
  return { version: 1, bounds: BOUNDS, series: [], counted: [] }
}

function isSeries({ target, outcome, count, sum, buckets, last }: Series): boolean {
  return [target, outcome].every((text) => typeof text === 'string') && [count, sum, last, ...buckets].every(Number.isFinite)
}

/** Counts a run once, however often it is handed in. Tests, and events that are no runs, are not counted. */
export function count(totals: Totals, id: string, run: Properties): void {
  if (totals.counted.includes(id)) return
  const { command, outcome, duration_ms, start_time, is_test } = run
  if (typeof command !== 'string' || typeof duration_ms !== 'number' || (is_test !== undefined && is_test !== 'no')) return
  remember(totals, id)
  const seconds = duration_ms / 1_000
  const series = seriesFor(totals, command, typeof outcome === 'string' ? outcome : 'unknown')
  series.count++
  // In whole milliseconds, so that a long sum gathers no dust.
  series.sum = Math.round((series.sum + seconds) * 1_000) / 1_000
  const bucket = totals.bounds.findIndex((bound) => seconds <= bound)
  if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  const ended = Date.parse(String(start_time)) / 1_000 + seconds
  if (Number.isFinite(ended)) series.last = Math.max(series.last, Math.round(ended * 1_000) / 1_000)
}

function remember(totals: Totals, id: string): void {
  totals.counted.push(id)
  totals.counted.splice(0, totals.counted.length - REMEMBERED)
}

function seriesFor({ series, bounds }: Totals, command: string, outcome: string): Series {
  const known = new Set(series.map(({ target }) => target))
  const target = known.has(command) || known.size < TARGETS_MOST - 1 ? command : OTHER
  const found = series.find((one) => one.target === target && one.outcome === outcome)
  if (found) return found
  const fresh: Series = { target, outcome, count: 0, sum: 0, buckets: bounds.map(() => 0), last: 0 }
  series.push(fresh)
  return fresh
}
