import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { collecting, counts, type Got, sent } from '../../support/collecting.ts'
import { decodedTraces } from '../../support/otlp.ts'
import { type Receiver, receiver, segmentEvents, status } from '../../support/receiver.ts'
import { everything, imageBuild, since, TiltStandIn } from '../../support/tilt.ts'

let there: Receiver
let tilt: TiltStandIn
beforeEach(async () => {
  there = await receiver()
  tilt = new TiltStandIn()
})
afterEach(() => there.close())

const ofKind = (kind: string) => sent(there).filter(({ data }) => data.kind === kind)
const one = (all: readonly Got[], name: string) => all.find(({ data }) => data.name === name || data.image_name === name)?.data

test('one look: a heartbeat of each resource, and each build once, under the names of the extension', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  tilt.has(since(Date.now(), everything()))
  expect(await at.tool(['collect', 'tilt', '--once'])).toMatchObject({ code: 0, stdout: '' })
  expect(['uiresource', 'dockerimage', 'cmdimage', 'update', 'tilt_session'].map((kind) => ofKind(kind).length)).toEqual([10, 2, 1, 7, 0])
  expect(one(ofKind('uiresource'), 'server-crash')).toMatchObject({
    tilt_version: '0.32.3',
    name: 'server-crash',
    runtime_status: 'error',
    update_status: 'not_applicable',
  })
  const build = one(ofKind('dockerimage'), 'webimg')
  expect(build).toMatchObject({ tilt_version: '0.32.3', duration_ms: 419, outcome: 'success', stage_count: 8, cached_stage_count: 4 })
  expect(one(ofKind('dockerimage'), 'badimg')).toMatchObject({ outcome: 'failure', error: true })
  expect(one(ofKind('cmdimage'), 'apiimg')).toMatchObject({ duration_ms: 4750 })
  expect(one(ofKind('update'), 'build-fail')).toMatchObject({ outcome: 'failure', duration_ms: 308, warnings_count: 0 })
  expect(ofKind('dockerimage')[0]?.time).toMatch(/\.\d{6}Z$/u)
  const stages = sent(there).filter(({ data }) => data['trace.parent_id'] === build?.['trace.span_id'])
  expect(stages.map(({ data }) => data.name)).toEqual([
    'internal load build definition',
    'internal load .dockerignore',
    'internal load build context',
    'base 1/2 COPY',
    'base 2/2 RUN',
    'final 1/2 COPY',
    'final 2/2 RUN',
    'exporting to image',
  ])
  expect(stages.map(({ data }) => data.cached)).toEqual([undefined, undefined, undefined, true, true, true, true, undefined])

  const first = counts(there)
  await at.tool(['collect', 'tilt', '--once'])
  expect(ofKind('uiresource')).toHaveLength(20)
  expect(counts(there)).toEqual(first)
  expect(Object.values(first).every((times) => times === 1)).toBe(true)
})

test('a heartbeat is an event and no trace', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  tilt.has(everything())
  await at.tool(['collect', 'tilt', '--once'])
  expect(Object.keys(ofKind('uiresource')[0]?.data ?? {}).filter((name) => name.startsWith('trace'))).toEqual([])
})

test('nothing private of what Tilt said leaves or is recorded', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  tilt.has(since(Date.now(), everything()))
  await at.tool(['collect', 'tilt', '--once'])
  const text = there.requests.map(({ body }) => body).join('') + JSON.stringify(await at.log())
  expect(text).toContain('webimg')
  for (const secret of ['/home/dev', 'busybox', 'exit 9', 'exit code', 'boom', 'sleep', 'EXPECTED_REF', 'tiltfileKey', 'msg.txt'])
    expect(text).not.toContain(secret)
})

describe('a start of Tilt', () => {
  const session = (began: number) => ({
    kind: 'UISession',
    metadata: { uid: 's' },
    status: { runningTiltBuild: { version: '0.33.1' }, tiltStartTime: new Date(began).toISOString().replace(/\.\d+/u, '') },
  })
  const web = (began: number, updateStatus: string) => ({
    kind: 'UIResource',
    metadata: { name: 'web', uid: 'w' },
    status: {
      updateStatus,
      runtimeStatus: 'ok',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date(began + 7_500).toISOString().replace('Z', '000Z') }],
    },
  })

  test('is reported once, when all is ready, with how long that took', async () => {
    const at = collecting(there, tilt)
    await at.agree(there)
    const began = Math.ceil(Date.now() / 1_000) * 1_000
    tilt.has([session(began), web(began, 'pending')])
    await at.tool(['collect', 'tilt', '--once'])
    expect(ofKind('tilt_session')).toEqual([])
    tilt.has([session(began), web(began, 'ok')])
    for (const _times of [1, 2]) await at.tool(['collect', 'tilt', '--once'])
    expect(ofKind('tilt_session')).toMatchObject([
      { time: new Date(began).toISOString(), data: { duration_ms: 7_500, tilt_version: '0.33.1' } },
    ])
  })
})

describe("Docker's limits", () => {
  test('are in every event, and asked for once', async () => {
    const at = collecting(there, tilt)
    tilt.alsoHas('docker', `#!/bin/sh\necho "$@" >> ${at.folder}/docker-calls\necho 4 8232587264\n`)
    await at.agree(there)
    tilt.has(since(Date.now(), everything()))
    await at.tool(['collect', 'tilt', '--once'])
    const all = sent(there).filter(({ data }) => data.kind !== undefined)
    expect(all.every(({ data }) => data.docker_cpus === 4 && data.docker_memory_gb === 8)).toBe(true)
  })
})

describe('other destinations', () => {
  test('Segment gets the events, of one name', async () => {
    const at = collecting(there, tilt, { destinations: [{ type: 'segment', writeKey: 'key', host: there.url }] })
    there.answer = status(200)
    await at.agree(there)
    tilt.has(since(Date.now(), everything()))
    await at.tool(['collect', 'tilt', '--once'])
    const events = segmentEvents(there)
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['demo.tilt.observation']))
    expect(events).toHaveLength(20)
    expect(events.find(({ properties }) => properties.image_name === 'webimg')?.properties).toMatchObject({
      kind: 'dockerimage',
      duration_ms: 419,
    })
  })

  test('OTLP gets builds with their stages as spans, and no heartbeats', async () => {
    const at = collecting(there, tilt, { destinations: [{ type: 'otlp', endpoint: there.url }] })
    there.answer = status(200)
    await at.agree(there)
    tilt.has(since(Date.now(), everything()))
    await at.tool(['collect', 'tilt', '--once'])
    const spans = there.requests.flatMap(({ body }) => decodedTraces(body)).flatMap((group) => group.spans)
    const names = spans.map(({ name }) => name)
    expect(names).toContain('build webimg')
    expect(names).toContain('update build-fail')
    expect(names).toContain('base 1/2 COPY')
    expect(names).toHaveLength(10 + 13)
    expect(at.waiting()).toEqual([])
  })

  test('Prometheus, which counts runs, gets none of it', async () => {
    const at = collecting(there, tilt, { destinations: [{ type: 'prometheus', pushgateway: there.url }] })
    there.answer = status(202)
    await at.agree(there)
    tilt.has(since(Date.now(), everything()))
    await at.tool(['collect', 'tilt', '--once'])
    expect([there.requests.length, at.waiting().length]).toEqual([0, 0])
  })
})

test('log shows each build, and of a heartbeat what it said when that changed', async () => {
  const at = collecting(there, tilt)
  await at.agree(there)
  tilt.has([...everything().slice(0, 2), imageBuild('web', Date.now() + 10)])
  for (const _times of [1, 2]) await at.tool(['collect', 'tilt', '--once'])
  const kinds = (await at.log()).map(({ type }) => String(type))
  expect(kinds.filter((type) => type === 'dockerimage')).toHaveLength(1)
  const attempts = (await at.log()).filter(({ type, destination }) => type === 'attempt' && destination !== undefined)
  // Those that arrived are not counted one by one: the yes, and the build.
  expect(attempts.map(({ events }) => (events as string[]).length)).toEqual([1, 1])
  const { stdout } = await at.tool(['log'])
  expect(stdout).toMatch(/dockerimage +web +1\.0 s {2}success\n/u)
  expect(stdout).toMatch(/uiresource +manual +none, not_applicable\n/u)
})
