import { isFlaky, mixedCommits } from './flaky.ts'
import { LEAST_RUNS, type SummaryOptions, type TargetSummary, type TimeLost, type Trend, WEEK_MS, type Week } from './model.ts'
import { cellsOf, type NumberedCell } from './outliers.ts'
import { grouped, type Passing, passingRuns } from './passing.ts'
import type { Period } from './period.ts'
import { earlyQuantilesOf, middleOf, quantile, quantilesOf, type Sorted } from './quantiles.ts'
import { FAILED, PASSED, type RunTable } from './run-table.ts'
import { sampleOf } from './sample.ts'
import { shareOf } from './shares.ts'
import { type Spans, spansOf, trendOf } from './trend.ts'

/** Totals of some runs, ms. */
export interface Times {
  readonly spentMs: number
  readonly lost: TimeLost
}

/** A target, its cells of everybody who ran it, and its times without runs inside others. */
export interface CountedTarget {
  readonly summary: TargetSummary
  readonly cells: readonly NumberedCell[]
  readonly outermost: Times
}

/** What holds for every target. */
export interface Circumstances {
  readonly period: Period
  readonly options: SummaryOptions
  /** How many targets are tried for a trend. */
  readonly targets: number
}

/** Some runs of a target: how many passed, and their time, ms. */
interface Share {
  readonly passed: number
  readonly spentMs: number
  readonly failedMs: number
}

/** What is counted of a target, wherever it is counted. */
export interface TargetFacts {
  readonly target: string
  readonly runs: number
  readonly failed: number
  readonly interrupted: number
  /** How many people ran it. */
  readonly people: number
  /** Above the number of any of them. */
  readonly personCount: number
  readonly all: Share
  /** Without runs inside others. */
  readonly outermost: Share
  readonly passing: Passing
  /** Durations of passing runs by week, oldest first. */
  readonly weekly: readonly Sorted[]
  /** Which weeks have runs of fewer people than may be shown. */
  readonly isThin: (week: number) => boolean
  readonly mixed: TargetSummary['mixed']
  readonly sample: TargetSummary['sample']
}

/** Everything about one target, from its rows in the table; undefined where too few people ran it. */
export function countTarget(now: Circumstances, table: RunTable, target: string, rows: Uint32Array): CountedTarget | undefined {
  const { period, options } = now
  const people = new Set<number>()
  for (const at of rows) people.add(table.columns.person[at] as number)
  if (people.size < (options.leastPeople ?? 1)) return undefined
  const passing = passingRuns(table, rows, period)
  const you = options.you === undefined ? undefined : table.people.list.indexOf(options.you)
  return describe(now, {
    target,
    runs: rows.length,
    people: people.size,
    personCount: table.people.list.length,
    ...timesOf(table, rows),
    passing,
    weekly: grouped(passing.durations, (at) => passing.weeks[at] as number, period.weeks),
    isThin: options.leastPeople === undefined ? () => false : thinWeeks(passing, options.leastPeople),
    mixed: mixedCommits(table, rows),
    sample: sampleOf(table, rows, options.sampleSize ?? 0, you),
  })
}

/** Everything about one target, from what was counted of it. */
export function describe({ period, targets, options }: Circumstances, facts: TargetFacts): CountedTarget {
  const { target, runs, failed, interrupted, people, all, outermost, passing, weekly, isThin, mixed, sample } = facts
  const { passed } = all
  const spans = spansOf(weekly.map(({ length }) => length))
  const trend = trendOf(passing, spans, period.weeks, targets)
  const weeks = weekly.map((durations, week) => ({
    from: period.to - (period.weeks - week) * WEEK_MS,
    passed: durations.length,
    middle: isThin(week) ? undefined : middleOf(durations),
  }))
  const slowerMs = slower(trend, spans, weeks, weekly)
  const summary: TargetSummary = {
    target,
    runs,
    passed,
    failed,
    interrupted,
    people,
    spentMs: all.spentMs,
    quantiles: quantilesOf(passing.durations),
    early: options.leastPeople === undefined ? earlyQuantilesOf(passing.durations) : undefined,
    failure: passed + failed < LEAST_RUNS ? undefined : shareOf(failed, passed + failed),
    mixed,
    flaky: isFlaky(mixed),
    weeks,
    trend,
    lost: { failedMs: all.failedMs, slowerMs },
    sample,
  }
  const outer = { failedMs: outermost.failedMs, slowerMs: slowerMs * (passed === 0 ? 0 : outermost.passed / passed) }
  return {
    summary,
    cells: cellsOf(target, passing, facts.personCount),
    outermost: { spentMs: outermost.spentMs, lost: outer },
  }
}

function thinWeeks({ people, weeks }: Passing, least: number): (week: number) => boolean {
  const present = new Map<number, Set<number>>()
  for (let at = 0; at < weeks.length; at++) {
    const week = weeks[at] as number
    present.set(week, (present.get(week) ?? new Set()).add(people[at] as number))
  }
  return (week) => (present.get(week)?.size ?? 0) < least
}

function timesOf({ columns }: RunTable, rows: Uint32Array) {
  const all = { spentMs: 0, failedMs: 0, passed: 0 }
  const outermost = { spentMs: 0, failedMs: 0, passed: 0 }
  let [failed, interrupted] = [0, 0]
  for (const at of rows) {
    const duration = columns.durationMs[at] as number
    const outcome = columns.outcome[at]
    const isOutermost = columns.nested[at] === 0
    if (outcome === FAILED) failed++
    else if (outcome !== PASSED) interrupted++
    for (const times of isOutermost ? [all, outermost] : [all]) {
      if (outcome === PASSED) times.passed++
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
