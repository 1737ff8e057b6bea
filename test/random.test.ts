import { expect, test } from '@jest/globals'
import { randomBytes } from '../src/random.ts'

test.each([0, 1, 16, 24, 1_000])('%i bytes, as many as asked for', (count) => {
  expect(randomBytes(count)).toHaveLength(count)
})

test('they differ each time, in every place', () => {
  const drawn = Array.from({ length: 200 }, () => randomBytes(24))
  expect(new Set(drawn.map((bytes) => bytes.toString('hex'))).size).toBe(200)
  for (let place = 0; place < 24; place++) expect(new Set(drawn.map((bytes) => bytes[place])).size).toBeGreaterThan(50)
})
