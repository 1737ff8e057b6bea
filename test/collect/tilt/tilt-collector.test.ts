import { describe, expect, test } from '@jest/globals'
import type { Tilt } from '../../../src/collect/tilt/program.ts'
import { TiltCollector } from '../../../src/collect/tilt/tilt-collector.ts'
import { DockerLimits } from '../../../src/context/docker.ts'
import { testWorld } from '../../support/world.ts'

const NEVER = new AbortController().signal
const BEGAN = '2026-11-21T09:32:56Z'
const session = (uid = 's') => ({
  kind: 'UISession',
  metadata: { uid },
  status: { runningTiltBuild: { version: '0.33.1' }, tiltStartTime: BEGAN },
})
const resource = (updateStatus: string, builds = 1) => ({
  kind: 'UIResource',
  metadata: { name: 'web', uid: 'w' },
  status: { updateStatus, runtimeStatus: 'ok', buildHistory: Array.from({ length: builds }, () => ({})) },
})

/** A collector that is shown one list of objects after the other; how often it told of a start with each. */
async function starts(...shown: readonly (readonly object[])[]): Promise<number[]> {
  const lists = [...shown]
  const world = testWorld({ env: { PATH: '/nonexistent' }, now: () => Date.parse(BEGAN) + 9_000 })
  const tilt: Tilt = {
    get: async () => ({ code: 0, stdout: JSON.stringify({ items: lists.shift() }), stderr: '' }),
    watch: async () => {},
  }
  const collector = new TiltCollector({ world, tilt, docker: new DockerLimits(world), port: 10_350 })
  const told: number[] = []
  for (const _list of shown) {
    const { observations } = await collector.look(NEVER)
    told.push(...[observations.filter(({ kind }) => kind === 'tilt_session')].map(({ length }) => length))
  }
  return told
}

describe('how long Tilt took to start is told', () => {
  test('once all is ready, if it was seen before', async () =>
    expect(await starts([session(), resource('pending')], [session(), resource('ok', 2)])).toEqual([0, 1]))
  test('if nothing was built a second time', async () => expect(await starts([session(), resource('ok')])).toEqual([1]))
  test('not if nobody knows when it was ready for the first time', async () =>
    expect(await starts([session(), resource('ok', 2)])).toEqual([0]))
  test('not by what was seen of the start before', async () =>
    expect(await starts([session(), resource('pending')], [session('another'), resource('ok', 2)])).toEqual([0, 0]))
})
