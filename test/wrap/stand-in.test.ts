import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { standInEnvironment, standingIn } from '../../src/wrap/stand-in.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'
import { eventually } from '../support/wrapped-project.ts'

describe('the environment for a make that takes the place of another', () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['typed at a prompt: no level', { MAKELEVEL: '1', A: 'a' }, { A: 'a' }],
    ['below another make: one level less', { MAKELEVEL: '3' }, { MAKELEVEL: '2' }],
    ['without a level', {}, {}],
    ['MFLAGS', { MFLAGS: '-k', MAKEFLAGS: 'k' }, { MAKEFLAGS: 'k' }],
    ['-w', { MAKEFLAGS: 'w' }, { MAKEFLAGS: '' }],
    ['-w among others', { MAKEFLAGS: 'kw -j4 --jobserver-auth=3,4 -- A=w' }, { MAKEFLAGS: 'k -j4 --jobserver-auth=3,4 -- A=w' }],
    ['3.81: -w before an option with a value', { MAKEFLAGS: 'kwl 2 -i' }, { MAKEFLAGS: 'kl 2 -i' }],
    ['no cluster, but a variable', { MAKEFLAGS: 'window=w' }, { MAKEFLAGS: 'window=w' }],
    ['no cluster, but options', { MAKEFLAGS: ' -Iw -- A=w' }, { MAKEFLAGS: ' -Iw -- A=w' }],
    ['-w with output kept together', { MAKEFLAGS: 'w -Otarget' }, { MAKEFLAGS: 'w -Otarget' }],
    ['-w with output kept together by the make above', { MAKEFLAGS: 'w -Orecurse' }, { MAKEFLAGS: ' -Orecurse' }],
  ])('%s', (_name, env, expected) => {
    expect(standInEnvironment(env)).toEqual(expected)
  })
})

describe('what the make above does not hand down', () => {
  const folder = testdir({ 'wait.mk': 'wait: ; @echo $$$$ > shell.pid; sleep 60; :\n' })
  let make: ChildProcess
  beforeAll(async () => {
    make = spawn('make', ['-W', 'a.c', '-kob.c', '--what-if=c.c', '-f', 'wait.mk', 'wait'], {
      cwd: folder,
      stdio: 'ignore',
      detached: true,
    })
    await eventually('make runs its recipe', () => fs.existsSync(path.join(folder, 'shell.pid')) && shell() > 0)
  })
  afterAll(() => void process.kill(-(make.pid ?? 0), 'SIGKILL'))
  const shell = () => Number(fs.readFileSync(path.join(folder, 'shell.pid'), 'utf8'))

  const command = { make: 'make', program: 'make', args: ['-f', 'Makefile'], env: {}, jobserver: undefined }
  const expected = ['-W', 'a.c', '-o', 'b.c', '-W', 'c.c', '-f', 'Makefile']

  test.each(['linux', 'darwin'] as const)('is read from its command line, as on %s', async (platform) => {
    const world = testWorld({ platform, ppid: make.pid ?? 0, env: process.env })
    expect((await standingIn(world, command)).args).toEqual(expected)
    expect((await standingIn({ ...world, ppid: shell() }, command)).args).toEqual(expected)
  })

  test('is nothing where no make is above', async () => {
    expect((await standingIn(testWorld({ ppid: 1 }), command)).args).toEqual(command.args)
    expect((await standingIn(testWorld({ platform: 'darwin', ppid: 2 ** 30 }), command)).args).toEqual(command.args)
  })
})
