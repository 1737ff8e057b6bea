import { isFlaky, mixedCommits } from './flaky.ts'
import { LEAST_RUNS, type SummaryOptions, type TargetSummary, type TimeLost, type Trend, WEEK_MS, type Week } from './model.ts'
import { grouped, type Passing, passingRuns } from './passing.ts'
import type { Period } from './period.ts'
import { middleOf, quantile, quantilesOf, type Sorted } from './quantiles.ts'
import { FAILED, PASSED, type RunTable } from './run-table.ts'
import { sampleOf } from './sample.ts'
import { shareOf } from './shares.ts'
import { type Spans, spansOf, trendOf } from './trend.ts'

/** Totals of some runs, ms. */
export interface Times {
  readonly spentMs: number
  readonly lost: TimeLost
}

/** A target, its passing runs for further comparison, and its times without runs inside others. */
export interface CountedTarget {
  readonly summary: TargetSummary
  readonly passing: Passing
  readonly outermost: Times
}

/** What holds for every target. */
export interface Circumstances {
  readonly table: RunTable
  readonly period: Period
  readonly options: SummaryOptions
  /** How many targets are tried for a trend. */
  readonly targets: number
}

/** Everything about one target, from its rows in the table; undefined where too few people ran it. */
export function countTarget(now: Circumstances, target: string, rows: Uint32Array): CountedTarget | undefined {
  const { table, period, options } = now
  const people = new Set<number>()
  for (const at of rows) people.add(table.columns.person[at] as number)
  if (people.size < (options.leastPeople ?? 1)) return undefined
  const passing = passingRuns(table, rows, period)
  const weekly = grouped(passing.durations, (at) => passing.weeks[at] as number, period.weeks)
  const spans = spansOf(weekly)
  const trend = trendOf(passing, spans, period.weeks, now.targets)
  const weeks = weeksOf(now, passing, weekly)
  const { failed, interrupted, all, outermost } = timesOf(now, rows)
  const slowerMs = slower(trend, spans, weeks, weekly)
  const mixed = mixedCommits(table, rows)
  const passed = passing.durations.length
  const you = options.you === undefined ? undefined : table.people.list.indexOf(options.you)
  const summary: TargetSummary = {
    target,
    runs: rows.length,
    passed,
    failed,
    interrupted,
    people: people.size,
    spentMs: all.spentMs,
    quantiles: quantilesOf(passing.durations),
    failure: passed + failed < LEAST_RUNS ? undefined : shareOf(failed, passed + failed),
    mixed,
    flaky: isFlaky(mixed),
    weeks,
    trend,
    lost: { failedMs: all.failedMs, slowerMs },
    sample: sampleOf(table, rows, options.sampleSize ?? 0, you),
  }
  const outer = { failedMs: outermost.failedMs, slowerMs: slowerMs * (passed === 0 ? 0 : outermost.passed / passed) }
  return { summary, passing, outermost: { spentMs: outermost.spentMs, lost: outer } }
}

function weeksOf({ period, options }: Circumstances, passing: Passing, weekly: readonly Sorted[]): Week[] {
  const few = options.leastPeople === undefined ? () => false : thinWeeks(passing, options.leastPeople)
  return weekly.map((durations, week) => ({
    from: period.to - (period.weeks - week) * WEEK_MS,
    passed: durations.length,
    middle: few(week) ? undefined : middleOf(durations),
  }))
}

/** Which weeks have runs of fewer people than may be shown. */
function thinWeeks({ people, weeks }: Passing, least: number): (week: number) => boolean {
  const present = new Map<number, Set<number>>()
  for (let at = 0; at < weeks.length; at++) {
    const week = weeks[at] as number
    present.set(week, (present.get(week) ?? new Set()).add(people[at] as number))
  }
  return (week) => (present.get(week)?.size ?? 0) < least
}

function timesOf({ table: { columns } }: Circumstances, rows: Uint32Array) {
  const all = { spentMs: 0, failedMs: 0 }
  const outermost = { spentMs: 0, failedMs: 0, passed: 0 }
  let [failed, interrupted] = [0, 0]
  for (const at of rows) {
    const duration = columns.durationMs[at] as number
    const outcome = columns.outcome[at]
    const isOutermost = columns.nested[at] === 0
    if (outcome === FAILED) failed++
    else if (outcome !== PASSED) interrupted++
    else if (isOutermost) outermost.passed++
    for (const times of isOutermost ? [all, outermost] : [all]) {
      times.spentMs += duration
      if (outcome === FAILED) times.failedMs += duration
    }
  }
  return { failed, interrupted, all, outermost }
}

/**
 * What a target that got slower took beyond the median of its first weeks, week by week. Of a steady one it is nothing: half of
 * its runs are always above its median.
 */
function slower(trend: Trend | undefined, spans: Spans | undefined, weeks: readonly Week[], weekly: readonly Sorted[]): number {
  if (trend?.significant !== true || trend.percent < 0 || spans === undefined) return 0
  const first = Float64Array.from(weekly.slice(spans.first, spans.first + spans.weeks).flatMap((values) => [...values])).sort()
  const base = quantile(first, 0.5)
  return weeks.reduce((sum, { passed, middle }) => sum + (middle === undefined ? 0 : Math.max(0, middle.p50 - base) * passed), 0)
}
