import { describe, expect, test } from '@jest/globals'
import { encodeEach } from '../../src/delivery/encode-each.ts'
import { honeycomb } from '../../src/destinations/honeycomb.ts'
import { otlp } from '../../src/destinations/otlp.ts'
import type { Message } from '../../src/event/message.ts'
import { message } from '../support/events.ts'

const DAMAGED: readonly [string, Partial<Message>][] = [
  ['a span of no time', { spans: [{ id: 'a', target: 'a', start: Number.NaN, duration_ms: 1, outcome: 'success', depth: 0 }] }],
  ['no properties', { properties: null as never }],
  ['spans that are none', { spans: 'a' as never }],
  ['an ID that is none', { id: 7 as never }],
]

describe.each([
  ['Honeycomb', honeycomb, { apiHost: 'https://a.example', dataset: 'd', apiKey: 'k' }],
  ['OTLP', otlp, { url: 'https://a.example', headers: {} }],
])('%s: an event that cannot be encoded takes no other with it', (_name, destination, settings) => {
  test.each(DAMAGED)('%s', async (_what, part) => {
    const [first, bad, last] = [message(), message(part), message()]
    const { requests, refused } = await encodeEach(destination, [first, bad, last], settings, undefined)
    expect(requests.flatMap(({ messages }) => messages)).toEqual([first, last])
    expect(refused).toEqual([{ message: bad, reason: expect.stringMatching(/^it cannot be encoded: ./u) }])
    expect((await encodeEach(destination, [bad], settings, undefined)).refused).toHaveLength(1)
  })
})

test('a fault that is about no event drops none', async () => {
  const broken = { encode: async () => Promise.reject(new Error('a file of ours is missing')) }
  await expect(encodeEach(broken, [message()], {}, undefined)).rejects.toThrow('a file of ours is missing')
  await expect(encodeEach(broken, [message(), message()], {}, undefined)).rejects.toThrow('a file of ours is missing')
})
