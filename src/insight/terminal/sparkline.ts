const STEPS = '▁▂▃▄▅▆▇█'

/** From bottom to top at least this factor, so that what hardly moves looks flat. */
const LEAST_RANGE = 2

/** Values as a row of bars on a log scale, a gap for each that is missing. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const logs = values.map((value) => (value === undefined ? undefined : Math.log(Math.max(1, value))))
  const there = logs.filter((value) => value !== undefined)
  if (there.length === 0) return ' '.repeat(values.length)
  const [low, high] = [Math.min(...there), Math.max(...there)]
  const range = Math.max(high - low, Math.log(LEAST_RANGE))
  const bottom = (low + high - range) / 2
  return logs
    .map((value) =>
      value === undefined ? ' ' : STEPS.charAt(Math.min(STEPS.length - 1, Math.floor(((value - bottom) / range) * STEPS.length))),
    )
    .join('')
}
