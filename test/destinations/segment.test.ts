import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Analytics } from '@segment/analytics-node'
import type { HttpRequest, Response, Verdict } from '../../src/destinations/destination.ts'
import { DESTINATIONS, destinationRow } from '../../src/destinations/index.ts'
import { segmentBy } from '../../src/destinations/segment.ts'
import type { Message } from '../../src/event/message.ts'
import { message } from '../support/events.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'

const segment = segmentBy('3.1.0', () => import('../../src/destinations/segment-client.ts'))
const SETTINGS = { writeKey: 'key', host: 'https://api.segment.io' }
const LIMIT = 32 * 1024
const BATCH = 480 * 1024

/** The requests for these messages, as HTTP ones. */
async function requestsFor(messages: Message[], settings: object = SETTINGS): Promise<HttpRequest[]> {
  return (await segment.encode(messages, { ...SETTINGS, ...settings })).requests as HttpRequest[]
}

const sized = (bytes: number) => message({ properties: { command: 'x'.repeat(bytes) } })

describe('beside what the official client sends by itself', () => {
  let there: Receiver
  beforeAll(async () => {
    there = await receiver()
  })
  afterAll(() => there.close())

  test('the same address, headers and body, key by key', async () => {
    const events = [message(), message({ properties: { command: 'tést', git_dirty: false } })]
    const client = new Analytics({ writeKey: 'key', host: there.url, flushAt: 2 })
    for (const { id, timestamp, ...rest } of events) client.track({ ...rest, messageId: id, timestamp: new Date(timestamp) })
    await client.closeAndFlush()
    const [theirs] = there.requests
    const [ours] = await requestsFor(events, { host: there.url })
    expect([ours?.method, ours?.url]).toEqual([theirs?.method, `${there.url}${theirs?.url}`])
    for (const [name, value] of Object.entries(ours?.headers ?? {}))
      expect([name, theirs?.headers[name.toLowerCase()]]).toEqual([name, value])
    const timeless = (body = '') => ({ ...JSON.parse(body), sentAt: expect.any(String) })
    expect(JSON.parse(ours?.body ?? '')).toEqual(timeless(theirs?.body))
    expect(segmentEvents(there).map(({ messageId }) => messageId)).toEqual(events.map(({ id }) => id))
  })

  test('nothing was sent for our own', () => {
    expect(there.requests).toHaveLength(1)
  })
})

describe('a request', () => {
  test('holds exactly the documented keys', async () => {
    const one = message()
    const [request] = await requestsFor([one])
    const body = JSON.parse(request?.body ?? '')
    expect(Object.keys(body).sort()).toEqual(['batch', 'sentAt', 'writeKey'])
    expect(body.batch).toEqual([
      {
        type: 'track',
        messageId: one.id,
        anonymousId: one.anonymousId,
        event: one.event,
        timestamp: one.timestamp,
        properties: one.properties,
        integrations: {},
        context: { library: { name: '@segment/analytics-node', version: expect.any(String) } },
        _metadata: { nodeVersion: expect.any(String), jsRuntime: 'node' },
      },
    ])
    expect(request?.headers.Authorization).toBe(`Basic ${Buffer.from('key:').toString('base64')}`)
  })

  test('made again, as for another try, it carries the same IDs and contents', async () => {
    const events = [message(), message()]
    const bodies = [await requestsFor(events), await requestsFor(events)].map(([request]) => JSON.parse(request?.body ?? '').batch)
    expect(bodies[0]).toEqual(bodies[1])
  })

  test('carries the versions of Node and of the client that each event was recorded with, and else those of today', async () => {
    const old = message({ nodeVersion: 'v1.2.3', clientVersion: '4.5.6' })
    const [request] = await requestsFor([old, message()])
    const [first, second] = JSON.parse(request?.body ?? '').batch
    expect(first).toMatchObject({ context: { library: { version: '4.5.6' } }, _metadata: { nodeVersion: 'v1.2.3' } })
    expect(second.context.library.version).not.toBe('4.5.6')
    expect(second._metadata.nodeVersion).toBe(process.version)
  })

  test('no messages: no request', async () => {
    expect(await segment.encode([], SETTINGS)).toEqual({ requests: [], refused: [], learned: undefined })
  })
})

describe("the service's limits", () => {
  test('an event of more than 32 KB is refused, its neighbours go', async () => {
    const [small, large, other] = [message(), sized(LIMIT), message()]
    const { requests, refused } = await segment.encode([small, large, other], SETTINGS)
    expect(refused).toEqual([{ message: large, reason: expect.stringMatching(/bytes; Segment takes 32768/u) }])
    expect(requests.map(({ messages }) => messages)).toEqual([[small, other]])
  })

  test('spans are not for Segment: they are not sent, and their size does not count', async () => {
    const span = { id: '00f067aa0ba902b7', target: 'x'.repeat(LIMIT), start: 1, duration_ms: 1, outcome: 'success', depth: 0 } as const
    const [request] = await requestsFor([message({ spans: [span], spansLeftOut: 3 })])
    expect(request?.messages).toHaveLength(1)
    expect(request?.body).not.toMatch(/xxx|spans/u)
  })

  test('what is let through stays below 32 KB an event as it is sent', async () => {
    const near = Array.from({ length: 12 }, (_, at) => sized(LIMIT - 1_000 + at * 100))
    const { requests } = await segment.encode(near, SETTINGS)
    const sent = requests.flatMap(({ body }) => JSON.parse(body).batch as object[])
    expect(sent.length).toBeGreaterThan(0)
    for (const event of sent) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(LIMIT)
  })

  test('bytes are counted, not characters', async () => {
    const { refused } = await segment.encode([message({ properties: { command: '日'.repeat(LIMIT / 3) } })], SETTINGS)
    expect(refused).toHaveLength(1)
  })

  test('a batch stays below the 480 KB at which the client begins another, and all events go, in order', async () => {
    const many = Array.from({ length: 40 }, () => sized(30_000))
    const requests = await requestsFor(many)
    expect(requests.length).toBeGreaterThan(1)
    for (const { body } of requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(BATCH)
    expect(requests.flatMap(({ messages }) => messages)).toEqual(many)
    const inside = requests.flatMap(({ body }) => (JSON.parse(body).batch as { messageId: string }[]).map(({ messageId }) => messageId))
    expect(inside).toEqual(many.map(({ id }) => id))
  })

  test('many small events go in one request', async () => {
    const many = Array.from({ length: 300 }, () => message())
    expect(await requestsFor(many)).toHaveLength(1)
  })
})

describe('what an answer means', () => {
  const answer = (status: number, headers = {}, body = ''): Response => ({ status, headers, body })
  test.each<[string, Response, Partial<Verdict>]>([
    ['200', answer(200), { result: 'delivered', reason: 'accepted' }],
    ...[201, 202, 204].map((code): [string, Response, Partial<Verdict>] => [`${code}`, answer(code), { result: 'delivered' }]),
    ['200 and OK', answer(200, {}, 'OK'), { result: 'delivered' }],
    ['200 and "success": true', answer(200, {}, '{"success":true}'), { result: 'delivered' }],
    [
      '200 and "success": false',
      answer(200, {}, ' { "success": false }'),
      { result: 'retry', reason: 'answered 200, but with "success": false' },
    ],
    ['a web page', answer(200, {}, '\n<!DOCTYPE html><title>Log in</title>'), { result: 'retry' }],
    ['a web page by its type', answer(202, { 'content-type': 'text/html; charset=utf-8' }, 'Log in'), { result: 'retry' }],
    ...[301, 302, 307, 308].map((code): [string, Response, Partial<Verdict>] => [
      `${code}`,
      answer(code),
      { result: 'retry', reason: expect.stringContaining('captive portal') as unknown as string },
    ]),
    ...[400, 413, 422].map((code): [string, Response, Partial<Verdict>] => [`${code}`, answer(code), { result: 'drop' }]),
    ...[401, 403, 404, 408, 500, 502, 503].map((code): [string, Response, Partial<Verdict>] => [
      `${code}`,
      answer(code),
      { result: 'retry', reason: `answered ${code}` },
    ]),
    ['429', answer(429), { result: 'retry', retryAfterMs: undefined }],
    ['429 with Retry-After', answer(429, { 'retry-after': '60' }), { result: 'retry', retryAfterMs: 60_000 }],
    ['503 with Retry-After', answer(503, { 'retry-after': '60' }), { result: 'retry', retryAfterMs: 60_000 }],
    ['nothing', { failure: 'refused the connection' }, { result: 'retry', reason: 'refused the connection' }],
  ])('%s', (_name, response, verdict) => {
    const messages = [message(), message()]
    const verdicts = segment.judge({ url: '', method: '', headers: {}, body: '', messages }, response)
    expect(verdicts).toEqual([expect.objectContaining(verdict), expect.objectContaining(verdict)])
  })
})

describe('its row in the table', () => {
  const row = destinationRow('segment')
  test('the environment stands before the project file, which stands before the default', () => {
    const env = { SEND_METRICS_WRITE_KEY: 'mine', SEND_METRICS_SEGMENT_HOST: 'http://mine' }
    expect(row.settings({ type: 'segment' }, {}, { project: 'Demo', root: '/' })).toMatchObject({
      writeKey: undefined,
      host: 'https://api.segment.io',
    })
    expect(row.settings({ writeKey: 'k', host: 'http://h' }, {}, { project: 'Demo', root: '/' })).toMatchObject({
      writeKey: 'k',
      host: 'http://h',
    })
    expect(row.settings({ writeKey: 'k', host: 'http://h' }, env, { project: 'Demo', root: '/' })).toMatchObject({
      writeKey: 'mine',
      host: 'http://mine',
    })
  })

  test('without a write key it is not set up', () => {
    expect(row.missing({ host: 'x' })).toMatch(/write key/u)
    expect(row.missing(SETTINGS)).toBeUndefined()
    expect([row.title(SETTINGS), row.address(SETTINGS)]).toEqual(['Segment (https://api.segment.io)', 'https://api.segment.io'])
  })

  test('each type is there once and loads; an unknown one is an error', async () => {
    expect(new Set(DESTINATIONS.map(({ type }) => type)).size).toBe(DESTINATIONS.length)
    for (const { load } of DESTINATIONS) expect(Object.keys(await load()).sort()).toEqual(['encode', 'judge'])
    expect(() => destinationRow('carrier pigeon')).toThrow("no destination 'carrier pigeon'")
  })
})
