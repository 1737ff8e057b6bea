import * as fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { run } from '../support/cli.ts'
import { type Receiver, receiver } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

let there: Receiver
beforeAll(async () => {
  there = await receiver()
})
afterAll(() => there.close())

/** Stands in for make: ends as SCRIPT says, so that every exit code can be seen. */
const AS_TOLD = { 'as-told': '#!/bin/sh\neval "$SCRIPT"\n' }

const consents = ['undecided', 'on', 'local', 'off'] as const

async function decided(choice: (typeof consents)[number], options: Parameters<typeof scratch>[0] = {}): Promise<Scratch> {
  const at = scratch({ to: there.url, files: AS_TOLD, ...options })
  if (choice !== 'undecided') await at.tool(['consent', choice])
  return at
}

describe.each(consents)('with consent %s, wrap ends as the target did', (choice) => {
  let at: Scratch
  beforeAll(async () => {
    at = await decided(choice)
  })

  test.each([0, 1, 2, 3, 77, 255])('exit %i', async (code) => {
    expect(await at.wrap(['build', '--make', './as-told'], { SCRIPT: `exit ${code}` })).toEqual({
      code,
      signal: null,
      stdout: '',
      stderr: '',
    })
  })

  test('exit 130 is an exit and no signal', async () => {
    expect(await at.wrap(['build', '--make', './as-told'], { SCRIPT: 'exit 130' })).toMatchObject({ code: 130, signal: null })
  })

  test.each(['INT', 'TERM', 'HUP', 'KILL'])('death of SIG%s', async (signal) => {
    const ended = await at.wrap(['build', '--make', './as-told'], { SCRIPT: `kill -${signal} $$` })
    expect(ended).toEqual({ code: null, signal: `SIG${signal}`, stdout: '', stderr: '' })
  })

  test('a shell sees 128 and the signal', async () => {
    const env = { ...at.env, SCRIPT: 'kill -TERM $$' }
    expect(await run('sh', ['-c', 'send-metrics wrap build --make ./as-told; echo $?'], { cwd: at.repo, env })).toMatchObject({
      stdout: '143\n',
    })
  })

  test('SIGTERM sent to wrap reaches the target, and wrap dies of it when the target has', async () => {
    const env = { ...at.env, SCRIPT: 'trap "echo cleaned; trap - TERM; kill -TERM $$" TERM; echo ready; while :; do sleep 0.05; done' }
    const words = ['wrap', 'build', '--make', './as-told']
    const ended = await run('send-metrics', words, {
      cwd: at.repo,
      env,
      started: (child) => child.stdout?.once('data', () => child.kill('SIGTERM')),
    })
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM', stdout: 'ready\ncleaned\n' })
  })

  test('SIGTERM that the target takes for a polite wish: its own exit code', async () => {
    const env = { ...at.env, SCRIPT: 'trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done' }
    const words = ['wrap', 'build', '--make', './as-told']
    const started = (child: { kill(signal: NodeJS.Signals): boolean; stdout: NodeJS.ReadableStream | null }) =>
      child.stdout?.once('data', () => child.kill('SIGTERM'))
    expect(await run('send-metrics', words, { cwd: at.repo, env, started })).toMatchObject({ code: 5, signal: null })
  })
})

test.each([1, 2, 3, 77])('as the only program at a terminal: exit %i', async (code) => {
  const at = await decided('off')
  const screen = at.screen('send-metrics', ['wrap', 'build', '--make', './as-told'], { SCRIPT: `exit ${code}` })
  expect(await screen.ended).toEqual({ code, signal: 0 })
})

describe('what make says itself', () => {
  test('2 when a recipe fails', async () => {
    const at = await decided('on', { makefile: 'impl-build: ; @exit 77\n' })
    const direct = await at.make(['impl-build'])
    const wrapped = await at.wrap(['build'])
    expect(wrapped).toEqual(direct)
    expect(wrapped.code).toBe(2)
  })

  test('2 and its own words for a target it does not know', async () => {
    const at = await decided('on')
    expect(await at.wrap(['missing'])).toEqual(await at.make(['impl-missing']))
    expect((await at.wrap(['missing'])).stderr).toContain("No rule to make target 'impl-missing'")
  })
})

describe('what cannot be run', () => {
  const oneLine = /^send-metrics: [^\n]+\n$/u

  test.each([
    ['no target', [], 'send-metrics wrap <target>'],
    ['an empty target', [''], 'empty'],
    ['a variable for a target', ['FOO=1'], "'FOO=1' is not a target"],
    ['two targets', ['build', 'test'], "unexpected 'test'"],
    ['an option that is not there', ['--verbos', 'build'], 'did you mean --verbose?'],
    ['an option of make’s', ['-k', 'build'], "make's own options go after --"],
    ['--make without a value', ['build', '--make'], '--make needs a value'],
  ])('%s: one line, exit 2', async (_name, words, message) => {
    const at = scratch()
    const ended = await at.wrap(words)
    expect(ended).toEqual({ code: 2, signal: null, stdout: '', stderr: expect.stringMatching(oneLine) })
    expect(ended.stderr).toContain(message)
  })

  test('a make that is not there: one line, exit 127', async () => {
    const at = scratch()
    const ended = await at.wrap(['build', '--make', './nowhere'])
    expect(ended).toEqual({ code: 127, signal: null, stdout: '', stderr: expect.stringMatching(oneLine) })
    expect(ended.stderr).toContain("cannot find './nowhere'")
    expect((await at.wrap(['build'], { PATH: at.folder })).code).toBe(127)
  })

  test('a make that is not executable: one line, exit 126', async () => {
    const at = scratch({ files: { 'not-executable': 'x' } })
    const ended = await at.wrap(['build', '--make', './not-executable'])
    expect(ended).toEqual({ code: 126, signal: null, stdout: '', stderr: expect.stringMatching(oneLine) })
  })

  test('--help is on stdout, exit 0', async () => {
    const at = scratch()
    expect(await at.wrap(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('send-metrics wrap build'), stderr: '' })
  })

  test('--version is the package’s', async () => {
    const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8'))
    expect(await scratch().tool(['--version'])).toEqual({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' })
  })

  test('a command with a typo: exit 2 and a suggestion', async () => {
    expect(await scratch().tool(['consnet'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('consent') })
  })

  test('every command explains itself, with examples first', async () => {
    const at = scratch()
    for (const name of ['wrap', 'consent', 'log', 'preview', 'flush', 'doctor']) {
      const { code, stdout } = await at.tool([name, '--help'])
      expect([name, code, stdout.split('\n')[0]]).toEqual([name, 0, 'Examples:'])
    }
  })
})
