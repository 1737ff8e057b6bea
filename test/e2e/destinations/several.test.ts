import * as fs from 'node:fs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { decodedTraces } from '../../support/otlp.ts'
import { shortBudget } from '../../support/patience.ts'
import { honeycombAnswer, type Receiver, receiver, segmentEvents, status } from '../../support/receiver.ts'
import { scratch } from '../../support/scratch.ts'
import { nobody } from '../../support/trouble.ts'

let all: Receiver[] = []
beforeEach(async () => {
  all = await Promise.all([receiver(), receiver(), receiver()])
})
afterEach(() => Promise.all(all.map((one) => one.close())))

const MAKEFILE = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @$(MAKE) -s inner\ninner: ; @send-metrics wrap test\nimpl-test: ; @true\n'

function project(more: object = {}) {
  const [segment, honeycomb, otlp] = all as [Receiver, Receiver, Receiver]
  honeycomb.answer = honeycombAnswer()
  const destinations = [
    { type: 'segment', writeKey: 'key', host: segment.url },
    { type: 'honeycomb', dataset: 'builds', apiHost: honeycomb.url },
    { type: 'otlp', endpoint: otlp.url, headersFrom: 'env' },
    { type: 'file', path: 'events.jsonl' },
  ]
  const env = { HONEYCOMB_API_KEY: 'key', OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret' }
  return { at: scratch({ makefile: MAKEFILE, env, project: { destinations, ...more } }), segment, honeycomb, otlp }
}

test('each gets every event once, and a tree of runs is one trace in each', async () => {
  const { at, segment, honeycomb, otlp } = project()
  await at.agree()
  for (const one of all) one.requests.length = 0
  await at.wrap(['build'])
  const sent = segmentEvents(segment).map(({ messageId }) => messageId)
  expect(sent).toHaveLength(2)
  const [requests] = [honeycomb.requests, otlp.requests, segment.requests].map((some) => some.length)
  expect(requests).toBe(1)
  const entries = JSON.parse(honeycomb.requests[0]?.body ?? '') as { data: Record<string, unknown> }[]
  const spans = decodedTraces(otlp.requests[0]?.body ?? '').flatMap((group) => group.spans)
  expect(otlp.requests[0]?.headers['api-key']).toBe('secret')
  const [outer, inner] = ['build', 'test'].map((name) => entries.find(({ data }) => data.command === name)?.data)
  expect(inner).toMatchObject({ 'trace.trace_id': outer?.['trace.trace_id'], 'trace.parent_id': outer?.['trace.span_id'] })
  const [outerSpan, innerSpan] = ['make build', 'make test'].map((name) => spans.find((span) => span.name === name))
  expect(innerSpan).toMatchObject({ traceId: outerSpan?.traceId, parentSpanId: outerSpan?.spanId })
  expect(outerSpan?.spanId).toBe(outer?.['trace.span_id'])
})

test('one that is down keeps its own, and the others get theirs', async () => {
  const { at, segment, honeycomb, otlp } = project()
  await at.agree()
  for (const one of all) one.requests.length = 0
  honeycomb.answer = status(500)
  await at.wrap(['test'])
  expect([segment.requests.length, otlp.requests.length]).toEqual([1, 1])
  expect(at.waiting()).toHaveLength(1)
  await at.wrap(['test'])
  expect([segment.requests.length, otlp.requests.length, honeycomb.requests.length]).toEqual([2, 2, 1])
  expect(at.waiting()).toHaveLength(2)
  honeycomb.answer = honeycombAnswer()
  expect((await at.tool(['flush'])).code).toBe(0)
  expect(at.waiting()).toEqual([])
  const lines = (await at.log()).filter((line) => line.type === 'attempt' && line.result === 'delivered')
  const names = new Set(lines.map((line) => String(line.destination).split('-')[0]))
  expect(names).toEqual(new Set(['segment', 'honeycomb', 'otlp', 'file']))
})

test('one that never answers uses up the deadline for itself alone', async () => {
  const { at, segment, honeycomb, otlp } = project({ budgetMs: shortBudget(1_500) })
  await at.agree()
  for (const one of all) one.requests.length = 0
  honeycomb.answer = () => {}
  expect(await at.wrap(['test'])).toMatchObject({ code: 0 })
  expect([segment.requests.length, otlp.requests.length]).toEqual([1, 1])
  expect(at.waiting()).toHaveLength(1)
})

test('all recipients stand in the question, and one that is added asks again and gets nothing before', async () => {
  const { at, segment } = project()
  const { stderr } = await at.tool(['consent', 'on'])
  const said = stderr.replace(/\s+/gu, ' ')
  expect(said).toMatch(
    /through Segment \(.*\), Honeycomb \(.*dataset builds\) with your HONEYCOMB_API_KEY, OpenTelemetry \(.*\) .*and a file on this machine/u,
  )
  const more = { type: 'prometheus', pushgateway: await nobody() }
  const file = `${at.repo}/send-metrics.json`
  const content = JSON.parse(fs.readFileSync(file, 'utf8'))
  fs.writeFileSync(file, JSON.stringify({ ...content, destinations: [...content.destinations, more] }))
  segment.requests.length = 0
  await at.wrap(['test'])
  expect(segment.requests).toHaveLength(1)
  expect(at.waiting()).toEqual([])
  const { stdout } = await at.tool(['consent'])
  expect(stdout).toContain('Pushgateway')
})

test('a new ID begins a new count at a gateway, so that nobody can tie it to the old one', async () => {
  const [gateway] = all as [Receiver]
  const at = scratch({ project: { destinations: [{ type: 'prometheus', pushgateway: gateway.url }] } })
  await at.agree()
  await at.wrap(['build'])
  await at.wrap(['build'])
  await at.tool(['consent', 'new-id'])
  await at.wrap(['build'])
  const [before, after] = gateway.requests.slice(-2)
  expect(after?.url).not.toBe(before?.url)
  const count = (text = '') => /runs_total\{.*\} (\d+)/u.exec(text)?.[1]
  expect([count(before?.body), count(after?.body)]).toEqual(['2', '1'])
  expect((await at.tool(['export', 'prometheus'])).stdout).toMatch(/runs_total\{.*\} 3\n/u)
})
