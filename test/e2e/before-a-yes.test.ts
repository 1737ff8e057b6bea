import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** A `git` first on PATH that leaves a note, before it does what git does. */
function withTattlingGit(at: Scratch): { env: Record<string, string>; told: () => string } {
  const note = path.join(at.folder, 'git-was-called')
  addFiles(at.folder, { 'tattle/git': `#!/bin/sh\necho "$@" >>'${note}'\nPATH='${process.env.PATH}' exec git "$@"\n` })
  return {
    env: { PATH: `${path.join(at.folder, 'tattle')}:${at.env.PATH}` },
    told: () => (fs.existsSync(note) ? fs.readFileSync(note, 'utf8') : ''),
  }
}

function leftAlone(at: Scratch, told: string): void {
  expect(filesUnder(path.join(at.home, '.local'))).toEqual([])
  expect(there.connections).toBe(0)
  expect(told).toBe('')
}

describe('before a yes', () => {
  const cases: readonly [string, string, Record<string, string>][] = [
    ['a run with nobody to ask', 'make build', {}],
    ['a run that fails', 'send-metrics wrap missing', {}],
    ['a run with jobs side by side', 'make -j2 build', {}],
    ['a run with SEND_METRICS=on, which is no yes of a person', 'make build', { SEND_METRICS: 'on' }],
    ['a run in CI', 'make build', { CI: 'true' }],
    ['a run with SEND_METRICS_DEBUG', 'make build', { SEND_METRICS_DEBUG: '1' }],
    ['the status', 'send-metrics consent', {}],
    ['flush', 'send-metrics flush', {}],
    ['log', 'send-metrics log', {}],
    ['doctor', 'send-metrics doctor', {}],
  ]

  test.each(cases)('%s writes no record, connects nowhere and starts no git', async (_name, line, more) => {
    const at = scratch({ to: there.url })
    const git = withTattlingGit(at)
    const screen = at.screen('sh', ['-c', `${line} </dev/null`], { ...git.env, ...more })
    await screen.ended
    // doctor says which git there is; that is no fact about the checkout.
    leftAlone(at, git.told().replace(/^--version\n/u, ''))
    if (!line.includes('-j')) expect(filesUnder(path.join(at.home, '.config'))).toEqual([])
  })

  test('while the question waits for its answer', async () => {
    const at = scratch({ to: there.url })
    const git = withTattlingGit(at)
    const screen = at.screen('make', ['build'], git.env)
    await screen.until('Your answer')
    leftAlone(at, git.told())
    screen.type('\x03')
    await screen.ended
    leftAlone(at, git.told())
  })

  test('after a no', async () => {
    const at = scratch({ to: there.url })
    const git = withTattlingGit(at)
    await at.tool(['consent', 'off'], git.env)
    await at.make(['build'], git.env)
    leftAlone(at, git.told())
  })

  test('for another project that sends elsewhere under the same name', async () => {
    const mine = scratch({ to: 'http://127.0.0.1:9' })
    await mine.agree()
    fs.rmSync(path.join(mine.home, '.local'), { recursive: true })
    const at = scratch({ to: there.url, env: { HOME: mine.home } })
    const git = withTattlingGit(at)
    await at.make(['build'], git.env)
    expect(filesUnder(path.join(mine.home, '.local'))).toEqual([])
    leftAlone(at, git.told())
  })
})

describe('after a yes', () => {
  test('the same traps do catch something', async () => {
    const at = scratch({ to: there.url })
    const git = withTattlingGit(at)
    await at.agree(there)
    await at.make(['build'], git.env)
    expect(git.told()).toContain('--no-optional-locks')
    expect(there.connections).toBeGreaterThan(0)
    expect(filesUnder(path.join(at.home, '.local'))).not.toEqual([])
  })

  test('local alone asks git, and connects nowhere', async () => {
    const at = scratch({ to: there.url })
    const git = withTattlingGit(at)
    await at.tool(['consent', 'local'])
    await at.make(['build'], git.env)
    expect(git.told()).not.toBe('')
    expect(there.connections).toBe(0)
  })

  test('everything that is stored is for its owner’s eyes only', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    await at.make(['build'])
    for (const below of ['.config/send-metrics', '.local/state/send-metrics']) {
      const folder = path.join(at.home, below)
      // Everybody may read a link, and it says nothing but where Node is; the folder that it is in is closed.
      const closed = ['', ...filesUnder(folder)].filter((file) => !fs.lstatSync(path.join(folder, file)).isSymbolicLink())
      for (const file of closed) {
        expect([file, (fs.statSync(path.join(folder, file)).mode & 0o077).toString(8)]).toEqual([file, '0'])
      }
    }
  })
})
