/** Puts a value on an axis that goes from 0 to 1. */
export type Scale = (value: number) => number

/** A place on an axis that has a name. */
export interface Tick {
  readonly value: number
  /** It may be left out where there is little room. */
  readonly minor: boolean
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Times that are easy to say, each about three times the one before. */
const EASY_TIMES = [1, 3, 10, 30, 100, 300, SECOND, 3 * SECOND, 10 * SECOND, 30 * SECOND]
  .concat([MINUTE, 3 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 10 * HOUR, DAY, 3 * DAY, 10 * DAY, 30 * DAY])
  .map((value, at) => ({ value, minor: at % 2 === 1 }))

/** More of them would run into each other. */
const MOST_TICKS = 13

/** Durations in ms on a logarithmic axis, and its ticks. What is shorter than a millisecond counts as one. */
export function timeScale(values: Iterable<number>): { scale: Scale; ticks: readonly Tick[] } {
  let [low, high] = [Number.POSITIVE_INFINITY, 1]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  low = Math.min(low, high)
  // A little room on both sides, so that no mark is cut by the edge.
  low = Math.max(1, low) / 1.1
  high = Math.max(low * 3, high * 1.1)
  const width = Math.log(high / low)
  const scale = (value: number) => Math.min(1, Math.max(0, Math.log(Math.max(1, value) / low) / width))
  const ticks = EASY_TIMES.filter(({ value }) => value >= low && value <= high)
  return { scale, ticks: ticks.length > MOST_TICKS ? ticks.filter(({ minor }) => !minor) : ticks }
}

/** Steps of a share's axis. */
const EASY_SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25]

/** Shares from 0 to the highest or a bit more, and five ticks or fewer. */
export function shareScale(highest: number): { scale: Scale; ticks: readonly Tick[] } {
  const step = EASY_SHARES.find((one) => highest / one <= 5) ?? 0.25
  const end = Math.min(1, Math.max(step, Math.ceil(highest / step - 1e-9) * step))
  const count = Math.round(end / step)
  const ticks = Array.from({ length: count + 1 }, (_, at) => ({ value: at * step, minor: at % 2 === 1 }))
  return { scale: (value) => Math.min(1, value / end), ticks }
}
