import { expect, test } from '@jest/globals'
import { retryAfterMs } from '../../src/destinations/retry-after.ts'

const SENT = 'Sat, 21 Nov 2026 12:00:00 GMT'

test.each<[string, Record<string, string | undefined>, number | undefined]>([
  ['none', {}, undefined],
  ['seconds', { 'retry-after': '60' }, 60_000],
  ['no time at all', { 'retry-after': '0' }, 0],
  ['a date, by the clock of the receiver', { 'retry-after': 'Sat, 21 Nov 2026 12:01:30 GMT', date: SENT }, 90_000],
  ['a date that has passed', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT', date: SENT }, 0],
  // Without the receiver's own time there is nothing to compare with; our clock may be anywhere.
  ['a date alone', { 'retry-after': 'Sat, 21 Nov 2026 12:01:30 GMT' }, undefined],
  ['words', { 'retry-after': 'soon', date: SENT }, undefined],
  ['nothing in it', { 'retry-after': '', date: SENT }, undefined],
])('%s', (_name, headers, expected) => {
  expect(retryAfterMs(headers)).toBe(expected)
})

test.each(['-5', '1.5', '1e3'])('%s is no number of seconds', (value) => {
  expect(retryAfterMs({ 'retry-after': value })).toBeUndefined()
})
