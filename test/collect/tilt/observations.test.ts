import { describe, expect, test } from '@jest/globals'
import { observationsOf } from '../../../src/collect/tilt/observations.ts'
import { everything, imageBuild, recordedItems } from '../../support/tilt.ts'

const NOW = '2026-11-21T10:00:00.000Z'
const all = (objects: readonly object[]) => objects.flatMap((object) => observationsOf(object, NOW))

test('a recorded image build, and one that failed', () => {
  const [bad, web] = all(recordedItems('dockerimages-completed-and-failed.json'))
  expect(web).toMatchObject({
    kind: 'dockerimage',
    identity: 'dockerimage ce7bc59e-e649-42ee-84bf-425ecf89de85 2026-11-21T09:35:59.363967Z',
    at: '2026-11-21T09:35:59.363967Z',
    facts: { image_name: 'webimg', duration_ms: 419, outcome: 'success', stage_count: 8, cached_stage_count: 4 },
  })
  expect(bad?.facts).toEqual({ image_name: 'badimg', duration_ms: 389, outcome: 'failure', stage_count: 5, cached_stage_count: 1 })
})

test('a recorded build by a command, which has no stages', () => {
  const [built] = all(recordedItems('cmdimages.json'))
  expect(built).toMatchObject({ kind: 'cmdimage', at: '2026-11-21T09:35:59.351265Z' })
  expect(built?.facts).toEqual({ image_name: 'apiimg', duration_ms: 4750, outcome: 'success' })
})

test('recorded resources: a heartbeat of each, and the updates that Tilt remembers', () => {
  const seen = all(recordedItems('uiresources.json'))
  const beats = seen.filter(({ kind }) => kind === 'uiresource')
  expect(beats).toHaveLength(10)
  expect(beats.every(({ identity, at }) => identity === undefined && at === NOW)).toBe(true)
  expect(beats.find(({ facts }) => facts.name === 'server-crash')?.facts).toEqual({
    name: 'server-crash',
    runtime_status: 'error',
    update_status: 'not_applicable',
  })
  const updates = seen.filter(({ kind }) => kind === 'update')
  expect(updates).toHaveLength(7)
  expect(updates.find(({ facts }) => facts.name === 'build-fail')).toMatchObject({
    at: '2026-11-21T09:32:57.984919Z',
    facts: { outcome: 'failure', warnings_count: 0, duration_ms: 308 },
  })
})

test('a build that is under way tells nothing', () => {
  expect(all(recordedItems('dockerimages-building.json'))).toEqual([])
})

test('nothing private of what Tilt says is in an observation', () => {
  const text = JSON.stringify(all(everything()))
  for (const secret of ['/home/dev', 'busybox', 'exit 9', 'Dockerfile"', 'sleep', 'boom', 'EXPECTED_REF', 'tilt-daf51fe430c6f76d'])
    expect(text).not.toContain(secret)
})

describe('what cannot be taken for granted', () => {
  const build = (completed: object) => [{ kind: 'DockerImage', metadata: { uid: 'u' }, spec: { ref: 'i' }, status: { completed } }]
  const times = { startedAt: '2026-11-21T09:36:00.000000Z', finishedAt: '2026-11-21T09:36:01.000000Z' }

  test('a kind that is not known tells nothing, nor does what is no object', () => {
    expect(all([{ kind: 'Novelty' }, { kind: 'toString' }, {}, [], 'x' as unknown as object, null as unknown as object])).toEqual([])
  })
  test('a build without an end is not done', () => expect(all(build({ ...times, finishedAt: null }))).toEqual([]))
  test('a build whose start nobody knows is known by its end, without a duration', () => {
    expect(all(build({ ...times, startedAt: null }))).toMatchObject([{ at: times.finishedAt, facts: { duration_ms: undefined } }])
  })
  test('a clock that was set back meanwhile leaves no duration', () => {
    const [one] = all(build({ startedAt: times.finishedAt, finishedAt: times.startedAt }))
    expect(one?.facts.duration_ms).toBeUndefined()
  })
  test('a time without a fraction counts like one with', () => {
    expect(all(build({ ...times, startedAt: '2026-11-21T09:36:00Z' }))).toMatchObject([
      { at: '2026-11-21T09:36:00.000Z', facts: { duration_ms: 1_000 } },
    ])
  })
  test.each(['yesterday', '2026-13-45T99:00:00Z', 5, {}])('a time that is none: %p', (finishedAt) => {
    expect(all(build({ ...times, finishedAt }))).toEqual([])
  })
  test('builds of the same image, and of another Tilt, are different ones', () => {
    const at = Date.parse('2026-11-21T09:36:00Z')
    const builds = [
      imageBuild('i', at),
      imageBuild('i', at + 1),
      imageBuild('i', at, { uid: 'other' }),
      imageBuild('i', at, { kind: 'CmdImage' }),
    ]
    expect(new Set(all(builds).map(({ identity }) => identity)).size).toBe(4)
  })
})

test.each([
  ['web', 'web'],
  ['registry.example.com:5000/alice/web:dev-alice', 'web'],
  ['alice/web@sha256:9c1185a5c5e9fc54612808977ee8f548b2258d31', 'web'],
  ['registry.example.com', 'other'],
  ['ghcr.io/alice/', 'other'],
  ['ghp_abcdefgh', 'other'],
])('of an image, %s, only its own name is told: %s', (ref, name) => {
  const status = { completed: { startedAt: '2026-11-20T10:00:00Z', finishedAt: '2026-11-20T10:00:01Z' } }
  const [built] = observationsOf({ kind: 'CmdImage', metadata: { uid: 'u' }, spec: { ref }, status }, '2026-11-20T10:00:02Z')
  expect(built?.facts.image_name).toBe(name)
})

test.each([
  ['web', 'web'],
  ['(Tiltfile)', '(Tiltfile)'],
  ['web:migrate', 'web:migrate'],
  ['/home/alice/web', 'other'],
  ['alice@example.com', 'other'],
  ['db01.corp.example.com', 'other'],
])('of a resource, %s: %s', (resource, name) => {
  const [beat] = observationsOf({ kind: 'UIResource', metadata: { name: resource }, status: {} }, '2026-11-20T10:00:02Z')
  expect(beat?.facts.name).toBe(name)
})
