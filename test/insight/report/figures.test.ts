import { describe, expect, test } from '@jest/globals'
import { counted, duration, shortDuration, times } from '../../../src/insight/report/figures.ts'
import { shareScale, timeScale } from '../../../src/insight/report/scales.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('figures', () => {
  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [6_640, '6.6 s'],
    [9_960, '10 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [64_000, '1 min 4 s'],
    [599_000, '9 min 59 s'],
    [3_569_000, '59 min'],
    [3_570_000, '1 h'],
    [18_360_000, '5.1 h'],
    [471_600_000, '131 h'],
    [36_000_000_000, '10,000 h'],
  ])('%d ms are %s', (ms, said) => expect(plain(duration(ms))).toBe(said))

  test('in one unit where there is little room', () =>
    expect([59_500, 113_000, 596_000, 700_000, 5_000].map((ms) => plain(shortDuration(ms)))).toEqual([
      '1 min',
      '1.9 min',
      '9.9 min',
      '12 min',
      '5 s',
    ]))

  test('counts and ratios', () => {
    expect([counted(1, 'run'), counted(0, 'run'), counted(1_400, 'person', 'people')]).toEqual(['1 run', '0 runs', '1,400 people'])
    expect([times(1.968), times(1234)]).toEqual(['1.97×', '1,234×'])
  })
})

describe('scales', () => {
  test('a time stands between 0 and 1 in the order of its length, however short or long', () => {
    const { scale } = timeScale([0, 1_000, 3_600_000])
    const places = [0, 1, 1_000, 60_000, 3_600_000].map(scale)
    expect(places).toEqual([...places].sort((one, other) => one - other))
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...places)).toBeLessThanOrEqual(1)
  })

  test.each([[[5_000]], [[0]], [[]], [[1, 3e9]]])('there are ticks, and not too many, for %j', (values: number[]) => {
    const { ticks } = timeScale(values)
    expect(ticks.length).toBeGreaterThan(0)
    expect(ticks.length).toBeLessThanOrEqual(13)
  })

  test.each([
    [0, [0, 0.01]],
    [0.026, [0, 0.01, 0.02, 0.03]],
    [0.23, [0, 0.05, 0.1, 0.15, 0.2, 0.25]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ])('shares up to %d have the ticks %j', (highest, expected) => {
    const { ticks, scale } = shareScale(highest)
    expect(ticks.map(({ value }) => Number(value.toFixed(2)))).toEqual(expected)
    expect(scale(expected.at(-1) ?? 0)).toBe(1)
  })
})
