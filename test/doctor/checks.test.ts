import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { v7 } from 'uuid'
import type { Choice, Entry } from '../../src/consent/decision.ts'
import { Breaker } from '../../src/delivery/breaker.ts'
import { type Finding, findings } from '../../src/doctor/checks.ts'
import { Ledger } from '../../src/journal/ledger.ts'
import { projectState } from '../../src/journal/state.ts'
import { outboxOf, routeName } from '../../src/record/routes.ts'
import type { World } from '../../src/world.ts'
import { BIN } from '../support/cli.ts'
import { message, put } from '../support/events.ts'
import { spoil } from '../support/faults.ts'
import { mayDo } from '../support/needs.ts'
import { projectOf, store } from '../support/projects.ts'
import { nobody } from '../support/raw-server.ts'
import { type Receiver, receiver } from '../support/receiver.ts'
import { addFiles, gitInit, testdir } from '../support/testdir.ts'
import { type TestWorld, testWorld } from '../support/world.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** Where a rule finds the tool, as in a copy. */
const MAKEFILE = `build: ; @${BIN} wrap build\n`

interface Scene {
  readonly project?: object | null
  readonly said?: Choice
  readonly files?: Record<string, string>
  readonly env?: Record<string, string | undefined>
  readonly world?: Partial<World>
}

/** A machine on which all is well, but for what is given. */
function machine({ project = {}, said, files = {}, env = {}, world = {} }: Scene = {}): { here: TestWorld; entry: Entry | undefined } {
  const folder = testdir({ 'repo/Makefile': MAKEFILE, 'home/.keep': '', ...files })
  const file = { project: 'Demo', destinations: [{ type: 'segment', writeKey: 'key', host: there.url }], ...project }
  if (project !== null) addFiles(folder, { 'repo/send-metrics.json': JSON.stringify(file) })
  const places = { home: path.join(folder, 'home'), cwd: path.join(folder, 'repo'), policyFile: path.join(folder, 'policy.json') }
  const here = testWorld({ platform: 'linux', env: { PATH: process.env.PATH, ...env }, ...places, ...world })
  return { here, entry: said && store(here, projectOf(here), said) }
}

const about = (all: readonly Finding[], name: string) => all.filter((finding) => finding.about === name)

/** The one problem there is: what is to be said of it, and what to do. */
async function onlyProblem(here: TestWorld): Promise<Finding> {
  const problems = (await findings(here)).filter(({ state }) => state === 'problem')
  expect(problems).toEqual([expect.objectContaining({ todo: expect.stringMatching(/./u) })])
  return problems[0] as Finding
}

describe('all is well', () => {
  test('everything is looked at, in order, and nothing is a problem', async () => {
    const { here } = machine({ said: 'on' })
    const all = await findings(here)
    const looked = [
      'project file',
      'consent',
      'decisions',
      'in CI',
      'records',
      'segment',
      'network',
      'permissions',
      'makefile',
      'tool',
      'make',
      'rules',
      'git',
      'node',
      'clock',
      'defaults',
    ]
    expect(all.map((finding) => finding.about)).toEqual(looked)
    expect(all.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(about(all, 'consent')[0]?.text).toMatch(/^on \(stored\): you said yes on /u)
    expect(about(all, 'network')[0]?.text).toContain(`${there.url} can be reached; whether it accepts the key cannot be known`)
    // It was connected to, and nothing was said.
    expect([there.connections, there.requests.length]).toEqual([1, 0])
  })

  test('without a yes nothing is connected to', async () => {
    for (const said of [undefined, 'local', 'off'] as const) {
      const { here } = machine(said ? { said } : {})
      expect(about(await findings(here), 'network')).toEqual([expect.objectContaining({ state: 'note' })])
    }
    expect(there.connections).toBe(0)
  })

  test('each setting with its origin; a secret is not shown', async () => {
    const env = { SEND_METRICS_WRITE_KEY: 'very-secret', SEND_METRICS_TEST: 'trial' }
    const all = await findings(machine({ said: 'on', env, project: { budgetMs: 7 } }).here)
    expect(about(all, 'setting').map(({ text }) => text)).toEqual([
      'Segment write key: set (SEND_METRICS_WRITE_KEY in the environment)',
      'test mark: trial (SEND_METRICS_TEST in the environment)',
      'budgetMs: 7 (send-metrics.json)',
    ])
    expect(JSON.stringify(all)).not.toContain('very-secret')
  })
})

describe('what needs doing', () => {
  test.each<[string, Scene, string, RegExp]>([
    ['a mistake in the project file', { project: { budgetMs: -1 } }, 'project file', /budgetMs is -1/u],
    ['a policy that cannot be one', { files: { 'policy.json': '{"consent":"on"}' } }, 'policy', /can only lower/u],
    ['no make', { env: { MAKE: 'no-such-make' } }, 'make', /'no-such-make' does not run/u],
    ['no write key', { project: { destinations: [{ type: 'segment' }] } }, 'segment', /no write key/u],
    ['a clock that was never set', { world: { now: () => 0 } }, 'clock', /1970/u],
    ['no home', { project: null, world: { home: undefined } }, 'decisions', /set HOME/u],
    ['a file where decisions belong', { files: { 'home/.config': '' } }, 'decisions', /cannot be (?:read|written)/u],
    ['a file where records belong', { files: { 'home/.local': '' } }, 'records', /cannot be written/u],
  ])('%s', async (_name, scene, name, text) => {
    expect(await onlyProblem(machine(scene).here)).toMatchObject({ about: name, text: expect.stringMatching(text) })
  })

  test('a destination that cannot be reached', async () => {
    const { here } = machine({ said: 'on', project: { destinations: [{ type: 'segment', writeKey: 'k', host: await nobody() }] } })
    expect(await onlyProblem(here)).toMatchObject({ about: 'network', text: expect.stringContaining('127.0.0.1') })
  })

  test('records and decisions that others can read', async () => {
    const { here } = machine({ said: 'on' })
    fs.chmodSync(path.join(here.home ?? '', '.config/send-metrics/config.json'), 0o644)
    const { todo } = await onlyProblem(here)
    expect(todo).toMatch(/^chmod go= \S+config\.json$/u)
  })

  test('a run in the future', async () => {
    const { here, entry } = machine({ said: 'on' })
    const at = new Date(Date.now() + 86_400_000)
    fs.mkdirSync(projectState(here, entry?.id ?? ''), { recursive: true, mode: 0o700 })
    new Ledger(projectState(here, entry?.id ?? '')).addEvent('run', v7(), at, { start_time: at.toISOString() })
    expect(await onlyProblem(here)).toMatchObject({ about: 'clock', text: expect.stringContaining(at.toISOString()) })
  })

  test('an open breaker, and how much waits behind it', async () => {
    const { here, entry } = machine({ said: 'on' })
    const [destination] = projectOf(here).destinations
    if (!destination || !entry) throw new Error('there is one')
    const state = projectState(here, entry.id)
    fs.mkdirSync(state, { recursive: true, mode: 0o700 })
    const outbox = outboxOf(state, routeName(here, projectOf(here), destination), here.pid)
    put(outbox, message())
    new Breaker(path.join(state, 'breakers', path.basename(outbox.folder))).trip(Date.now(), undefined)
    expect(await onlyProblem(here)).toMatchObject({ about: 'segment', text: expect.stringContaining('1 waiting; it failed') })
  })
})

describe('each check stands alone', () => {
  test('one that throws is a finding, and the others are as ever', async () => {
    const { here } = machine({ said: 'on' })
    const well = (await findings(here)).map((finding) => finding.about)
    const broken = machine({ said: 'on' }).here
    const bug = {
      get: () => {
        throw new Error('a bug')
      },
    }
    const all = await findings(Object.defineProperty(broken, 'nodePath', bug))
    expect(all.map((finding) => finding.about)).toEqual(well)
    expect(about(all, 'node')).toEqual([
      { about: 'node', state: 'problem', text: 'could not be checked: a bug', todo: expect.stringContaining('the other checks hold') },
    ])
  })

  test.each<[string, (file: string) => void, RegExp]>([
    ['a pipe', (file) => spoil(file, 'a pipe'), /is not a file of settings; everything is off/u],
    ['a folder', (file) => spoil(file, 'a folder'), /is not a file of settings; everything is off/u],
    ['a dangling link', (file) => spoil(file, 'a dangling link'), /is a link that leads nowhere/u],
    ['damaged', (file) => spoil(file, 'damaged'), /cannot be read: .*; everything is off/u],
  ])('a policy that is %s', async (_name, break_, text) => {
    const { here } = machine({ files: { 'policy.json': '{"consent":"local"}' } })
    break_(here.policyFile)
    expect(await onlyProblem(here)).toMatchObject({ about: 'policy', text: expect.stringMatching(text) })
  })

  test.each<[string, (file: string) => void, RegExp]>([
    ['a pipe', (file) => spoil(file, 'a pipe'), /is not a file/u],
    ['a folder', (file) => spoil(file, 'a folder'), /is not a file/u],
    ['a dangling link', (file) => spoil(file, 'a dangling link'), /is a link that leads nowhere/u],
    ['damaged', (file) => spoil(file, 'damaged'), /is not JSON/u],
  ])('a project file that is %s', async (_name, break_, text) => {
    const { here } = machine()
    break_(path.join(here.cwd, 'send-metrics.json'))
    expect(await onlyProblem(here)).toMatchObject({ about: 'project file', text: expect.stringMatching(text) })
  })

  test('a working directory that is gone', async () => {
    const { here } = machine()
    const cwd = {
      get: () => {
        throw new Error('ENOENT: no such file or directory, uv_cwd')
      },
    }
    const all = await findings(Object.defineProperty(here, 'cwd', cwd))
    expect(all.map((finding) => finding.about)).toEqual(expect.arrayContaining(['decisions', 'make', 'git', 'node', 'clock', 'defaults']))
  })
})

describe('git refuses the checkout', () => {
  const git = async (here: TestWorld) => about(await findings(here), 'git')[0]

  test('a .git file that leads nowhere', async () => {
    const { here } = machine({ said: 'local', files: { 'repo/.git': 'gitdir: /no/where\n' } })
    expect(await git(here)).toMatchObject({
      state: 'note',
      text: expect.stringContaining('not a git repository'),
      todo: expect.stringContaining('git worktree repair'),
    })
  })

  test('the checkout of another owner, and of one who is trusted', async () => {
    if (!mayDo('root, to give a checkout away', process.getuid?.() === 0)) return
    const { here } = machine({ said: 'local' })
    gitInit(here.cwd)
    fs.chownSync(here.cwd, 4242, 4242)
    fs.chownSync(path.join(here.cwd, '.git'), 4242, 4242)
    const refused = await git(here)
    expect(refused).toMatchObject({ state: 'note', todo: `if you trust it: git config --global --add safe.directory ${here.cwd}` })
    for (const env of trusting(here)) expect([env, (await git({ ...here, env: { ...here.env, ...env } }))?.state]).toEqual([env, 'ok'])
  })

  /** Ways in which the environment says whom git may trust. */
  function trusting({ cwd }: TestWorld): Record<string, string>[] {
    const file = path.join(testdir({ config: `[safe]\n\tdirectory = ${cwd}\n` }), 'config')
    const pairs = {
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: 'false',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: cwd,
    }
    return [{ GIT_CONFIG_COUNT: '2', ...pairs }, { GIT_CONFIG_GLOBAL: file }, { GIT_CONFIG_SYSTEM: file }]
  }
})

test('no git is a note, since targets run without it', async () => {
  const { here } = machine({ said: 'on', env: { PATH: '/nonexistent', MAKE: '/usr/bin/make' } })
  expect(about(await findings(here), 'git')).toEqual([expect.objectContaining({ state: 'note' })])
})
