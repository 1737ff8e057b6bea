/**
 * Durations are counted in buckets, each 2% wider than the one before: few for any number of runs, and no quantile is off by more
 * than that.
 */
const PER_E = 50

/** Durations from here on, ms, are of no target: 30,000 years. */
export const LONGEST = 1e15
export const LAST_BUCKET = Math.floor(Math.log(LONGEST) * PER_E)

/** The bucket of a duration, in SQL; a millisecond is the least. */
export function bucketSql(ms: string): string {
  return `floor(ln(CAST(GREATEST(${ms}, 1) AS float8)) * ${PER_E})`
}

/** The duration at a place in a bucket, from 0 to 1, ms. */
export function durationIn(bucket: number, place: number): number {
  return Math.exp((bucket + place) / PER_E)
}

/** Each next one lands where the ones before left the largest gap (the golden ratio). */
const STEP = (Math.sqrt(5) - 1) / 2

/**
 * Gives runs of a bucket durations again, evenly over its width: all in its middle, they would make quantiles jump, and take
 * runs for ties that are none.
 */
export class Spread {
  private at = 0.5

  /** A duration in a bucket, ms. */
  next(bucket: number): number {
    this.at = (this.at + STEP) % 1
    return durationIn(bucket, this.at)
  }
}
