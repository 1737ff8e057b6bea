import { expect, test } from '@jest/globals'
import { Pace } from '../../src/collect/pace.ts'

test('what is not there is looked for soon, then more and more rarely, at most once an interval', () => {
  const pace = new Pace(60_000, () => 0.5)
  expect(Array.from({ length: 8 }, () => pace.after(false))).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  expect(pace.after(true)).toBe(60_000)
  expect(pace.after(false)).toBe(2_000)
  for (let times = 0; times < 5_000; times++) pace.after(false)
  expect(pace.after(false)).toBe(60_000)
})

test('each pause is a little different', () => {
  expect(new Pace(60_000, () => 0).after(true)).toBe(54_000)
  expect(new Pace(60_000, () => 1).after(true)).toBe(66_000)
})
