import { describe, expect, test } from '@jest/globals'
import type { HttpRequest, Response } from '../../src/destinations/destination.ts'
import { otlp } from '../../src/destinations/otlp.ts'
import type { Message } from '../../src/event/message.ts'
import { message } from '../support/events.ts'
import { decodedTraces } from '../support/otlp.ts'

const SETTINGS = { url: 'http://127.0.0.1:4318/v1/traces', headers: { 'api-key': 'k' }, compression: 'none' }
const START = Date.parse('2026-11-21T09:35:59.783Z')
const RUN = {
  command_type: 'make',
  command: 'build',
  start_time: new Date(START).toISOString(),
  duration_ms: 4210,
  exit_status: 2,
  outcome: 'failure',
  os_type: 'linux',
  host_arch: 'amd64',
  git_dirty: true,
  run_id: '00f067aa0ba902b7',
  parent_run_id: 'b7ad6b7169203331',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
}
const SPAN = { id: '1111111111111111', target: 'compile', depth: 0, start: START + 100, duration_ms: 900, outcome: 'interrupted' as const }

async function tracesOf(...messages: Message[]) {
  const { requests } = await otlp.encode(messages, SETTINGS)
  return requests.flatMap((request) => decodedTraces((request as HttpRequest).body))
}

describe('a body, as the generated classes of OpenTelemetry read it', () => {
  test('IDs, kind, times, status and attributes of a run', async () => {
    const one = message({ properties: RUN, nodeVersion: 'v24.1.0' })
    const [{ resource, spans }] = (await tracesOf(one)) as [Awaited<ReturnType<typeof tracesOf>>[number]]
    expect(resource).toEqual({
      'service.name': 'send-metrics',
      'os.type': 'linux',
      'host.arch': 'amd64',
      'process.runtime.name': 'nodejs',
      'process.runtime.version': '24.1.0',
    })
    expect(spans).toEqual([
      {
        traceId: RUN.trace_id,
        spanId: RUN.run_id,
        parentSpanId: RUN.parent_run_id,
        name: 'make build',
        kind: 3,
        start: BigInt(START) * 1_000_000n,
        end: BigInt(START + 4210) * 1_000_000n,
        status: { code: 2, message: 'exit status 2' },
        attributes: {
          'process.executable.name': 'make',
          'cicd.pipeline.task.name': 'build',
          'process.exit.code': 2,
          'cicd.pipeline.task.run.result': 'failure',
          'error.type': '2',
          'send_metrics.git_dirty': true,
          'send_metrics.event': one.event,
          'send_metrics.anonymous_id': one.anonymousId,
          'send_metrics.message_id': one.id,
        },
      },
    ])
  })

  test('a run that passed has no error, and no parent if it is the outermost', async () => {
    const { parent_run_id: _none, ...rest } = RUN
    const [group] = await tracesOf(message({ properties: { ...rest, exit_status: 0, outcome: 'success' } }))
    expect(group?.spans[0]).toMatchObject({ parentSpanId: '', status: undefined })
    expect(group?.spans[0]?.attributes).not.toHaveProperty(['error.type'])
  })

  test('targets inside it are its children, in the same trace', async () => {
    const [group] = await tracesOf(message({ properties: RUN, spans: [SPAN] }))
    expect(group?.spans[1]).toEqual({
      traceId: RUN.trace_id,
      spanId: SPAN.id,
      parentSpanId: RUN.run_id,
      name: 'compile',
      kind: 1,
      start: BigInt(SPAN.start) * 1_000_000n,
      end: BigInt(SPAN.start + 900) * 1_000_000n,
      status: { code: 2, message: '' },
      attributes: { 'cicd.pipeline.task.name': 'compile', 'cicd.pipeline.task.run.result': 'cancellation' },
    })
  })

  test('a tree of wrapped targets is one trace', async () => {
    const inner = { ...RUN, command: 'test', run_id: '2222222222222222', parent_run_id: RUN.run_id }
    const [group] = await tracesOf(message({ properties: RUN }), message({ properties: inner }))
    expect(group?.spans.map(({ traceId, parentSpanId }) => [traceId, parentSpanId])).toEqual([
      [RUN.trace_id, RUN.parent_run_id],
      [RUN.trace_id, RUN.run_id],
    ])
  })

  test('an answer to the question is a span without length', async () => {
    const [group] = await tracesOf(message({ event: 'demo.consent.change', properties: { choice: 'accept' } }))
    const [span] = group?.spans ?? []
    expect(span).toMatchObject({ name: 'demo.consent.change', kind: 1, attributes: { 'send_metrics.choice': 'accept' } })
    expect(span?.start).toBe(span?.end)
  })

  test('each kind of machine is a resource of its own', async () => {
    const groups = await tracesOf(message({ properties: RUN }), message({ properties: { ...RUN, host_arch: 'arm64' } }))
    expect(groups.map(({ resource }) => resource['host.arch'])).toEqual(['amd64', 'arm64'])
  })
})

test('thousands of targets inside a run go along; where they are too many, the run goes alone', async () => {
  const spans = (count: number) => Array.from({ length: count }, (_, at) => ({ ...SPAN, target: `target-${at}` }))
  const counts = async (count: number) => (await tracesOf(message({ properties: RUN, spans: spans(count) })))[0]?.spans.length
  expect([await counts(2_000), await counts(9_000)]).toEqual([2_001, 1])
})

describe('what an answer means', () => {
  const judge = (response: Response) => {
    const messages = [message(), message()]
    const verdicts = otlp.judge({ url: '', method: '', headers: {}, body: '', messages }, response)
    expect(verdicts).toEqual([verdicts[0], verdicts[0]])
    return verdicts[0]
  }
  const answered = (status: number, body: unknown = {}, headers = {}): Response => ({ status, headers, body: JSON.stringify(body) })

  test('spans that were rejected are not sent again, and the ledger says so', () => {
    const partial = { partialSuccess: { rejectedSpans: '1', errorMessage: 'too old' } }
    expect(judge(answered(200, partial))).toEqual({ result: 'delivered', reason: 'accepted, but it rejected 1 span: too old' })
    expect(judge(answered(200, { partialSuccess: { errorMessage: 'deprecated' } }))?.reason).toBe('accepted with a warning: deprecated')
  })

  test.each<[number, string]>([
    [200, 'delivered'],
    [202, 'delivered'],
    [302, 'retry'],
    [400, 'drop'],
    [401, 'retry'],
    [403, 'retry'],
    [404, 'retry'],
    [413, 'drop'],
    [415, 'drop'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
  ])('%i: %s', (status, result) => expect(judge(answered(status))?.result).toBe(result))

  test('401 says whether headers were refused or none were sent', async () => {
    const reasonWith = async (headers: object) => {
      const { requests } = await otlp.encode([message({ properties: RUN })], { ...SETTINGS, headers, compression: 'gzip' })
      return otlp.judge(requests[0] as HttpRequest, answered(401))[0]?.reason
    }
    expect(await reasonWith({ 'api-key': 'k' })).toBe(
      'refused the headers (401); see SEND_METRICS_OTLP_HEADERS or OTEL_EXPORTER_OTLP_HEADERS',
    )
    expect(await reasonWith({})).toMatch(/^wants a header \(401\): set SEND_METRICS_OTLP_HEADERS or .*"headersFrom": "env"/u)
  })

  test.each([429, 503])('%i with Retry-After waits that long', (status) =>
    expect(judge(answered(status, {}, { 'retry-after': '30' }))?.retryAfterMs).toBe(30_000),
  )

  test.each([
    ['a web page', '<html>Log in</html>'],
    ['"success": false', '{"success":false}'],
  ])('a 200 with %s is no acceptance', (_what, body) => expect(judge({ status: 200, headers: {}, body })?.result).toBe('retry'))

  test('no answer', () => expect(judge({ failure: 'cut the connection' })).toEqual({ result: 'retry', reason: 'cut the connection' }))
})
