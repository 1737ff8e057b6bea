import { barFor, mannWhitney } from './mann-whitney.ts'
import { LEAST_RUNS, type Trend } from './model.ts'
import { grouped, type Passing } from './passing.ts'
import { quantile } from './quantiles.ts'

/** Below this nothing is said, however few targets there are. */
const LEAST_Z = 3

/** Each side of the comparison is as long as this, if there are so many weeks. */
const SPAN_WEEKS = 4

/** The weeks that a target's last ones are compared with, from `first` on; undefined where it was run in one week only. */
export interface Spans {
  readonly first: number
  readonly weeks: number
}

/** Of a target's own weeks, by how many runs passed in each: the first four and the last four of the period, or halves of what there is. */
export function spansOf(passed: readonly number[]): Spans | undefined {
  const all = passed.reduce((sum, count) => sum + count, 0)
  let first = 0
  // A few runs that a wrong clock put long before all others are not the beginning.
  for (let before = 0; first < passed.length; first++) {
    before += passed[first] ?? 0
    if (before > all * 0.005) break
  }
  const weeks = Math.min(SPAN_WEEKS, Math.floor((passed.length - first) / 2))
  return weeks > 0 ? { first, weeks } : undefined
}

/**
 * Whether a target got slower: each passing run against its own person's median, on a log scale; then the last weeks against the
 * first, by ranks. Raw medians took a change in who ran what for a change of the target. `targets` is how many are tried:
 * among many the bar is higher, so that a summary without any effect raises an alarm in one case of 200.
 */
export function trendOf(passing: Passing, spans: Spans | undefined, weekCount: number, targets: number): Trend | undefined {
  if (spans === undefined) return undefined
  const medians = personMedians(passing)
  const side = (at: number) => {
    if (!medians.has(passing.people[at] as number)) return -1
    const week = passing.weeks[at] as number
    if (week >= weekCount - spans.weeks) return 1
    return week >= spans.first && week < spans.first + spans.weeks ? 0 : -1
  }
  const logs = passing.durations.map((ms, at) => Math.log(Math.max(1, ms)) - (medians.get(passing.people[at] as number) ?? 0))
  const [before, after] = grouped(logs, side, 2).map((values) => values.sort())
  if (before === undefined || after === undefined || Math.min(before.length, after.length) < LEAST_RUNS) return undefined
  const z = mannWhitney(after, before)
  const percent = (Math.exp(quantile(after, 0.5) - quantile(before, 0.5)) - 1) * 100
  const significant = Math.abs(z) > Math.max(LEAST_Z, barFor(targets)) && Math.sign(percent) === Math.sign(z)
  return { percent, z, significant, weeks: spans.weeks }
}

/** The log of each person's median; of those with enough runs. */
function personMedians({ durations, people }: Passing): Map<number, number> {
  const most = people.reduce((largest, person) => Math.max(largest, person), 0)
  const groups = grouped(durations, (at) => people[at] as number, most + 1)
  const medians = groups.map((values, person): [number, number] => [person, Math.log(Math.max(1, quantile(values, 0.5)))])
  return new Map(medians.filter(([person]) => (groups[person]?.length ?? 0) >= LEAST_RUNS))
}
