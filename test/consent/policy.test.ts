import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Choice } from '../../src/consent/decision.ts'
import { readPolicy } from '../../src/consent/policy.ts'
import { standingFor } from '../../src/consent/standing.ts'
import { AskedStatus } from '../../src/context/git-status.ts'
import { policyFile } from '../../src/disk/places.ts'
import { checkPolicy } from '../../src/doctor/check-settings.ts'
import { GatheredRun, startRecording } from '../../src/record/record-run.ts'
import { DEMO, projectOf, store } from '../support/projects.ts'
import { filesUnder } from '../support/scratch.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

/** A machine with this policy, and a person who said this. */
function machine(policy: string | null, said?: Choice, env: Record<string, string> = {}) {
  const files = { 'repo/send-metrics.json': JSON.stringify(DEMO), 'home/.keep': '' }
  const folder = testdir(policy === null ? files : { ...files, 'etc/policy.json': policy })
  const connected: string[] = []
  const world = testWorld({
    env,
    home: path.join(folder, 'home'),
    cwd: path.join(folder, 'repo'),
    platform: 'linux',
    policyFile: path.join(folder, 'etc/policy.json'),
    connect: async ({ host }) => {
      connected.push(host)
      throw new Error('not in this test')
    },
  })
  const project = projectOf(world)
  if (said) store(world, project, said)
  return { world, project, folder, connected }
}

describe("the administrator's file", () => {
  test.each<[string, string | null, 'off' | 'local' | undefined, RegExp | undefined]>([
    ['none', null, undefined, undefined],
    ['off', '{"consent":"off"}', 'off', undefined],
    ['local', '{"consent":"local"}', 'local', undefined],
    ['on is refused, and what was meant is not known', '{"consent":"on"}', 'off', /can only lower/u],
    ['a word of no meaning', '{"consent":"of"}', 'off', /can only lower/u],
    ['nothing in it', '{}', 'off', /can only lower/u],
    ['null', 'null', 'off', /can only lower/u],
    ['no JSON', '{', 'off', /cannot be read/u],
    ['too large', `{"consent":"local"}${' '.repeat(70_000)}`, 'off', /not a file of settings/u],
  ])('%s', (_name, text, consent, problem) => {
    const { world } = machine(text)
    const policy = readPolicy(world)
    expect(policy.consent).toBe(consent)
    if (problem) expect(policy.problem).toMatch(problem)
    else expect(policy.problem).toBeUndefined()
    expect(checkPolicy(world).map(({ state }) => state)).toEqual(problem ? ['problem'] : consent ? ['note'] : [])
  })

  test('a folder in its place is off', () => {
    const { world, folder } = machine(null)
    fs.mkdirSync(path.join(folder, 'etc/policy.json'), { recursive: true })
    expect(readPolicy(world)).toMatchObject({ consent: 'off', problem: 'is not a file of settings' })
  })

  test('lies where only an administrator can write', () => {
    expect(policyFile('linux', {})).toBe('/etc/send-metrics/policy.json')
    expect(policyFile('darwin', {})).toBe('/Library/Application Support/send-metrics/policy.json')
    expect(policyFile('win32', { ProgramData: 'D:\\Data' })).toContain('D:\\Data')
  })
})

describe('what it does', () => {
  const INSIDE_CI = { CI: 'true', SEND_METRICS: 'on' }
  const rows: [string, Choice | undefined, Record<string, string>, string, string][] = [
    ['off', 'on', {}, 'off', 'policy'],
    ['off', undefined, {}, 'off', 'policy'],
    ['off', undefined, INSIDE_CI, 'off', 'policy'],
    ['local', 'on', {}, 'local', 'policy'],
    ['local', 'local', {}, 'local', 'stored'],
    ['local', 'off', {}, 'off', 'stored'],
    ['local', undefined, {}, 'undecided', 'nobody'],
    ['local', undefined, INSIDE_CI, 'local', 'policy'],
    ['on', 'on', {}, 'off', 'policy'],
  ]
  test.each(rows)('%s over %s with %j is %s, decided by %s', (consent, said, env, effective, decidedBy) => {
    const { world, project } = machine(JSON.stringify({ consent }), said, env)
    expect(standingFor(world, project).standing).toMatchObject({ effective, decidedBy })
  })

  /** Records a run as `wrap` does. */
  async function run({ world, project }: ReturnType<typeof machine>): Promise<string | undefined> {
    const start = {
      goals: ['build'],
      startedAt: Date.now(),
      trace: undefined,
      nested: false,
      justAgreed: false,
      fieldsFile: undefined,
      store: undefined,
    }
    const askStatus = () => new AskedStatus(world)
    const loaders = {
      askStatus,
      loadStore: () => import('../../src/consent/store.ts'),
      loadCommit: () => import('../../src/context/commit.ts'),
    }
    const recording = await startRecording(new GatheredRun(world, project, { ...start, note: () => {}, ...loaders }))
    const end = { durationMs: 5, exitStatus: 0, outcome: 'success' as const, mark: () => {}, hurry: new Promise<void>(() => {}) }
    return (await recording?.finish(end))?.words
  }

  test('a yes under off records nothing and connects nowhere', async () => {
    const here = machine('{"consent":"off"}', 'on')
    expect(await run(here)).toBeUndefined()
    expect(filesUnder(path.join(here.folder, 'home/.local'))).toEqual([])
    expect(here.connected).toEqual([])
  })

  test('a yes under local records on this machine and connects nowhere', async () => {
    const here = machine('{"consent":"local"}', 'on')
    expect(await run(here)).toBe('recorded on this machine only')
    const files = filesUnder(path.join(here.folder, 'home/.local'))
    expect(files).toEqual([expect.stringMatching(/runs-\d{4}-\d{2}\.jsonl$/u)])
    expect(here.connected).toEqual([])
  })
})
