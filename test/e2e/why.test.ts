import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BIN, NODE, run } from '../support/cli.ts'
import { programPath } from '../support/programs.ts'
import { nobody } from '../support/raw-server.ts'
import { type Receiver, receiver } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

const MAKEFILE = 'build: ; @echo built\ntest: ; @echo tested\n'

/** A repository in which all is set up, with a yes. */
async function measured(words: readonly string[], to: string): Promise<Scratch> {
  const at = scratch({ to, makefile: MAKEFILE })
  const { code, stderr } = await at.tool(['init', '--yes', ...words])
  expect([code, stderr]).toEqual([0, ''])
  return at
}

const said = async (at: Scratch, env = {}) => {
  const { code, stdout, stderr } = await at.tool(['why'], env)
  expect([code, stderr]).toEqual([0, ''])
  return stdout
}

interface Case {
  readonly name: string
  readonly spoil?: (at: Scratch) => unknown
  readonly env?: (at: Scratch) => Record<string, string>
  readonly reason: RegExp
  readonly todo: RegExp
}

const write = (name: string, text: string) => (at: Scratch) => fs.writeFileSync(path.join(at.repo, name), text)

/** A folder that has the tool and most of what it is used with, but not one of these. */
function pathWithout({ folder }: Scratch, missing: string): string {
  const shims = path.join(folder, 'shims')
  fs.mkdirSync(shims)
  for (const program of ['make', 'node', 'git', 'sh', 'cat', 'head', 'find', 'timeout'].filter((one) => one !== missing)) {
    const real = program === 'node' ? NODE : programPath(program)
    if (real !== undefined) fs.symlinkSync(real, path.join(shims, program))
  }
  fs.symlinkSync(BIN, path.join(shims, 'send-metrics'))
  return shims
}

const CASES: readonly Case[] = [
  { name: 'a no', spoil: (at) => at.tool(['consent', 'off']), reason: /not recorded: you said no on/u, todo: /send-metrics consent on/u },
  {
    name: 'nobody has decided',
    spoil: (at) => at.tool(['consent', 'forget']),
    reason: /nobody has decided/u,
    todo: /consent on, or local/u,
  },
  { name: 'SEND_METRICS', env: () => ({ SEND_METRICS: 'off' }), reason: /SEND_METRICS=off is set/u, todo: /^unset SEND_METRICS$/u },
  { name: 'DO_NOT_TRACK', env: () => ({ DO_NOT_TRACK: '1' }), reason: /DO_NOT_TRACK=1 is set/u, todo: /^unset DO_NOT_TRACK$/u },
  { name: 'CI', env: () => ({ CI: 'true' }), reason: /this is CI/u, todo: /SEND_METRICS=on/u },
  {
    name: 'this machine only',
    spoil: (at) => at.tool(['consent', 'local']),
    reason: /kept on this machine, and not sent: you chose/u,
    todo: /consent on/u,
  },
  {
    name: 'a mistake in the project file',
    spoil: write('send-metrics.json', '{ "project": 5 }'),
    reason: /not recorded: .*send-metrics\.json:1:14: project is 5/u,
    todo: /mend .*send-metrics\.json/u,
  },
  {
    name: 'no project file',
    spoil: (at) => fs.rmSync(path.join(at.repo, 'send-metrics.json')),
    reason: /not recorded: no send-metrics\.json here or above/u,
    todo: /send-metrics init/u,
  },
  {
    name: '"enabled": false',
    spoil: write('send-metrics.json', '{ "project": "Demo", "enabled": false }'),
    reason: /"enabled": false/u,
    todo: /take "enabled": false out/u,
  },
  {
    name: 'nothing that calls wrap in the makefile',
    spoil: (at) => {
      for (const name of ['GNUmakefile', 'send-metrics.mk']) fs.rmSync(path.join(at.repo, name), { force: true })
      write('Makefile', MAKEFILE)(at)
    },
    reason: /Makefile does not call send-metrics/u,
    todo: /send-metrics init/u,
  },
  {
    name: 'no tool where make looks',
    env: () => ({ PATH: process.env.PATH ?? '' }),
    reason: /make finds no send-metrics/u,
    todo: /init --vendor/u,
  },
  {
    name: 'a tool that PATH has only as long as npx runs',
    env: ({ folder }) => {
      const cache = path.join(folder, 'npm/_npx/12ab/node_modules/.bin')
      fs.mkdirSync(cache, { recursive: true })
      fs.symlinkSync(BIN, path.join(cache, 'send-metrics'))
      return { PATH: `${cache}:${process.env.PATH}`, npm_config_user_agent: 'npm/11.0.0 node/v24.0.0 linux x64' }
    },
    reason: /make finds no send-metrics/u,
    todo: /^npm install --global send-metrics; or keep a copy in the repository: \S+ init --vendor$/u,
  },
  {
    name: 'no make',
    env: (at) => ({ PATH: pathWithout(at, 'make') }),
    reason: /: 'make' does not run\.$/u,
    todo: /^install GNU make/u,
  },
  {
    name: 'a make that is none',
    env: () => ({ MAKE: '/no/such/make' }),
    reason: /: '\/no\/such\/make' does not run\.$/u,
    todo: /\$MAKE$/u,
  },
  {
    name: 'a tool that is damaged',
    env: ({ folder }) => {
      addFiles(folder, { 'damaged/send-metrics': '<!doctype html>\n' })
      fs.chmodSync(path.join(folder, 'damaged/send-metrics'), 0o755)
      return { PATH: `${path.join(folder, 'damaged')}:${process.env.PATH}` }
    },
    reason: /make finds \S+damaged\/send-metrics, which is damaged/u,
    todo: /init --vendor/u,
  },
  {
    name: 'no Node that starts',
    env: (at) => {
      const PATH = pathWithout(at, 'node')
      addFiles(PATH, { node: '#!/bin/sh\necho "No version is set for command node" >&2\nexit 126\n' })
      fs.chmodSync(path.join(PATH, 'node'), 0o755)
      return { PATH }
    },
    reason: /which finds no Node that starts/u,
    todo: /^put Node 20\.19, 22\.12, or 24 and later on PATH/u,
  },
]

describe.each([
  ['GNUmakefile', []],
  ['--include', ['--include']],
  ['--explicit', ['--explicit', 'build,test']],
] as const)('%s', (_way, words) => {
  test.each(CASES)('$name', async ({ spoil, env, reason, todo }) => {
    const at = await measured(words, await nobody())
    await at.agree()
    await spoil?.(at)
    const lines = (await said(at, env?.(at))).split('\n')
    expect(lines[0]).toMatch(reason)
    expect(lines[1]?.replace(/^To change it: /u, '')).toMatch(todo)
  })
})

test('all is well, and the last run is named with what became of it', async () => {
  const there = await receiver()
  try {
    const at = await measured([], there.url)
    await at.agree(there)
    expect(await said(at)).toMatch(/^A run here is recorded and sent\.\nNo run of this project was recorded/u)
    await at.make(['build'])
    expect(await said(at)).toMatch(
      /^A run here is recorded and sent\.\nThe last one recorded: build, .*, success; segment-\w+: delivered, accepted\.\nA later one is missing\? /u,
    )
    expect(JSON.parse((await at.tool(['why', '--json'])).stdout)).toEqual({
      outcome: 'sent',
      last: { command: 'build', at: expect.stringMatching(/Z$/u), outcome: 'success', sent: [expect.stringContaining('delivered')] },
      withoutTrace: expect.arrayContaining([expect.stringContaining('SEND_METRICS=off')]),
    })
  } finally {
    await there.close()
  }
})

describe('after a run that was not recorded', () => {
  interface Unrecorded {
    readonly name: string
    /** What was typed, and how `why` is asked about it. */
    readonly run: string
    readonly asked: string
    readonly reason: RegExp
    readonly todo?: RegExp
    readonly ways?: readonly string[]
  }

  const RUNS: readonly Unrecorded[] = [
    { name: 'in CI', run: 'CI=1 make test', asked: 'CI=1 send-metrics why -- make test', reason: /this is CI/u },
    {
      name: 'switched off',
      run: 'SEND_METRICS=off make test',
      asked: 'SEND_METRICS=off send-metrics why -- make test',
      reason: /SEND_METRICS=off is set/u,
    },
    {
      name: 'not to be tracked',
      run: 'DO_NOT_TRACK=1 make test',
      asked: 'DO_NOT_TRACK=1 send-metrics why',
      reason: /DO_NOT_TRACK=1 is set/u,
    },
    {
      name: '-n',
      run: 'make -n test',
      asked: 'send-metrics why -- make -n test',
      reason: /with -n, -q, -t or -p make runs nothing in earnest/u,
    },
    {
      name: 'CI for this make',
      run: 'make CI=1 test',
      asked: 'send-metrics why -- make CI=1 test',
      reason: /this is CI/u,
      todo: /^To change it: leave CI=1 out$/u,
    },
    {
      name: 'switched off for this make',
      run: 'make test SEND_METRICS=off',
      asked: 'send-metrics why -- make test SEND_METRICS=off',
      reason: /SEND_METRICS=off is set/u,
      todo: /^To change it: leave SEND_METRICS=off out$/u,
    },
    {
      name: 'not to be tracked by this make',
      run: 'make DO_NOT_TRACK:=1 test',
      asked: 'send-metrics why -- make DO_NOT_TRACK:=1 test',
      reason: /DO_NOT_TRACK=1 is set/u,
      todo: /^To change it: leave DO_NOT_TRACK:=1 out$/u,
    },
    {
      name: '-n as a variable',
      run: 'make MAKEFLAGS=-n test',
      asked: 'send-metrics why -- make MAKEFLAGS=-n test',
      reason: /make runs nothing in earnest/u,
    },
    { name: '-v', run: 'make -v test', asked: 'send-metrics why -- make -v test', reason: /with -v or -h make runs nothing/u },
    { name: '--help', run: 'make --help', asked: 'send-metrics why -- make --help', reason: /with -v or -h make runs nothing/u },
    {
      name: 'a target that is not there',
      run: 'make tset',
      asked: 'send-metrics why -- make tset',
      reason: /Makefile has no rule for tset/u,
      todo: /^To change it: make test$/u,
      ways: ['--explicit'],
    },
    {
      name: 'what a public target runs',
      run: 'make plain impl-build',
      asked: 'send-metrics why -- make plain impl-build',
      reason: /impl-build is what build runs/u,
      todo: /^To change it: make plain build$/u,
      ways: ['--explicit'],
    },
    { name: '-n from outside', run: 'MAKEFLAGS=n make test', asked: 'MAKEFLAGS=n send-metrics why', reason: /runs nothing in earnest/u },
    {
      name: 'a makefile below that is not measured',
      run: 'make -C sub test',
      asked: 'send-metrics why -- make -C sub test',
      reason: /Makefile does not call send-metrics.*; in \S+\/repo: /u,
      todo: /init, in \S+\/sub|call make in \S+\/repo/u,
    },
    {
      name: 'the same, from there',
      run: 'cd sub && make test',
      asked: 'cd sub && send-metrics why',
      reason: /Makefile does not call send-metrics/u,
    },
    {
      name: 'no such folder',
      run: 'make -C nowhere',
      asked: 'send-metrics why -- make -C nowhere',
      reason: /there is no folder \S+\/nowhere/u,
    },
    {
      name: 'a folder without a makefile',
      run: 'make -C empty',
      asked: 'send-metrics why -- make -C empty',
      reason: /there is no makefile in this folder/u,
      todo: /^To change it: call make in \S+\/repo$/u,
    },
    {
      name: 'another makefile',
      run: 'make -f plain.mk test',
      asked: 'send-metrics why -- make -f plain.mk test',
      reason: /plain\.mk does not call send-metrics/u,
      todo: /send-metrics wrap -- make -f plain\.mk test/u,
    },
    {
      name: 'an option that make keeps to itself',
      run: 'make -d test',
      asked: 'send-metrics why -- make -d test',
      reason: /\S+ hands no run to send-metrics with -d\./u,
      todo: /send-metrics wrap -- make -d test/u,
      ways: ['GNUmakefile', '--include'],
    },
    {
      name: 'the same from outside',
      run: 'MAKEFLAGS=i make test',
      asked: 'MAKEFLAGS=i send-metrics why',
      reason: /\S+ hands no run to send-metrics with -i\./u,
      ways: ['GNUmakefile', '--include'],
    },
    {
      name: 'MAKEFILES',
      run: 'MAKEFILES=plain.mk make test',
      asked: 'MAKEFILES=plain.mk send-metrics why',
      reason: /\S+ hands no run to send-metrics with MAKEFILES set\./u,
      ways: ['GNUmakefile', '--include'],
    },
    {
      name: 'inside another make',
      run: 'make -s -f outer.mk test',
      asked: 'make -s -f outer.mk why',
      reason: /\S+ hands no run to send-metrics inside another make\./u,
      ways: ['GNUmakefile', '--include'],
    },
    {
      name: 'inside a run that is not recorded',
      run: 'SEND_METRICS=off make ask',
      asked: 'SEND_METRICS=off send-metrics wrap -- make -s -f outer.mk ask',
      // Where the system tells what the make above was started with, that is the reason.
      reason: /hands no run to send-metrics inside one that is not recorded\.|SEND_METRICS=off is set\./u,
      ways: ['GNUmakefile', '--include'],
    },
    {
      name: 'one goal twice',
      run: 'make test test',
      asked: 'send-metrics why -- make test test',
      reason: /hands no run to send-metrics with a goal that is named twice\./u,
      ways: ['GNUmakefile', '--include'],
    },
    {
      name: 'a target without a line that calls send-metrics',
      run: 'make plain',
      asked: 'send-metrics why -- make plain',
      reason: /no rule of plain calls send-metrics/u,
      todo: /send-metrics init --explicit plain/u,
      ways: ['--explicit'],
    },
  ]

  const OUTER = 'test: ; @make test\nwhy: ; @send-metrics why\nask: ; @SEND_METRICS= send-metrics why\n'
  const makefile = `${MAKEFILE}plain: ; @echo plain\nall: test\n`
  const files = { 'empty/.keep': '', 'sub/Makefile': 'test: ; @echo below\n', 'plain.mk': 'test: ; @echo plain\n', 'outer.mk': OUTER }

  describe.each([
    ['GNUmakefile', []],
    ['--include', ['--include']],
    ['--explicit', ['--explicit', 'build,test']],
  ] as const)('%s: why names the kind, and tells of that very run', (way, words) => {
    let at: Scratch
    let there: Receiver
    beforeAll(async () => {
      there = await receiver()
      at = scratch({ to: there.url, makefile, files })
      expect(await at.tool(['init', '--yes', ...words])).toMatchObject({ code: 0, stderr: '' })
      await at.agree(there)
      await at.make(['build'])
    })
    afterAll(() => there.close())
    const sh = (command: string) => run('sh', ['-c', command], { cwd: at.repo, env: at.env })

    test.each(RUNS.filter(({ ways }) => ways?.includes(way) ?? true))('$name', async ({ run: typed, asked, reason, todo }) => {
      const before = filesUnder(at.home)
      await sh(typed)
      expect(filesUnder(at.home)).toEqual(before)
      const { code, stdout, stderr } = await sh(asked)
      expect([code, stderr]).toEqual([0, ''])
      const [first = '', second = ''] = stdout.split('\n')
      expect(first).toMatch(/^A run here is not recorded: /u)
      expect(first).toMatch(reason)
      if (todo !== undefined) expect(second).toMatch(todo)
    })

    test.each(['make build test', 'make', 'make all', 'make -k test', 'make -C . test', 'make FOO=1 test'])(
      'nothing of %s',
      async (typed) => {
        expect((await sh(`send-metrics why -- ${typed}`)).stdout).toMatch(
          /^A run here is recorded and sent\.\nThe last one recorded: build, /u,
        )
      },
    )
  })

  test('a folder without a makefile below one that is measured names the nearest', async () => {
    const at = await measured([], await nobody())
    addFiles(at.repo, { 'pkg/a/Makefile': MAKEFILE, 'pkg/a/deep/er/.keep': '' })
    await at.agree()
    expect(await run('send-metrics', ['init', '--yes'], { cwd: path.join(at.repo, 'pkg/a'), env: at.env })).toMatchObject({ code: 0 })
    const { stdout } = await run('send-metrics', ['why'], { cwd: path.join(at.repo, 'pkg/a/deep/er'), env: at.env })
    expect(stdout).toMatch(
      /there is no makefile in this folder; in \S+\/pkg\/a: GNUmakefile hands .*\nTo change it: call make in \S+\/pkg\/a\n/u,
    )
  })

  test('a makefile that is not made yet', async () => {
    const at = await measured([], await nobody())
    await at.agree()
    fs.rmSync(path.join(at.repo, 'Makefile'))
    expect(await said(at)).toMatch(
      /not recorded: GNUmakefile is ours, and there is no Makefile or makefile beside it, .*\nTo change it: make it first, /u,
    )
    expect((await at.tool(['doctor'])).stdout).toMatch(/^note +makefile: +GNUmakefile is ours, and there is no Makefile/mu)
  })

  test('a mistake on the command line', async () => {
    const at = await measured([], await nobody())
    const MISTAKES: readonly [string, string | RegExp][] = [
      ['why build', 'send-metrics why -- make build'],
      ['why -- -n', 'send-metrics why -- make -n build'],
      ['why make build', 'send-metrics why -- make build'],
      ['why make -n build', 'send-metrics why -- make -n build'],
      ['why --json gmake -k -j4 build', 'send-metrics why -- gmake -k -j4 build'],
      ['why -- build', 'send-metrics why -- make build'],
      ['why -- CI=1 make build', 'CI=1 send-metrics why -- make build'],
      ['why -- npm run build', /^send-metrics: 'npm' is no make, and .*: send-metrics why -- make build$/mu],
      ['why --jsno', 'did you mean --json'],
    ]
    for (const [typed, said] of MISTAKES) {
      const expected = typeof said === 'string' ? expect.stringContaining(said) : expect.stringMatching(said)
      const { code, stdout, stderr } = await at.tool(typed.split(' '))
      expect([typed, code, stdout + stderr]).toEqual([typed, 2, expected])
    }
    expect(await at.tool(['why', '--', '/usr/bin/gmake-4.3', 'build'])).toMatchObject({ code: 0 })
  })

  test.each([
    [80, 24],
    [60, 20],
  ])('breaks between words at a terminal of %i by %i, whatever the reason', async (columns, rows) => {
    const at = await measured([], await nobody())
    addFiles(at.repo, { 'sub/Makefile': MAKEFILE })
    for (const [env, words] of [
      [{ CI: '1' }, ['why']],
      [{}, ['why', '--', 'make', '-C', 'sub']],
      [{}, ['why', '--', 'make', '-v', 'build']],
      [{}, ['stats']],
      [{ CI: '1' }, ['log']],
      [{}, ['why', 'npm', 'run', 'build']],
    ] as const) {
      const screen = at.screen('send-metrics', words, env, { columns, rows })
      await screen.ended
      const lines = screen.raw().trimEnd().split('\r\n')
      const short = lines.filter((line) => line.split(' ').every((word) => word.length < columns))
      expect([words, short.filter((line) => line.length > columns)]).toEqual([words, []])
      const { stdout, stderr } = await at.tool(words, env)
      expect(lines.join(' ').replace(/ +/gu, ' ')).toBe((stdout + stderr).trimEnd().replace(/[ \n]+/gu, ' '))
    }
  })

  test.each([
    [80, 24],
    [60, 20],
  ])('fits a terminal of %i by %i', async (columns, rows) => {
    const there = await receiver()
    try {
      const at = await measured([], there.url)
      await at.agree(there)
      await at.make(['build'])
      const screen = at.screen('send-metrics', ['why'], {}, { columns, rows })
      await screen.ended
      const lines = screen.raw().trimEnd().split('\r\n')
      expect(lines.length).toBeLessThan(rows)
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
    } finally {
      await there.close()
    }
  })
})

describe('doctor', () => {
  test('names the way, the tool that make reaches and the Node', async () => {
    const at = await measured([], await nobody())
    const { stdout } = await at.tool(['doctor'])
    expect(stdout).toMatch(/^ok +makefile: +GNUmakefile hands every target to send-metrics$/mu)
    expect(stdout).toMatch(/^ok +tool: +make finds \S+\/bin\/send-metrics$/mu)
    expect(stdout).toMatch(/^(?:ok|note) +node: +v\d+\.\S+, \S+\/node/mu)
  })

  test('a GNUmakefile that is gone is a problem', async () => {
    const at = await measured([], await nobody())
    fs.rmSync(path.join(at.repo, 'GNUmakefile'))
    const { code, stdout } = await at.tool(['doctor'])
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^PROBLEM +makefile: +Makefile does not call send-metrics/mu)])
  })

  test('a Node that is passed over is named', async () => {
    const at = await measured([], await nobody())
    addFiles(at.folder, { 'old/node': '#!/bin/sh\necho v18.0.0\n' })
    fs.chmodSync(path.join(at.folder, 'old/node'), 0o755)
    const PATH = `${path.join(at.folder, 'old')}:${path.join(at.folder, 'bin')}:${path.dirname(NODE)}:${process.env.PATH}`
    const { stdout } = await at.tool(['doctor'], { PATH })
    expect(stdout).toMatch(/^note +node: .*passed over: \S+old\/node \(v18\.0\.0 is too old\)/mu)
  })

  test('the settings that have their defaults are counted in a line, and listed for who asks', async () => {
    const at = await measured([], await nobody())
    const line = /^ok +defaults: +\d+ settings, listed by \S*send-metrics doctor --verbose$/mu
    expect((await at.tool(['doctor'])).stdout).toMatch(line)
    const { stdout } = await at.tool(['doctor', '--verbose'])
    expect(stdout).toMatch(line)
    expect(stdout).toMatch(/^ +retentionDays: 365$/mu)
    const all = JSON.parse((await at.tool(['doctor', '--json'])).stdout)
    expect(all.at(-1)).toMatchObject({ about: 'defaults', details: expect.arrayContaining(['retentionDays: 365']) })
  })

  test.each([
    [80, 24],
    [60, 20],
  ])('fits a terminal of %i by %i: only a word or a command that is wider than that is left to it', async (columns, rows) => {
    const at = await measured([], await nobody())
    addFiles(at.repo, { 'sub/Makefile': MAKEFILE })
    const screen = at.screen('sh', ['-c', 'cd sub && send-metrics doctor --verbose'], {}, { columns, rows })
    await screen.ended
    const lines = screen.raw().split('\r\n')
    for (const line of lines.filter((one) => one.length > columns)) expect(line).toMatch(/^ +(?:do: .*|\S+)$/u)
    expect(lines.join(' ').replace(/ +/gu, ' ')).toContain('does not call send-metrics, so nothing that make runs here is recorded; in ')
  })
})
