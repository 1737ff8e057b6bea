import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Choice } from '../../src/consent/decision.ts'
import type { Environment, World } from '../../src/world.ts'
import { type MakeFlags, readMakeFlags } from '../../src/wrap/make-flags.ts'
import { childEnvironment, INSIDE, type Plan, planRun as planWith } from '../../src/wrap/plan.ts'
import { DEMO, projectOf, store } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const EARNEST = readMakeFlags(undefined, [])
const DRY = readMakeFlags('n', [])

const planRun = (world: World, flags: MakeFlags) => planWith(world, flags, () => import('../../src/wrap/decided.ts'))

interface Case {
  readonly stored?: Choice
  readonly env?: Environment
  readonly file?: string
  readonly dry?: boolean
}

function scratch({ stored, env = {}, file = JSON.stringify(DEMO) }: Case) {
  const folder = testdir(file === '' ? { 'repo/.git/HEAD': '' } : { 'repo/.git/HEAD': '', 'repo/send-metrics.json': file })
  const world = testWorld({ cwd: path.join(folder, 'repo'), home: path.join(folder, 'home'), env })
  if (stored) store(world, projectOf(world), stored)
  return world
}

const CI = { CI: 'true' }

describe('what a run is to us, before the target starts', () => {
  test.each<[string, Case, Plan['kind']]>([
    ['no project file', { file: '' }, 'pass'],
    ['nobody has decided', {}, 'ask'],
    ['a yes', { stored: 'on' }, 'record'],
    ['local', { stored: 'local' }, 'record'],
    ['a no', { stored: 'off' }, 'pass'],
    ['a yes, but make only shows', { stored: 'on', dry: true }, 'pass'],
    ['nobody has decided and make only shows', { dry: true }, 'pass'],
    ['SEND_METRICS=off', { stored: 'on', env: { SEND_METRICS: 'off' } }, 'pass'],
    ['SEND_METRICS mistyped', { stored: 'on', env: { SEND_METRICS: 'onn' } }, 'pass'],
    ['DO_NOT_TRACK=1', { stored: 'on', env: { DO_NOT_TRACK: '1' } }, 'pass'],
    ['DO_NOT_TRACK=0', { stored: 'on', env: { DO_NOT_TRACK: '0' } }, 'record'],
    ['a yes in CI', { stored: 'on', env: CI }, 'pass'],
    ['CI=false is none', { stored: 'on', env: { CI: 'false' } }, 'record'],
    ['nobody has decided in CI', { env: CI }, 'pass'],
    ["the pipeline owner's yes", { env: { ...CI, SEND_METRICS: 'on' } }, 'record'],
    ['SEND_METRICS=on may be in a CI that is not plain', { env: { SEND_METRICS: 'on', TF_BUILD: '1' } }, 'record'],
    ['SEND_METRICS=on does not undo a no', { stored: 'off', env: { SEND_METRICS: 'on' } }, 'pass'],
    ['SEND_METRICS=local keeps a record here', { stored: 'on', env: { SEND_METRICS: 'local' } }, 'record'],
    // Whom a file with a mistake speaks for cannot be known; the mistake is told after the run.
    ['a project file that is no JSON', { file: '{' }, 'ask'],
    ['a project file without a name', { file: '{"destinations": []}' }, 'ask'],
  ])('%s', async (_name, scene, kind) => {
    const plan = await planRun(scratch(scene), scene.dry ? DRY : EARNEST)
    expect(plan.kind).toBe(kind)
    expect(plan.trace !== undefined).toBe(kind === 'record')
  })
})

describe('runs inside runs', () => {
  test('inside a run of the same project it is nested, and continues its trace', async () => {
    const outer = scratch({ stored: 'on' })
    const plan = await planRun(outer, EARNEST)
    const inner = await planRun({ ...outer, env: childEnvironment(outer.env, plan) }, EARNEST)
    expect([plan.nested, inner.nested]).toEqual([false, true])
    expect(inner.trace).toMatchObject({ traceId: plan.trace?.traceId, parentRunId: plan.trace?.runId })
  })

  test('inside a run of the same project in a folder with a colon, too', async () => {
    const folder = testdir({ 'a:b/send-metrics.json': JSON.stringify(DEMO) })
    const outer = testWorld({ cwd: path.join(folder, 'a:b'), home: path.join(folder, 'home') })
    store(outer, projectOf(outer), 'on')
    const inner = await planRun({ ...outer, env: childEnvironment(outer.env, await planRun(outer, EARNEST)) }, EARNEST)
    expect(inner.nested).toBe(true)
  })

  test('inside a run of the same project that is not recorded, nothing is', async () => {
    const outer = scratch({})
    const env = childEnvironment(outer.env, await planRun(outer, EARNEST))
    expect(await planRun({ ...outer, env }, EARNEST)).toMatchObject({ kind: 'pass', nested: false, inner: true })
  })

  test('inside a run of another project it is not', async () => {
    const world = scratch({ stored: 'on', env: { [INSIDE]: '/elsewhere' } })
    expect((await planRun(world, EARNEST)).nested).toBe(false)
  })
})

describe("the target's environment", () => {
  test('gets one mark even after a no, so that no inner run of another project asks in the middle', async () => {
    const world = scratch({ stored: 'off', env: { A: 'b' } })
    expect(childEnvironment(world.env, await planRun(world, EARNEST))).toEqual({ A: 'b', [INSIDE]: `!${world.cwd}` })
  })

  test('names every project around it, so that one inside another inside itself is nested', async () => {
    const world = scratch({ stored: 'on', env: { [INSIDE]: '/elsewhere' } })
    const env = childEnvironment(world.env, await planRun(world, EARNEST))
    expect(env[INSIDE]).toBe(`/elsewhere\n${world.cwd}`)
    expect(await planRun({ ...world, env }, EARNEST)).toMatchObject({ nested: true, inner: true })
  })

  test('gets one mark while nobody has decided, so that only the outermost run asks', async () => {
    const world = scratch({ env: { A: 'b' } })
    expect(childEnvironment(world.env, await planRun(world, EARNEST))).toEqual({ A: 'b', [INSIDE]: `!${world.cwd}` })
  })

  test('gets the trace when a run is recorded; other context passes untouched', async () => {
    const world = scratch({ stored: 'on', env: { TRACESTATE: 'a=1', BAGGAGE: 'k=v', TRACEPARENT: 'nonsense' } })
    const env = childEnvironment(world.env, await planRun(world, EARNEST))
    expect(env).toEqual({
      TRACESTATE: 'a=1',
      BAGGAGE: 'k=v',
      [INSIDE]: world.cwd,
      TRACEPARENT: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/u),
    })
  })
})
