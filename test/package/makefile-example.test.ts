import type { ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { BIN, cleanEnv, run, toolFolder } from '../support/cli.ts'
import { addFiles, gitInit, testdir } from '../support/testdir.ts'
import { eventually, isRunning } from '../support/wrapped-project.ts'

const EXAMPLE = fs.readFileSync('Makefile.example', 'utf8')
const PROJECT = JSON.stringify({ project: 'Example', destinations: [{ type: 'file', path: 'metrics.jsonl' }] })

/** A repository with the example as its makefile, where somebody said yes. */
async function repository(makefile = 'Makefile') {
  const folder = testdir({ [`repo/${makefile}`]: EXAMPLE, 'repo/send-metrics.json': PROJECT, ...toolFolder('bin') })
  const repo = path.join(folder, 'repo')
  gitInit(repo)
  const env = cleanEnv(path.join(folder, 'home'), { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` })
  expect((await run('send-metrics', ['consent', 'on'], { cwd: repo, env })).code).toBe(0)
  const make = (...words: string[]) => run('make', words, { cwd: repo, env })
  const commands = () =>
    fs
      .readFileSync(path.join(repo, 'metrics.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('command.run'))
      .map((line) => (JSON.parse(line) as { command: string }).command)
  return { folder, repo, env, make, commands }
}

describe('Makefile.example', () => {
  test('measures its targets and its family, and prints what they print', async () => {
    const { make, commands } = await repository()
    expect(await make('build')).toMatchObject({ code: 0, stdout: 'building\n', stderr: '' })
    expect(await make('test')).toMatchObject({ code: 0, stdout: 'building\ntesting\n', stderr: '' })
    expect(await make('dev.up.web')).toMatchObject({ code: 0, stdout: 'starting web\n', stderr: '' })
    expect(commands()).toEqual(['build', 'test', 'dev.up.web'])
  })

  test('runs a family even if there is a file of that name', async () => {
    const { repo, make } = await repository()
    fs.writeFileSync(path.join(repo, 'dev.up.web'), '')
    expect((await make('dev.up.web')).stdout).toBe('starting web\n')
  })

  test('works under another name, with -f', async () => {
    const { make, commands } = await repository('other.mk')
    expect(await make('-f', 'other.mk', 'build')).toMatchObject({ code: 0, stdout: 'building\n' })
    expect(commands()).toEqual(['build'])
  })

  test.each([
    'repo/node_modules/send-metrics/bin/send-metrics.js',
    'repo/.send-metrics/bin/send-metrics.js',
    'repo/.yarn/unplugged/send-metrics-npm-1.0.0-0/node_modules/send-metrics/bin/send-metrics.js',
  ])('in a package finds %s, and nothing above the git root', async (tool) => {
    const { folder, repo, env, commands } = await repository()
    const at = { cwd: path.join(repo, 'packages/a'), env: { ...env, PATH: String(process.env.PATH) } }
    addFiles(folder, { 'repo/packages/a/Makefile': EXAMPLE, 'repo/packages/b/.git': '', 'repo/packages/b/Makefile': EXAMPLE })
    addFiles(folder, { [tool]: `-> ${BIN}` })
    expect(await run('make', ['build'], at)).toMatchObject({ code: 0, stdout: 'building\n', stderr: '' })
    expect(commands()).toEqual(['build'])
    const { stdout } = await run('make', ['-pn', 'build'], { ...at, cwd: path.join(repo, 'packages/b') })
    expect(stdout).toMatch(/^metrics_tool := *$/mu)
  })

  test.each([['-w'], ['-C', '.']])('announces its folder once with %s', async (...words) => {
    const { make } = await repository()
    const { stdout } = await make(...words, 'build')
    expect(stdout.split('\n').map((line) => line.replace(/'.*'/u, 'HERE'))).toEqual([
      'make: Entering directory HERE',
      'building',
      'make: Leaving directory HERE',
      '',
    ])
  })

  test('shows with -n what would run, and records nothing', async () => {
    const { make, commands } = await repository()
    expect((await make('-n', 'build')).stdout).toMatch(/^echo building$/mu)
    expect(commands()).toEqual([])
  })

  test('ends with its target when make alone is told to', async () => {
    const { repo, env } = await repository()
    fs.appendFileSync(path.join(repo, 'Makefile'), 'impl-build: slow\nslow: ; @echo $$$$ > pid; exec sleep 60\n')
    const pid = () => Number(fs.existsSync(path.join(repo, 'pid')) && fs.readFileSync(path.join(repo, 'pid'), 'utf8'))
    const started = (child: ChildProcess) => void eventually('it runs', () => pid() > 0).then(() => child.kill('SIGTERM'))
    expect(await run('make', ['build'], { cwd: repo, env, started })).toMatchObject({ signal: 'SIGTERM' })
    await eventually('the target has ended', () => !isRunning(pid()))
  })

  test.each([
    ['without the tool', []],
    ['without Node', ['send-metrics']],
  ])('%s, runs its targets as they are', async (_name, programs) => {
    const { folder, repo, env } = await repository()
    const bare = path.join(folder, 'bare')
    fs.mkdirSync(bare)
    for (const program of ['make', 'sh', 'echo']) fs.symlinkSync(await whereIs(program), path.join(bare, program))
    for (const program of programs) fs.copyFileSync(path.join(folder, 'bin', program), path.join(bare, program))
    const ended = await run('make', ['build', 'test', 'dev.up.web'], { cwd: repo, env: { ...env, PATH: bare } })
    expect(ended).toMatchObject({ code: 0, stdout: 'building\nbuilding\ntesting\nstarting web\n', stderr: '' })
  })
})

async function whereIs(program: string): Promise<string> {
  const { stdout } = await run('/bin/sh', ['-c', `command -v ${program}`], { cwd: '/', env: cleanEnv('/') })
  // `command -v echo` names the shell's own.
  return stdout.startsWith('/') ? stdout.trim() : `/bin/${program}`
}
