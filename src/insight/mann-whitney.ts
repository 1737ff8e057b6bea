import type { Sorted } from './quantiles.ts'

/**
 * Mann-Whitney's z for "values of `one` are larger than those of `other`", with the correction for ties; 0 where nothing
 * can be said. (Mann, Whitney 1947; the normal approximation, which is good from some eight values a side.)
 */
export function mannWhitney(one: Sorted, other: Sorted): number {
  const all = one.length + other.length
  let rankSum = 0
  let ties = 0
  for (let a = 0, b = 0; a + b < all; ) {
    const value = Math.min(one[a] ?? Number.POSITIVE_INFINITY, other[b] ?? Number.POSITIVE_INFINITY)
    const [beforeA, beforeB] = [a, b]
    while (a < one.length && one[a] === value) a++
    while (b < other.length && other[b] === value) b++
    const same = a - beforeA + b - beforeB
    if (same === 0) return 0
    rankSum += (a - beforeA) * (beforeA + beforeB + (same + 1) / 2)
    ties += same ** 3 - same
  }
  return zOfRanks(rankSum, one.length, all, ties)
}

/** The same from what a ranking of all values gives: the sum of one side's ranks, and the sum of t³ - t over ties of t values. */
export function zOfRanks(rankSum: number, count: number, all: number, ties: number): number {
  const other = all - count
  const larger = rankSum - (count * (count + 1)) / 2
  const variance = ((count * other) / 12) * (all + 1 - ties / (all * (all - 1)))
  return variance > 0 ? (larger - (count * other) / 2) / Math.sqrt(variance) : 0
}

/** The z that among so many comparisons without any effect is passed, on either side, with a probability of 0.5% in all. */
export function barFor(comparisons: number): number {
  return -normalQuantile(0.0025 / Math.max(1, comparisons))
}

/** For a share below 0.02. (Abramowitz and Stegun 26.2.23; the error is below 0.00045.) */
function normalQuantile(share: number): number {
  const t = Math.sqrt(-2 * Math.log(share))
  return (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
}
