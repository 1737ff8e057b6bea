import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { AskedGit, GIT_LIMIT_MS, type Memory } from '../../src/context/git.ts'
import { gitEnvironment } from '../../src/context/git-environment.ts'
import { AskedStatus } from '../../src/context/git-status.ts'
import { CheckoutMemo } from '../../src/journal/checkout-memo.ts'
import { spoil } from '../support/faults.ts'
import { mayDo } from '../support/needs.ts'
import { addFiles, gitInit, testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const TIME = '2026-11-20T18:02:11+02:00'
const ENV = { PATH: process.env.PATH, HOME: '/nowhere' }

function git(folder: string, ...words: string[]): string {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', '-c', 'protocol.file.allow=always']
  const env = { ...ENV, HOME: folder, GIT_COMMITTER_DATE: TIME, GIT_AUTHOR_DATE: '2020-01-01T00:00:00Z' }
  return execFileSync('git', [...who, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] }).toString()
}

/** A repository on `main` with one commit, made at a known time. */
function repository(): string {
  const folder = testdir({ file: 'one\n', 'sub/.keep': '' })
  gitInit(folder)
  git(folder, 'commit', '--quiet', '--amend', '--no-edit')
  return folder
}

/** Makes it look as if it had been cloned from a remote whose default branch is this. */
function remoteHead(folder: string, branch: string): void {
  git(folder, 'update-ref', `refs/remotes/origin/${branch}`, 'HEAD')
  git(folder, 'symbolic-ref', 'refs/remotes/origin/HEAD', `refs/remotes/origin/${branch}`)
}

interface Asking {
  readonly memory?: Memory
  /** As long as a test may take, so that a busy machine loses no fact. */
  readonly limitMs?: number
}

function gitFacts(cwd: string, defaultBranch: string | undefined, env: Record<string, string | undefined>, asking: Asking = {}) {
  const { memory, limitMs = 60_000 } = asking
  const loadCommit = () => import('../../src/context/commit.ts')
  const world = testWorld({ cwd, env })
  return new AskedGit(world, new AskedStatus(world), { defaultBranch, memory, limitMs, loadCommit }).facts
}

const facts = (folder: string, branch?: string) => gitFacts(folder, branch, ENV)
const COMMIT = { git_commit_time: '2026-11-20T16:02:11Z' }

describe('a checkout', () => {
  test('clean, on the default branch that the remote names; times are told in UTC', async () => {
    const folder = repository()
    remoteHead(folder, 'main')
    expect(await facts(folder)).toEqual({ ...COMMIT, git_dirty: false, git_checked_out_default_branch: true })
    expect(await facts(path.join(folder, 'sub'))).toEqual(await facts(folder))
  })

  test('without a remote nobody knows the default branch, unless the project file names it', async () => {
    const folder = repository()
    expect(await facts(folder)).toEqual({ ...COMMIT, git_dirty: false })
    expect(await facts(folder, 'main')).toMatchObject({ git_checked_out_default_branch: true })
    expect(await facts(folder, 'trunk')).toMatchObject({ git_checked_out_default_branch: false })
  })

  test('the project file outranks the remote', async () => {
    const folder = repository()
    remoteHead(folder, 'other')
    expect(await facts(folder)).toMatchObject({ git_checked_out_default_branch: false })
    expect(await facts(folder, 'main')).toMatchObject({ git_checked_out_default_branch: true })
  })

  test.each([['odd|name'], ['slash/ed'], ["quo'te$(x)"], ['ünï']])('on a branch called %s', async (branch) => {
    const folder = repository()
    git(folder, 'switch', '--quiet', '--create', branch)
    remoteHead(folder, branch)
    expect(await facts(folder)).toEqual({ ...COMMIT, git_dirty: false, git_checked_out_default_branch: true })
  })

  test('with a detached head', async () => {
    const folder = repository()
    git(folder, 'switch', '--quiet', '--detach')
    expect(await facts(folder, 'main')).toEqual({ ...COMMIT, git_dirty: false, git_checked_out_default_branch: false })
  })
})

describe('changes in a checkout', () => {
  test.each<[string, (folder: string) => void, boolean]>([
    ['a changed file', (folder) => addFiles(folder, { file: 'two\n' }), true],
    ['a staged file', (folder) => [addFiles(folder, { new: '' }), git(folder, 'add', 'new')], true],
    ['a removed file', (folder) => fs.rmSync(path.join(folder, 'file')), true],
    ['an untracked file is nobody else’s business', (folder) => addFiles(folder, { untracked: '' }), false],
    ['a file touched without a change', (folder) => fs.utimesSync(path.join(folder, 'file'), 0, 0), false],
  ])('dirty: %s', async (_name, change, dirty) => {
    const folder = repository()
    change(folder)
    expect(await facts(folder)).toMatchObject({ git_dirty: dirty })
  })

  test('a worktree is one too', async () => {
    const folder = repository()
    git(folder, 'worktree', 'add', '--quiet', 'tree', '-b', 'side')
    expect(await facts(path.join(folder, 'tree'), 'side')).toEqual({ ...COMMIT, git_dirty: false, git_checked_out_default_branch: true })
  })
})

describe('each fact may be missing without the rest', () => {
  test('outside a repository there are none, and git is not even started', async () => {
    const folder = testdir({ 'bin/git': '#!/bin/sh\n: > "$HOME/started"\n' })
    expect(await gitFacts(folder, 'main', { PATH: `${folder}/bin`, HOME: folder })).toEqual({})
    expect(fs.existsSync(path.join(folder, 'started'))).toBe(false)
  })

  test('an empty repository has no commit', async () => {
    const folder = testdir()
    git(folder, 'init', '--quiet', '--initial-branch=main')
    expect(await facts(folder, 'main')).toEqual({ git_dirty: false, git_checked_out_default_branch: true })
  })

  test('no git on PATH', async () => {
    expect(await gitFacts(repository(), 'main', { PATH: '/nowhere' })).toEqual({})
  })

  test('a damaged repository', async () => {
    const folder = repository()
    fs.writeFileSync(path.join(folder, '.git/HEAD'), 'nonsense\n')
    expect(await facts(folder, 'main')).toEqual({})
  })

  test('a folder that was deleted', async () => {
    expect(await facts('/nowhere/at/all')).toEqual({})
  })

  test('a git that only fails to tell the status', async () => {
    const folder = repository()
    const real = execFileSync('sh', ['-c', 'command -v git']).toString().trim()
    const shy = testdir({ git: `#!/bin/sh\ncase " $* " in *" status "*) exit 1;; esac\nexec ${real} "$@"\n` })
    expect(await gitFacts(folder, 'main', { ...ENV, PATH: `${shy}:${ENV.PATH}` })).toEqual(COMMIT)
  })
})

describe('git is left in peace', () => {
  test('no lock is taken and the index is not rewritten', async () => {
    const folder = repository()
    const index = path.join(folder, '.git/index')
    fs.utimesSync(path.join(folder, 'file'), 1, 1)
    const before = fs.readFileSync(index)
    await facts(folder)
    expect(fs.readFileSync(index).equals(before)).toBe(true)
  })

  test('it is told to take no locks, ask for no password and fetch nothing', async () => {
    const folder = repository()
    const spy = testdir()
    addFiles(spy, { git: `#!/bin/sh\necho "$GIT_OPTIONAL_LOCKS$GIT_TERMINAL_PROMPT$GIT_NO_LAZY_FETCH $*" >> "${spy}/calls"\n` })
    await gitFacts(folder, undefined, { ...ENV, PATH: `${spy}:${ENV.PATH}` })
    const calls = fs.readFileSync(path.join(spy, 'calls'), 'utf8').trim().split('\n')
    expect(calls).toHaveLength(3)
    for (const call of calls) expect(call).toMatch(/^001 --no-optional-locks (log|status|symbolic-ref) /u)
  })

  // It hangs for longer than a test may take, so waiting for it is a failure.
  test('a git that hangs is given up, and nothing of it stays', async () => {
    const folder = repository()
    const slow = testdir()
    addFiles(slow, { git: `#!/bin/sh\necho $$ >> "${slow}/pids"\nexec sleep 300\n` })
    const env = { ...ENV, PATH: `${slow}:${ENV.PATH}` }
    expect(await gitFacts(folder, 'main', env, { limitMs: GIT_LIMIT_MS })).toEqual({})
    for (const pid of fs.readFileSync(path.join(slow, 'pids'), 'utf8').trim().split('\n')) {
      expect(() => process.kill(Number(pid), 0)).toThrow()
    }
  })
})

test.each(['EDITOR', 'PAGER', 'GIT_SSH_COMMAND', 'GIT_CONFIG_GLOBAL'])(
  '%s in the environment, as on most machines, loses no fact',
  async (name) => {
    const folder = testdir({ file: 'x' })
    gitInit(folder)
    const facts = await gitFacts(folder, 'main', { ...ENV, [name]: 'vim' })
    expect(Object.keys(facts).sort()).toEqual(['git_checked_out_default_branch', 'git_commit_time', 'git_dirty'])
  },
)

describe('what git said about a commit the last time', () => {
  /** Asks twice with a memory, through a git that writes down what it is asked; the second answer and its questions. */
  async function askTwice(change: (folder: string) => void): Promise<{ told: object; asked: string[] }> {
    const folder = repository()
    remoteHead(folder, 'main')
    const bin = testdir({ log: '' })
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    addFiles(bin, { git: `#!/bin/sh\necho "$2" >> ${bin}/log\nexec ${real} "$@"\n` })
    fs.chmodSync(path.join(bin, 'git'), 0o755)
    const env = { ...ENV, PATH: `${bin}:${process.env.PATH}` }
    const memory = new CheckoutMemo(path.join(folder, '.git/state'), 'here')
    await gitFacts(folder, undefined, env, { memory })
    memory.write()
    change(folder)
    fs.writeFileSync(path.join(bin, 'log'), '')
    const told = await gitFacts(folder, undefined, env, { memory: new CheckoutMemo(path.join(folder, '.git/state'), 'here') })
    return { told, asked: fs.readFileSync(path.join(bin, 'log'), 'utf8').trim().split('\n').sort() }
  }

  test('is not asked again', async () => {
    const { told, asked } = await askTwice(() => {})
    expect(told).toEqual({ ...COMMIT, git_dirty: false, git_checked_out_default_branch: true })
    expect(asked).toEqual(['status'])
  })

  test.each<[string, (folder: string) => void, object]>([
    ['another commit', (folder) => git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'two'), { git_dirty: false }],
    ['another default branch', (folder) => remoteHead(folder, 'other'), { git_checked_out_default_branch: false }],
    ['a damaged memo', (folder) => fs.writeFileSync(path.join(folder, '.git/state/checkout.json'), '{'), COMMIT],
  ])('counts no more after %s', async (_name, change, expected) => {
    const { told, asked } = await askTwice(change)
    expect(told).toMatchObject(expected)
    expect(asked).toEqual(['log', 'status', 'symbolic-ref'])
  })
})

describe('whom git may trust', () => {
  test('is said by the environment, and the facts of the checkout of another owner come', async () => {
    if (!mayDo('root, to give a checkout away', process.getuid?.() === 0)) return
    const folder = repository()
    for (const place of [folder, path.join(folder, '.git')]) fs.chownSync(place, 4242, 4242)
    const file = path.join(testdir({ config: `[safe]\n\tdirectory = ${folder}\n` }), 'config')
    const counted = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'Safe.Directory', GIT_CONFIG_VALUE_0: folder }
    expect(await facts(folder)).toEqual({})
    for (const more of [counted, { GIT_CONFIG_GLOBAL: file }, { GIT_CONFIG_SYSTEM: file }])
      expect([more, await gitFacts(folder, undefined, { ...ENV, ...more })]).toEqual([more, { ...COMMIT, git_dirty: false }])
  })

  test('and nothing else of the settings in the environment, which may name programs', () => {
    const pairs = {
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: './run-me',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
    }
    const seen = gitEnvironment({
      ...pairs,
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_PARAMETERS: "'a.b=c'",
      GIT_DIR: '/x',
      GIT_SSH_COMMAND: 'run-me',
    })
    expect(seen).toMatchObject({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' })
    expect(Object.keys(seen).filter((name) => name.startsWith('GIT_') && !name.startsWith('GIT_CONFIG_'))).toEqual([
      'GIT_OPTIONAL_LOCKS',
      'GIT_TERMINAL_PROMPT',
      'GIT_NO_LAZY_FETCH',
    ])
    expect(seen).not.toHaveProperty('GIT_CONFIG_PARAMETERS')
  })

  test.each(['', '0', '-1', '1e9', 'x'])('a count of %p is none', (count) => {
    expect(gitEnvironment({ GIT_CONFIG_COUNT: count, GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' })).not.toHaveProperty(
      'GIT_CONFIG_COUNT',
    )
  })

  test.each(['HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL'])(
    '%s counts where it is absolute: a relative one leads into the checkout',
    (name) => {
      expect(gitEnvironment({ [name]: '/abs' })).toHaveProperty(name, '/abs')
      expect(gitEnvironment({ [name]: './rel' })).not.toHaveProperty(name)
    },
  )
})

test('a pipe where git keeps the default branch of the remote is not waited for', async () => {
  const folder = repository()
  remoteHead(folder, 'main')
  spoil(path.join(folder, '.git/refs/remotes/origin/HEAD'), 'a pipe')
  const memo = new CheckoutMemo(testdir(), 'here')
  expect(await gitFacts(folder, 'main', ENV, { memory: memo })).toMatchObject({ git_dirty: false })
})
