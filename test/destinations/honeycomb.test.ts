import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { HttpRequest, Response } from '../../src/destinations/destination.ts'
import { honeycomb } from '../../src/destinations/honeycomb.ts'
import { destinationRow } from '../../src/destinations/index.ts'
import type { Message } from '../../src/event/message.ts'
import { message } from '../support/events.ts'

const SETTINGS = { dataset: 'builds & tests', apiHost: 'https://api.eu1.honeycomb.io', apiKey: 'a-key' }
const RUN = {
  command: 'build',
  start_time: '2026-11-21T09:35:59.783Z',
  duration_ms: 4210,
  outcome: 'failure',
  run_id: '00f067aa0ba902b7',
  parent_run_id: 'b7ad6b7169203331',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
}
const SPAN = {
  id: '1111111111111111',
  target: 'compile',
  depth: 0,
  start: Date.parse('2026-11-21T09:36:00Z'),
  duration_ms: 900,
  outcome: 'success' as const,
}

async function requestsFor(...messages: Message[]): Promise<HttpRequest[]> {
  return (await honeycomb.encode(messages, SETTINGS)).requests as HttpRequest[]
}

describe('a request', () => {
  test('goes to the batch endpoint of the dataset, with the key in its header', async () => {
    const [request] = await requestsFor(message())
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://api.eu1.honeycomb.io/1/batch/builds%20%26%20tests',
      headers: { 'Content-Type': 'application/json', 'X-Honeycomb-Team': 'a-key' },
    })
  })

  test('a run has its start as RFC 3339, its fields, and the names by which Honeycomb draws a trace', async () => {
    const one = message({ properties: RUN })
    const [request] = await requestsFor(one)
    expect(JSON.parse(request?.body ?? '')).toEqual([
      {
        time: RUN.start_time,
        samplerate: 1,
        data: {
          ...RUN,
          name: 'make build',
          event: one.event,
          message_id: one.id,
          anonymous_id: one.anonymousId,
          'service.name': 'send-metrics',
          'trace.trace_id': RUN.trace_id,
          'trace.span_id': RUN.run_id,
          'trace.parent_id': RUN.parent_run_id,
          error: true,
        },
      },
    ])
  })

  test('targets inside a run are its children', async () => {
    const [request] = await requestsFor(message({ properties: RUN, spans: [SPAN] }))
    expect(JSON.parse(request?.body ?? '')[1]).toEqual({
      time: '2026-11-21T09:36:00.000Z',
      samplerate: 1,
      data: {
        name: 'compile',
        duration_ms: 900,
        outcome: 'success',
        error: false,
        'service.name': 'send-metrics',
        anonymous_id: expect.any(String),
        'trace.trace_id': RUN.trace_id,
        'trace.span_id': SPAN.id,
        'trace.parent_id': RUN.run_id,
      },
    })
  })

  test('a run whose IDs may not be sent is a trace of its own', async () => {
    const one = message({ properties: { command: 'build', outcome: 'success' } })
    const [request] = await requestsFor(one)
    const { data } = JSON.parse(request?.body ?? '')[0]
    expect(data).toMatchObject({ 'trace.trace_id': one.id.replaceAll('-', ''), error: false })
    expect(data['trace.span_id']).toMatch(/^[0-9a-f]{16}$/u)
    expect(data).not.toHaveProperty(['trace.parent_id'])
  })

  test('over 1 kB it is compressed, and its text stays readable', async () => {
    const [small] = await requestsFor(message())
    const [large] = await requestsFor(...Array.from({ length: 9 }, () => message({ properties: RUN })))
    expect(small?.wire).toBeUndefined()
    expect(large?.headers['Content-Encoding']).toBe('gzip')
    expect(gunzipSync(large?.wire ?? '').toString()).toBe(large?.body)
  })

  test('an event of more than 100 kB is refused, and a batch stays below 1 MB', async () => {
    const sized = (bytes: number) => message({ properties: { cache: 'x'.repeat(bytes) } })
    const large = sized(100_000)
    const { requests, refused } = await honeycomb.encode([large, ...Array.from({ length: 20 }, () => sized(90_000))], SETTINGS)
    expect(refused.map(({ message: { id }, reason }) => ({ id, reason }))).toEqual([
      { id: large.id, reason: expect.stringMatching(/bytes; Honeycomb takes 100000/u) },
    ])
    expect(requests.length).toBeGreaterThan(1)
    for (const { body } of requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_000_000)
    expect(requests.flatMap(({ messages }) => messages)).toHaveLength(20)
  })
})

test('thousands of targets inside a run go along; where they are too many, the run goes alone', async () => {
  const spans = (count: number) => Array.from({ length: count }, (_, at) => ({ ...SPAN, target: `target-${at}` }))
  const [some] = await requestsFor(message({ properties: RUN, spans: spans(2_000) }))
  expect(JSON.parse(some?.body ?? '')).toHaveLength(2_001)
  const [alone] = await requestsFor(message({ properties: RUN, spans: spans(9_000) }))
  expect(JSON.parse(alone?.body ?? '')).toHaveLength(1)
})

describe('what an answer means', () => {
  const judged = async (response: Response, messages = [message(), message(), message()]) => {
    const [request] = await requestsFor(...messages)
    return honeycomb.judge(request as HttpRequest, response)
  }
  const answered = (body: unknown, status = 200): Response => ({
    status,
    headers: {},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

  test('every entry is judged by itself', async () => {
    expect(await judged(answered([{ status: 202 }, { status: 400, error: 'Event has too many columns.' }, { status: 429 }]))).toEqual([
      { result: 'delivered', reason: 'accepted' },
      { result: 'drop', reason: 'refused this event with 400: Event has too many columns.' },
      { result: 'retry', reason: 'answered 429 for this event' },
    ])
  })

  test('an entry that is missing goes again', async () => {
    const verdicts = await judged(answered([{ status: 202 }]))
    expect(verdicts.map(({ result }) => result)).toEqual(['delivered', 'retry', 'retry'])
  })

  test("a run's own entry decides, whatever was said of the targets inside it", async () => {
    const messages = [message({ properties: RUN, spans: [SPAN] }), message()]
    const verdicts = await judged(answered([{ status: 202 }, { status: 400 }, { status: 500 }]), messages)
    expect(verdicts.map(({ result }) => result)).toEqual(['delivered', 'retry'])
  })

  test.each([
    ['429', answered('', 429)],
    ['503', answered('', 503)],
    ['a 429 of an event', answered([{ status: 429 }, { status: 429 }, { status: 429 }])],
  ])('%s with Retry-After waits that long', async (_name, response) => {
    const verdicts = await judged({ ...response, headers: { 'retry-after': '1800' } } as Response)
    expect(verdicts.map(({ retryAfterMs }) => retryAfterMs)).toEqual([1_800_000, 1_800_000, 1_800_000])
  })

  test.each<[string, Response, string, RegExp]>([
    ['a 200 that is no JSON', answered('<html>'), 'retry', /captive portal/u],
    ['a 200 that is no list', answered({ ok: true }), 'retry', /captive portal/u],
    ['401', answered({ error: 'unknown API key' }, 401), 'retry', /refused the key \(401\); see HONEYCOMB_API_KEY/u],
    ['403', answered('', 403), 'retry', /refused the key/u],
    ['404', answered('', 404), 'retry', /no such dataset/u],
    ['429', answered('', 429), 'retry', /slow down/u],
    ['302', answered('', 302), 'retry', /captive portal/u],
    ['400', answered('', 400), 'drop', /would not help/u],
    ['413', answered('', 413), 'drop', /would not help/u],
    ['503', answered('', 503), 'retry', /answered 503/u],
    ['nothing', { failure: 'cut the connection' }, 'retry', /cut the connection/u],
  ])('%s', async (_name, response, result, reason) => {
    const verdicts = await judged(response)
    expect(verdicts).toHaveLength(3)
    for (const verdict of verdicts) expect(verdict).toEqual({ result, reason: expect.stringMatching(reason) })
  })
})

describe('its row in the table', () => {
  const row = destinationRow('honeycomb')
  const by = { project: 'Demo', root: '/' }

  test('the key comes from the environment alone', () => {
    expect(row.settings({ dataset: 'd', apiKey: 'planted' }, { HONEYCOMB_API_KEY: 'mine' }, by)).toMatchObject({ apiKey: 'mine' })
    expect(row.settings({ dataset: 'd' }, {}, by)).toMatchObject({ apiHost: 'https://api.honeycomb.io', apiKey: undefined })
  })

  test.each([undefined, '', 'two words', 'line\r\nX-Other: 1'])('without a usable key it is not set up: %j', (key) => {
    expect(row.missing(row.settings({ dataset: 'd' }, { HONEYCOMB_API_KEY: key }, by))).toMatch(/HONEYCOMB_API_KEY/u)
  })
})
