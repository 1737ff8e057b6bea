/** How a run ended, as the event has it. */
export type Outcome = 'success' | 'failure' | 'interrupted'

/** What a run says of the machine; each part may be missing. */
export interface Machine {
  readonly os: string | undefined
  readonly arch: string | undefined
  readonly cpus: number | undefined
  /** GiB. */
  readonly memoryGb: number | undefined
}

/** One run as insight reads it, from whichever source. */
export interface Run {
  /** The event's ID; a second run with the same one is the same run. Undefined where the source has none. */
  readonly id: string | undefined
  readonly target: string
  /** Wall clock of the machine it ran on, ms since 1970. */
  readonly startedAt: number
  /** Milliseconds. */
  readonly durationMs: number
  readonly outcome: Outcome
  /** Anonymous ID; undefined for the record of this machine, where everybody is the same person. */
  readonly person: string | undefined
  readonly machine: Machine | undefined
  /** What tells commits apart (see run-of.ts). Undefined where it isn't known, or where tracked files were changed. */
  readonly commit: string | undefined
  /** What runs inside this one name as their parent. */
  readonly runId: string | undefined
  /**
   * The run that this one ran inside, or the span of a foreign tool. Only if that run is among the others is this one's time
   * counted in it already.
   */
  readonly parentRunId: string | undefined
}

/** What of the runs is looked at. */
export interface SummaryOptions {
  /** Wall clock, ms since 1970. What claims to be from later than a day after it had a wrong clock. */
  readonly now: number
  /** Length of the period, ms, back from its end; undefined for everything there is. */
  readonly periodMs?: number | undefined
  /** Where the period begins, ms since 1970, wherever it ends; in place of a length. */
  readonly from?: number | undefined
  /** Where the period ends: now, or with the last run, for records that may be older. */
  readonly end?: 'now' | 'last-run' | undefined
  /** Only these targets; undefined or empty for all. */
  readonly targets?: readonly string[] | undefined
  /** The anonymous ID whose runs are "you". */
  readonly you?: string | undefined
  /** Targets that fewer people ran are left out, with their runs, and medians of weeks with fewer; 1 without. */
  readonly leastPeople?: number | undefined
  /** Runs kept of each target for a strip; all statistics are of all runs. */
  readonly sampleSize?: number | undefined
}

/** Values of a distribution, in ms. */
export interface Quantiles {
  readonly p5: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p95: number
}

/** Seven days of a target, counted back from the end of the period. */
export interface Week {
  /** Ms since 1970. */
  readonly from: number
  /** Passing runs. */
  readonly passed: number
  /** Of passing runs, ms; undefined below LEAST_RUNS. */
  readonly middle: Pick<Quantiles, 'p25' | 'p50' | 'p75'> | undefined
}

/** The last weeks of a target against its first. */
export interface Trend {
  /** By how much the typical run got slower (above 0) or faster, in percent, each person compared with themselves. */
  readonly percent: number
  /** Mann-Whitney's, corrected for ties; above 0 is slower. */
  readonly z: number
  /** Whether to speak of it. */
  readonly significant: boolean
  /** How long each of the two spans is: 4 weeks, or less where the target has not been run for two times that. */
  readonly weeks: number
}

/** A share with its Wilson 95% interval; each from 0 to 1. */
export interface Share {
  readonly count: number
  readonly of: number
  readonly share: number
  readonly low: number
  readonly high: number
}

/** Time that need not have been spent, ms. */
export interface TimeLost {
  /** In runs that failed. */
  readonly failedMs: number
  /** Above the median of the first weeks, where the target got significantly slower. */
  readonly slowerMs: number
}

/** One run of a strip. */
export interface SampledRun {
  readonly startedAt: number
  readonly durationMs: number
  readonly outcome: Outcome
  readonly you: boolean
}

/** What is known of one target. */
export interface TargetSummary {
  readonly target: string
  readonly runs: number
  readonly passed: number
  readonly failed: number
  readonly interrupted: number
  /** How many people ran it; 1 for the record of this machine. */
  readonly people: number
  /** All its runs together, ms. */
  readonly spentMs: number
  /** Of passing runs; undefined below LEAST_RUNS. */
  readonly quantiles: Quantiles | undefined
  /** The same of the one to four passing runs that there are; undefined for none, for more, and where what a few did is not shown. */
  readonly early: Pick<Quantiles, 'p50' | 'p95'> | undefined
  /** Failed among passed and failed; undefined below LEAST_RUNS. Whoever pressed Ctrl-C is in neither. */
  readonly failure: Share | undefined
  /** Commits on which it both failed and passed, among those on which it ran more than once; undefined without such. */
  readonly mixed: Share | undefined
  /** Whether to call it flaky. */
  readonly flaky: boolean
  /** The whole period, oldest first. */
  readonly weeks: readonly Week[]
  /** Undefined with too few runs, or in too short a period. */
  readonly trend: Trend | undefined
  readonly lost: TimeLost
  /** Some of its runs, oldest first. */
  readonly sample: readonly SampledRun[]
}

/** One person's runs of one target against everybody else's. */
export interface Cell {
  readonly target: string
  /** Passing runs; at least LEAST_RUNS. */
  readonly passed: number
  /** Median against the median of everybody else's; 2 is twice as slow. */
  readonly ratio: number
  /** Mann-Whitney's; above 0 is slower. */
  readonly z: number
}

/** One person, or rather their machine. There is no ID in it: it may be shown to others. */
export interface PersonSummary {
  /** `u01` and so on; the same in one set of data, without a meaning beyond it. */
  readonly code: string
  readonly you: boolean
  /** What their latest run says of it. */
  readonly machine: Machine | undefined
  readonly runs: number
  /** The median of their cells' ratios. */
  readonly ratio: number
  /** In the order of the summary's targets, those with enough runs. */
  readonly cells: readonly Cell[]
  /** Far slower than everybody else, on most of what it runs. */
  readonly outlier: boolean
}

/** Runs that do not count, and why. */
export interface LeftOut {
  /** SEND_METRICS_TEST was set. */
  readonly tests: number
  /** The same event once more. */
  readonly duplicates: number
  /** From the future, or from before there was such a tool. */
  readonly wrongClock: number
  /** Read, but from before the period. */
  readonly outside: number
  /** Lines or rows that are no run of any form that is known. */
  readonly unreadable: number
  /** Where the first of them is, as `file:line`; undefined for none, and where lines have no numbers. */
  readonly firstUnreadable?: string | undefined
}

/** What stats prints and the report draws. */
export interface Summary {
  /** Ms since 1970. */
  readonly from: number
  readonly to: number
  readonly runs: number
  readonly passed: number
  readonly failed: number
  readonly interrupted: number
  /** How many people; 1 for the record of this machine. */
  readonly people: number
  /** Without runs inside others, ms. */
  readonly spentMs: number
  /** Without runs inside others. */
  readonly lost: TimeLost
  /** Those that took most time first. */
  readonly targets: readonly TargetSummary[]
  /** Every target in the period, also those that were not asked for, sorted. */
  readonly known: readonly string[]
  /** Slowest first; empty below LEAST_PEOPLE. */
  readonly machines: readonly PersonSummary[]
  readonly leftOut: LeftOut
}

/** A median of fewer runs says nothing. */
export const LEAST_RUNS = 5

/** Among two, nobody can say which one is the outlier. */
export const LEAST_PEOPLE = 3

export const WEEK_MS = 7 * 86_400_000
