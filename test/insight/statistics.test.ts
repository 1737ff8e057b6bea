import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { barFor, mannWhitney } from '../../src/insight/mann-whitney.ts'
import { quantile, quantilesOf } from '../../src/insight/quantiles.ts'
import { shareOf } from '../../src/insight/shares.ts'

const sorted = (values: readonly number[]) => Float64Array.from(values).sort()

describe('quantiles', () => {
  test.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0.95, 3.85],
    [[7], 0.05, 7],
    // R: quantile(c(15, 20, 35, 40, 50), 0.4)
    [[15, 20, 35, 40, 50], 0.4, 29],
  ])('of %j at %d is %d', (values, share, expected) => expect(quantile(sorted(values), share)).toBeCloseTo(expected, 9))

  test('of fewer than five runs are not told', () => {
    expect(quantilesOf(sorted([1, 2, 3, 4]))).toBeUndefined()
    expect(quantilesOf(sorted([1, 2, 3, 4, 5]))?.p50).toBe(3)
  })
})

describe('Mann-Whitney', () => {
  /** By the definition: how many pairs are larger, ties half, against what chance gives. */
  function byPairs(one: readonly number[], other: readonly number[]): number {
    const larger = one.flatMap((a) => other.map((b) => (a > b ? 1 : a === b ? 0.5 : 0))).reduce<number>((sum, value) => sum + value, 0)
    const all = [...one, ...other]
    const counts = new Map<number, number>()
    for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1)
    const ties = [...counts.values()].reduce((sum, t) => sum + t ** 3 - t, 0)
    const n = all.length
    const variance = ((one.length * other.length) / 12) * (n + 1 - ties / (n * (n - 1)))
    return variance > 0 ? (larger - (one.length * other.length) / 2) / Math.sqrt(variance) : 0
  }

  test('property: the same as by counting pairs', () => {
    const values = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 25 })
    fc.assert(
      fc.property(values, values, (one, other) => expect(mannWhitney(sorted(one), sorted(other))).toBeCloseTo(byPairs(one, other), 8)),
    )
  })

  test('is 0 where nothing can be said', () => {
    expect(mannWhitney(sorted([]), sorted([1]))).toBe(0)
    expect(mannWhitney(sorted([5, 5, 5]), sorted([5, 5]))).toBe(0)
    expect(mannWhitney(sorted([Number.NaN]), sorted([1]))).toBe(0)
  })

  test.each([
    [1, 2.807],
    [7, 3.384],
    [100, 4.056],
  ])('the bar among %d comparisons is %d', (comparisons, z) => expect(barFor(comparisons)).toBeCloseTo(z, 2))
})

describe('Wilson intervals', () => {
  // statsmodels: proportion_confint(count, of, method='wilson')
  test.each([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [1, 29, 0.0061, 0.1718],
    [210, 1500, 0.1234, 0.1585],
  ])('of %d in %d is from %d to %d', (count, of, low, high) => {
    const share = shareOf(count, of)
    expect(share.low).toBeCloseTo(low, 3)
    expect(share.high).toBeCloseTo(high, 3)
  })
})
