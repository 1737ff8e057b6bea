import { LEAST_RUNS, type Quantiles, type Week } from './model.ts'

/** Numbers from the smallest to the largest. */
export type Sorted = Float64Array

/** The value below which a share of them lies, interpolated between neighbours (R-7, as PERCENTILE_CONT does); NaN for none. */
export function quantile(sorted: Sorted, share: number): number {
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? low
  return low + (high - low) * (at % 1)
}

/** The five that describe a target; undefined below LEAST_RUNS. */
export function quantilesOf(sorted: Sorted): Quantiles | undefined {
  if (sorted.length < LEAST_RUNS) return undefined
  const [p5, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => quantile(sorted, share)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return { p5, p25, p50, p75, p95 }
}

/** What there is to say of fewer than LEAST_RUNS; undefined for none, and for as many. */
export function earlyQuantilesOf(sorted: Sorted): Pick<Quantiles, 'p50' | 'p95'> | undefined {
  if (sorted.length === 0 || sorted.length >= LEAST_RUNS) return undefined
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }
}

/** The median with the middle half; undefined below LEAST_RUNS. */
export function middleOf(sorted: Sorted): Week['middle'] {
  if (sorted.length < LEAST_RUNS) return undefined
  return { p25: quantile(sorted, 0.25), p50: quantile(sorted, 0.5), p75: quantile(sorted, 0.75) }
}
