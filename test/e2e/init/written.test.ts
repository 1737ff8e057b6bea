import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { sendMetrics } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'

const MAKEFILE = '.PHONY: build test\nbuild: ; @echo built\ntest: build\n\t@echo tested\n'
const TO_FILE = '"destinations": [{ "type": "file", "path": "metrics.jsonl" }]'

/** The commands of the runs that were sent, in order. */
const commands = (at: InitProject) =>
  at
    .read('metrics.jsonl')
    .split('\n')
    .filter((line) => line.includes('command.run'))
    .map((line) => (JSON.parse(line) as { command: string }).command)

describe('what is to be committed and git ignores', () => {
  const NEXT = (...lines: string[]) => expect.stringContaining(lines.join('\n'))

  test.each<[string, string[], string[]]>([
    ['*.json\n', [], ['git ignores send-metrics.json by .gitignore:1, so: git add --force send-metrics.json']],
    ['# mine\nGNUmakefile\n', [], ['git ignores GNUmakefile by .gitignore:2, so: git add --force GNUmakefile']],
    ['.*\n!.gitignore\n', ['--vendor'], ['git ignores .send-metrics by .gitignore:1, so: git add --force .send-metrics']],
    ['*.json\n!send-metrics.json\ndist/\n', ['--vendor'], []],
  ])('by %j is said to be', async (list, words, said) => {
    const at = initProject({ Makefile: 'build: ; @echo built\n', '.gitignore': list })
    const { code, stdout } = await at.init(...words, '--yes')
    expect({ code, stdout }).toEqual({ code: 0, stdout: NEXT(...said) })
    expect(stdout.match(/git ignores/gu)?.length ?? 0).toBe(said.length)
    const advice = said.flatMap((line) => /git add --force (\S+)$/u.exec(line)?.[1] ?? [])
    if (advice.length > 0) at.git('add', '--force', ...advice)
    at.git('add', '--all')
    at.git('clean', '-fdxq')
    expect(Object.keys(at.tree())).toEqual(expect.arrayContaining(['GNUmakefile', 'send-metrics.json']))
  })

  test('once it is for everybody that was for one alone', async () => {
    const at = initProject({ Makefile: 'build: ; @echo built\n' })
    await at.init('--local', '--yes')
    expect((await at.init('--committed', '--yes')).stdout).not.toContain('git ignores')
  })
})

describe('each way measures', () => {
  test.each([
    ['a GNUmakefile', {}, [], ['build', 'build+test', '(default)']],
    ['rewritten rules', {}, ['--explicit', 'build,test'], ['build', 'build', 'test', 'build']],
    ['lines in a GNUmakefile of its own', { GNUmakefile: MAKEFILE }, ['--include'], ['build', 'build+test', '(default)']],
    ['a copy of the tool', {}, ['--vendor'], ['build', 'build+test', '(default)']],
  ])('%s', async (_name, files, words, recorded) => {
    const at = initProject({ Makefile: MAKEFILE, 'send-metrics.json': `{ "project": "Shop", ${TO_FILE} }`, ...files })
    expect(await at.init('--yes', ...words)).toMatchObject({ code: 0 })
    expect(await sendMetrics(['consent', 'on'], { cwd: at.repo, env: at.env })).toMatchObject({ code: 0 })
    expect(await at.make('build')).toMatchObject({ code: 0, stdout: 'built\n' })
    expect(await at.make('build', 'test')).toMatchObject({ code: 0 })
    expect(await at.make()).toMatchObject({ code: 0, stdout: 'built\n' })
    expect(commands(at)).toEqual(recorded)
  })
})

test('rewritten rules call a make of several words as the makefile does', async () => {
  const at = initProject({
    Makefile: `MAKE += --no-print-directory\n${MAKEFILE}`,
    'send-metrics.json': `{ "project": "Shop", ${TO_FILE} }`,
  })
  expect(await at.init('--yes', '--explicit', 'build')).toMatchObject({ code: 0 })
  expect(await at.make('build')).toMatchObject({ code: 0, stdout: 'built\n' })
  expect(await at.make('build', 'SEND_METRICS=off')).toMatchObject({ code: 0, stdout: 'built\n' })
})

describe('a project file that is there', () => {
  const listed = async (text: string, makefile = MAKEFILE) => {
    const at = initProject({ Makefile: makefile, 'send-metrics.json': text })
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    return at.read('send-metrics.json')
  }

  test('gets the targets that are not on its list, and everything else stays as it is', async () => {
    expect(await listed('{\n\t"targets": [ "build" ],\n\n\t"project" : "Shop"}')).toBe(
      '{\n\t"targets": ["build", "test"],\n\n\t"project" : "Shop"}',
    )
  })

  test('with a target a line keeps that, and its line ends and mark', async () => {
    const text = '\uFEFF{\r\n    "project": "Shop",\r\n    "targets": [\r\n        "test",\r\n        "lint"\r\n    ]\r\n}\r\n'
    expect(await listed(text)).toBe(text.replace('"lint"', '"lint",\r\n        "build"'))
  })

  test('without a list gets one', async () => {
    expect(await listed('{\n  "project": "Shop"\n}\n')).toBe('{\n  "project": "Shop",\n  "targets": ["build", "test"]\n}\n')
  })

  test('with a family keeps to it', async () => {
    const text = '{ "project": "Shop", "targets": ["%"] }'
    expect(await listed(text)).toBe(text)
  })

  test('above, in the same checkout, is the one that gets them', async () => {
    const at = initProject({ 'send-metrics.json': '{ "project": "Shop", "targets": ["a"] }', 'sub/Makefile': MAKEFILE })
    const before = at.tree()
    const options = { cwd: path.join(at.repo, 'sub'), env: at.env }
    expect(await sendMetrics(['init', '--yes'], options)).toMatchObject({ code: 0, stderr: '' })
    expect(at.read('send-metrics.json')).toBe('{ "project": "Shop", "targets": ["a", "build", "test"] }')
    expect(Object.keys(at.tree())).toEqual(['send-metrics.json', 'sub', 'sub/GNUmakefile', 'sub/Makefile'])
    expect(await sendMetrics(['init', '--undo', '--yes'], options)).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })
})

describe('--local and --committed', () => {
  test('--local hides what is new from git; without a word it stays so; --committed shows it', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const exclude = at.read('.git/info/exclude')
    expect(await at.init('--local', '--vendor', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.git('status', '--short')).toBe('')
    expect(await at.init('--yes')).toMatchObject({ stderr: 'send-metrics: nothing to do\n' })
    expect(await at.init('--committed', '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('changed .git/info/exclude\n') })
    expect(at.git('status', '--short')).toBe('?? .send-metrics/\n?? GNUmakefile\n?? send-metrics.json\n')
    expect(at.read('.git/info/exclude')).toBe(exclude)
    expect(await at.init('--local', '--yes')).toMatchObject({ code: 0 })
    expect(at.git('status', '--short')).toBe('')
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0 })
    expect(at.read('.git/info/exclude')).toBe(exclude)
    expect(Object.keys(at.tree())).toEqual(['Makefile'])
  })

  test('in a linked worktree', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    at.git('worktree', 'add', '--quiet', '../tree')
    const options = { cwd: path.join(at.folder, 'tree'), env: at.env }
    expect(await sendMetrics(['init', '--local', '--yes'], options)).toMatchObject({ code: 0, stderr: '' })
    expect(at.git('-C', '../tree', 'status', '--short')).toBe('')
    expect(JSON.parse(at.read('../tree/send-metrics.json'))).toMatchObject({ project: 'shop' })
    expect(await sendMetrics(['init', '--undo', '--yes'], options)).toMatchObject({ code: 0, stderr: '' })
    expect(fs.readdirSync(options.cwd)).toEqual(['.git', 'Makefile'])
  })

  test('--local cannot hide a change in a file that git tracks, and leaves a tracked project file', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'send-metrics.json': '{ "project": "Shop", "targets": ["build"] }' })
    const before = at.tree()
    expect(await at.init('--local', '--yes', '--explicit', 'build')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('git tracks Makefile'),
    })
    expect(at.tree()).toEqual(before)
    expect(await at.init('--local', '--yes')).toMatchObject({ code: 0, stderr: expect.stringContaining('git tracks send-metrics.json') })
    expect(at.git('status', '--short')).toBe('')
  })

  test('outside of git, init and undo work, and --local is refused', async () => {
    const at = initProject({ Makefile: MAKEFILE }, { git: false })
    const before = at.tree()
    expect(await at.init('--local', '--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('--local needs a git checkout') })
    expect(await at.init('--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toHaveProperty('GNUmakefile')
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
    expect(fs.existsSync(path.join(at.folder, 'home/.local/state/send-metrics'))).toBe(true)
  })
})
