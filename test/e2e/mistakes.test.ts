import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

const LINES = `${JSON.stringify({ type: 'run', id: '1', command: 'build', start_time: new Date().toISOString(), duration_ms: 5, outcome: 'success' })}\n`

let at: Scratch
beforeAll(() => {
  at = scratch({
    project: { targets: ['build', 'test', 'logs', 'dev.%'] },
    files: {
      'team.jsonl': LINES,
      'more.jsonl': LINES,
      'test/x': '',
      lint: LINES,
      build: '#!/bin/sh\n',
      'team.jsonl.1': LINES,
      'runs/a.jsonl': LINES,
    },
  })
})

describe('a mistake in the command line is named, with what may have been meant and where there is help', () => {
  test.each<[string, string]>([
    ['satts', "unknown command 'satts'; did you mean stats?\n(see send-metrics --help)"],
    ['STATS', "unknown command 'STATS'; did you mean stats?\n(see send-metrics --help)"],
    ['qqqqqq', "unknown command 'qqqqqq'\n(see send-metrics --help)"],
    ['satts --help', "unknown command 'satts'; did you mean stats?\n(see send-metrics --help)"],
    ['help consent onn', "unknown command 'onn'; did you mean on?\n(see send-metrics consent --help)"],
    ['consent help onn', "unknown command 'onn'; did you mean on?\n(see send-metrics consent --help)"],
    ['consent onn --help', "unknown command 'onn'; did you mean on?\n(see send-metrics consent --help)"],
    ['help satts', "unknown command 'satts'; did you mean stats?\n(see send-metrics --help)"],
    ['build', "unknown command 'build'; to run the target: send-metrics wrap build\n(see send-metrics --help)"],
    ['dev.up', "unknown command 'dev.up'; to run the target: send-metrics wrap dev.up\n(see send-metrics --help)"],
    ['logs', "unknown command 'logs'; did you mean log? or, to run the target: send-metrics wrap logs\n(see send-metrics --help)"],
    ['--vresion', "unknown option '--vresion'; did you mean --version?\n(see send-metrics --help)"],
    ['stats --sicne 4w', "unknown option '--sicne'; did you mean --since?\n(see send-metrics stats --help)"],
    ['stats --sicne=4w', "unknown option '--sicne'; did you mean --since?\n(see send-metrics stats --help)"],
    ['stats --since', "option '--since <when>' argument missing\n(see send-metrics stats --help)"],
    ['log --last x', "option '--last <n>' argument 'x' is invalid. It must be a whole number from 1.\n(see send-metrics log --help)"],
    ['log extra', "unexpected 'extra'\n(see send-metrics log --help)"],
    ['consent lsit', "unknown command 'lsit'; did you mean list?\n(see send-metrics consent --help)"],
    ['consent onn --yes', "unknown command 'onn'; did you mean on?\n(see send-metrics consent --help)"],
    ['consent off --all-project', "unknown option '--all-project'; did you mean --all-projects?\n(see send-metrics consent off --help)"],
    ['consent show --jsno', "unknown option '--jsno'; did you mean --json?\n(see send-metrics consent show --help)"],
    ['progress of', "unknown command 'of'; did you mean off?\n(see send-metrics progress --help)"],
    ['collect tlit', "unknown command 'tlit'; did you mean tilt?\n(see send-metrics collect --help)"],
    ['export promethus', "unknown command 'promethus'; did you mean prometheus?\n(see send-metrics export --help)"],
    ['report --k 3', '--k goes with --input or --warehouse\n(see send-metrics report --help)'],
    ['preview', 'preview needs the public name of a target, or after -- a whole command line of make\n(see send-metrics preview --help)'],
    ['preview build test', "unexpected 'test'; one target, or a whole command line"],
    ['wrap --nmae ci build', "wrap has no option '--nmae'; did you mean --name? (see send-metrics wrap --help)"],
    ['wrap --makefile=x build', "wrap has no option '--makefile=x'; did you mean --make? (see send-metrics wrap --help)"],
    ['wrap build -j4', "wrap has no option '-j4'; make's own options go after -- (see send-metrics wrap --help)"],
    [
      'wrap build test',
      "unexpected 'test'; arguments for make go after --: send-metrics wrap <target> -- test (see send-metrics wrap --help)",
    ],
  ])('send-metrics %s', async (typed, said) => {
    const { code, stdout, stderr } = await at.tool(typed.split(' '))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`send-metrics: ${said}`)
  })
})

describe('help', () => {
  test.each<[string, string]>([
    ['help', '--help'],
    ['help help', '--help'],
    ['help stats', 'stats --help'],
    ['help consent', 'consent --help'],
    ['help consent off', 'consent off --help'],
    ['help collect tilt', 'collect tilt --help'],
    ['help wrap', 'wrap --help'],
    ['consent help', 'consent --help'],
    ['consent help off', 'consent off --help'],
    ['consent off help', 'consent off --help'],
    ['collect help', 'collect --help'],
    ['collect help tilt', 'collect tilt --help'],
    ['collect tilt --interval 5m help', 'collect tilt --help'],
    ['progress help', 'progress --help'],
    ['export help', 'export --help'],
    ['completion help', 'completion --help'],
    ['completion bash help', 'completion bash --help'],
    ['init help', 'init --help'],
    ['log help', 'log --help'],
    ['report help', 'report --help'],
    ['trace help', 'trace --help'],
    ['flush help', 'flush --help'],
    ['why help', 'why --help'],
    ['doctor help', 'doctor --help'],
  ])('%s is %s', async (typed, same) => {
    const shown = await at.tool(typed.split(' '))
    expect(shown).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Usage: send-metrics') })
    expect(shown).toEqual(await at.tool(same.split(' ')))
  })

  test.each<[string, string]>([
    ['help --json', '--help'],
    ['--help --json', '--help'],
    ['help consent off --json', 'consent off --help'],
    ['consent --json help', 'consent --help'],
    ['stats --json --help', 'stats --help'],
  ])('%s is JSON', async (typed, same) => {
    const { code, stdout, stderr } = await at.tool(typed.split(' '))
    expect([code, JSON.parse(stdout), stderr]).toEqual([0, { help: (await at.tool(same.split(' '))).stdout }, ''])
  })

  test('the version, too', async () => {
    expect(JSON.parse((await at.tool(['--version', '--json'])).stdout)).toEqual({
      version: (await at.tool(['--version'])).stdout.trim(),
    })
  })

  test('is a target where one is expected', async () => {
    expect((await at.tool(['wrap', 'help'])).stderr).toContain("No rule to make target 'impl-help'")
    expect((await at.tool(['stats', '--json', 'help'])).stdout).toContain('"runs": 0')
    const { stdout } = await at.tool(['preview', '--json', 'help'])
    expect(JSON.parse(stdout)).toMatchObject([{ body: { command: 'other' } }])
  })

  test.each(['consent', 'collect', 'export', 'progress', 'completion'])('is offered once, and not by %s', async (name) => {
    expect((await at.tool([name, '--help'])).stdout).not.toMatch(/^ +help/mu)
  })

  test('lists itself', async () => {
    expect((await at.tool(['--help'])).stdout).toMatch(/^ +help \[command\]/mu)
  })
})

describe('a target that is not on the list', () => {
  test('is named by preview, with the one that may have been meant', async () => {
    expect((await at.tool(['preview', 'tset'])).stderr).toContain(
      "'tset' is not in the project's list of targets, so it is reported as 'other'; did you mean test?\n",
    )
    expect((await at.tool(['preview', 'dev.up'])).stderr).not.toContain('did you mean')
  })

  test('is named by init --explicit', async () => {
    const { code, stderr } = await at.tool(['init', '--explicit', 'biuld', '--dry-run'])
    expect([code, /biuld.*did you mean build\?/u.test(stderr)]).toEqual([1, true])
  })
})

describe('--input and the names of targets', () => {
  const targets = async (words: string): Promise<unknown> => {
    const { code, stdout, stderr } = await at.tool(['stats', '--json', ...words.split(' ')])
    if (code !== 0) return stderr
    const { targets: shown, runs } = JSON.parse(stdout) as { targets: { target: string }[]; runs: number }
    return { runs, targets: shown.map(({ target }) => target) }
  }

  test.each<[string, unknown]>([
    // Nor is the program that is called so.
    ['--input team.jsonl build', { runs: 1, targets: ['build'] }],
    ['build --input team.jsonl', { runs: 1, targets: ['build'] }],
    ['--input team.jsonl more.jsonl', { runs: 1, targets: ['build'] }],
    ['--input team.jsonl more.jsonl build', { runs: 1, targets: ['build'] }],
    ['--input team.jsonl --input lint', { runs: 1, targets: ['build'] }],
    ['--input lint', { runs: 1, targets: ['build'] }],
    ['--input team.jsonl lint', { runs: 1, targets: ['build'] }],
    ['--input team.jsonl.1 team.jsonl', { runs: 1, targets: ['build'] }],
    // A folder of that name is no file of runs.
    ['--input team.jsonl test', expect.stringContaining("no run of 'test' in this time")],
    ['--input team.jsonl gone.jsonl', expect.stringContaining('cannot read runs from gone.jsonl')],
    ['--input runs', expect.stringContaining('runs is a folder; name the files in it: --input runs/*')],
    ['--input team.jsonl runs/', expect.stringContaining('runs/ is a folder; name the files in it: --input runs/*')],
  ])('stats %s', async (words, expected) => {
    expect(await targets(words)).toEqual(expected)
  })

  test('the first line that is no run is named', async () => {
    fs.writeFileSync(path.join(at.repo, 'bad.jsonl'), `\n${LINES}{"a":1}\nxx\n{"b"`)
    expect(await targets('--input team.jsonl bad.jsonl')).toEqual({ runs: 1, targets: ['build'] })
    const { stderr } = await at.tool(['stats', '--input', 'team.jsonl', 'bad.jsonl'])
    expect(stderr).toContain('left out: 2 that cannot be read as a run, the first at bad.jsonl:4\n')
  })

  test('report takes files alone', async () => {
    const { code, stderr } = await at.tool(['report', '-o', '-', '--input', 'team.jsonl', 'helper'])
    expect([code, stderr.includes('cannot read runs from helper')]).toEqual([1, true])
  })
})

describe('--json is JSON, also of an error', () => {
  test.each<[string, number, unknown]>([
    ['satts --json', 2, { message: "unknown command 'satts'; did you mean stats?", help: 'send-metrics --help' }],
    ['stats --sicne 4w --json', 2, { message: "unknown option '--sicne'; did you mean --since?", help: 'send-metrics stats --help' }],
    ['consent lsit --json', 2, { message: "unknown command 'lsit'; did you mean list?", help: 'send-metrics consent --help' }],
    ['trace --json --chrome', 2, { message: 'one of --json and --chrome', help: 'send-metrics trace --help' }],
    ['trace --json', 1, { message: expect.stringContaining('nothing is recorded for Demo') }],
    ['stats --json --input gone.jsonl', 1, { message: expect.stringContaining('cannot read runs from gone.jsonl') }],
    ['doctor --send-test --json', 1, { message: expect.stringContaining('a test event needs your yes') }],
    ['init --json', 2, { message: "unknown option '--json'", help: 'send-metrics init --help' }],
  ])('%s', async (typed, exitCode, error) => {
    const { code, stdout, stderr } = await at.tool(typed.split(' '))
    expect([code, JSON.parse(stdout)]).toEqual([exitCode, { error: { ...(error as object), exitCode } }])
    expect(stderr).toContain('send-metrics: ')
  })

  const NO_PROJECT = [
    'consent',
    'consent on',
    'consent show',
    'consent new-id',
    'consent forget',
    'log',
    'stats',
    'trace',
    'preview x',
    'flush',
  ]
  test.each(NO_PROJECT)('%s without a project file', async (typed) => {
    const { stdout } = await scratch({ projectFile: null }).tool([...typed.split(' '), '--json'])
    expect(JSON.parse(stdout)).toEqual({ error: { message: expect.stringContaining('no send-metrics.json here'), exitCode: 1 } })
  })

  test('an error after some output is no second object', async () => {
    const { code, stdout } = await at.tool(['stats', 'biuld', '--json', '--input', 'team.jsonl'])
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { runs: 0 }])
  })
})

describe('--json of a decision is what consent --json says after it', () => {
  test.each(['on', 'local', 'off'])('consent %s', async (choice) => {
    const own = scratch()
    const { code, stdout } = await own.tool(['consent', choice, '--json'])
    const { notes, ...status } = JSON.parse(stdout) as Record<string, unknown>
    expect([code, status.stored]).toEqual([0, choice])
    expect(notes).toEqual(choice === 'off' ? [] : [expect.stringContaining('send-metrics consent off')])
    expect(JSON.parse((await own.tool(['consent', '--json'])).stdout)).toEqual(status)
  })

  test('consent off --all-projects: what consent list --json says', async () => {
    const own = scratch()
    await own.tool(['consent', 'on'])
    const { code, stdout } = await own.tool(['consent', 'off', '--all-projects', '--json'])
    const { notes, ...list } = JSON.parse(stdout) as Record<string, unknown>
    expect([code, notes]).toEqual([0, [expect.stringContaining('all projects')]])
    expect(JSON.parse((await own.tool(['consent', 'list', '--json'])).stdout)).toEqual(list)
  })
})

describe('a mistake in the project file', () => {
  const FILE = '{\n  "project": "Demo",\n  "destinations": [\n    { "type": "file", "paht": "x" }\n  ],\n  "recipeint": "us"\n}\n'
  test.each<[string, string, string]>([
    [
      'a key, with what may have been meant',
      '{\n  "projcet": "Demo"\n}\n',
      ':2:3: projcet is not a setting of send-metrics.json; its value is "Demo"; did you mean project?',
    ],
    ['a key of a destination', FILE, ':4:23: destinations[0].paht is not a setting'],
    ['a value', '{\n  "project": "Demo",\n  "retentionDays": 0\n}\n', ':3:20: retentionDays is 0; allowed: '],
    ['a value in a list', '{ "project": "Demo", "targets": ["ok",\n"%a%"] }', ':2:1: targets[1] is "%a%"'],
    [
      'a missing key: its object',
      '{ "project": "Demo",\n  "destinations": [{ "type": "file" }] }',
      ':2:20: destinations[0].path is missing',
    ],
    ['a clash', '{ "project": "Demo",\n  "destinations": [\n{ "type": "prometheus" }] }', ':3:1: destinations[0] has neither'],
    ['no JSON', '{\n  "project": "Demo",\n  recipient: "us"\n}\n', ':3:3: is not JSON: Expected double-quoted property name\n'],
    ['a comma too many', '{\n  "project": "Demo",\n}\n', ':3:1: is not JSON'],
    ['the end of the file', '{\n  "project": "Demo"\n', ':3:1: is not JSON'],
    ['a byte order mark does not count', '\uFEFF{ "project": "" }', ':1:14: project is ""'],
    ['letters, not bytes or halves of them', '{ "project": "Dämo 😀", "retentionDays": 0 }', ':1:41: retentionDays is 0'],
  ])('%s', async (_name, projectFile, said) => {
    const own = scratch({ projectFile })
    const { code, stderr } = await own.tool(['log'])
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${path.join(own.repo, 'send-metrics.json')}${said}`)])
    expect((await own.tool(['doctor'])).stdout).toContain(said.trim())
  })

  test('the file of decisions has a position, too', async () => {
    const own = scratch()
    const file = path.join(own.home, '.config/send-metrics/config.json')
    addFiles(own.home, { '.config/send-metrics/config.json': '{\n  "projects": {\n    x\n' })
    const said = `${file}:3:5`
    expect((await own.tool(['log'])).stderr).toContain(`passed over ${said} (is damaged: `)
    expect((await own.tool(['doctor'])).stdout).toContain(`${said} is damaged: `)
    expect((await own.tool(['consent'])).stdout).toContain(`${said} is damaged: `)
    for (const words of ['log', 'doctor', 'consent']) expect(JSON.stringify(await own.tool([words]))).not.toContain('at position')
  })

  test('has no position where nothing can be read', async () => {
    const own = scratch({ projectFile: ' '.repeat(70_000) })
    const { stderr } = await own.tool(['log'])
    expect(stderr).toContain('send-metrics.json: has 70000 bytes')
    fs.writeFileSync(path.join(own.repo, 'send-metrics.json'), '[]')
    expect((await own.tool(['log'])).stderr).toContain('send-metrics.json: must hold one JSON object')
  })
})
