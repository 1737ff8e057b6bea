import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Env } from '../support/cli.ts'
import { shortBudget } from '../support/patience.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

function git(at: Scratch, ...words: string[]): string {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid']
  return execFileSync('git', [...who, ...words], { cwd: at.repo, env: at.env, encoding: 'utf8', stdio: 'pipe' }).trim()
}

async function agreed(options: Parameters<typeof scratch>[0] = {}): Promise<Scratch> {
  const at = scratch({ to: there.url, ...options })
  await at.agree(there)
  return at
}

/** Runs the target, which must end and print as always, and returns what was sent about the checkout. */
async function sent(at: Scratch, env: Env = {}): Promise<Record<string, unknown>> {
  expect(await at.wrap(['build'], env)).toEqual({ code: 0, signal: null, stdout: 'built\n', stderr: '' })
  const event = segmentEvents(there).at(-1)
  expect(event?.properties.command).toBe('build')
  return Object.fromEntries(Object.entries(event?.properties ?? {}).filter(([name]) => name.startsWith('git_')))
}

/** Waits for a process to be gone; that it never goes shows as a test that takes too long. */
async function untilEnded(pid: number): Promise<void> {
  while (fs.existsSync(`/proc/${pid}/exe`)) await new Promise((resolve) => setTimeout(resolve, 20))
}

const TIME = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T00:00:00Z$/u)
const COMMIT = { git_commit_time: TIME, git_commit_pseudonym: expect.stringMatching(/^[0-9a-f]{16}$/u) }

describe('the event goes, without only what cannot be known', () => {
  test('outside a repository', async () => {
    expect(await sent(await agreed({ git: false }))).toEqual({})
  })

  test('in an empty repository', async () => {
    const at = await agreed({ git: false, project: { defaultBranch: 'main' } })
    git(at, 'init', '--quiet', '--initial-branch=main')
    expect(await sent(at)).toEqual({ git_dirty: false, git_checked_out_default_branch: true })
  })

  test('with a detached head', async () => {
    const at = await agreed({ project: { defaultBranch: 'main' } })
    git(at, 'checkout', '--quiet', '--detach')
    expect(await sent(at)).toEqual({ ...COMMIT, git_dirty: false, git_checked_out_default_branch: false })
  })

  test.each(['a|b', 'ü/"quoted"', "it's-$HOME", '-dash'])('on a branch named %s', async (branch) => {
    const at = await agreed({ project: { defaultBranch: branch } })
    git(at, 'symbolic-ref', 'HEAD', `refs/heads/${branch}`)
    git(at, 'commit', '--quiet', '--allow-empty', '--message=x')
    expect(await sent(at)).toEqual({ ...COMMIT, git_dirty: false, git_checked_out_default_branch: true })
    expect(there.requests.at(-1)?.body).not.toContain('refs/')
  })

  test('without git on PATH', async () => {
    const at = await agreed()
    const make = execFileSync('sh', ['-c', 'command -v make'], { encoding: 'utf8' }).trim()
    const found = ['echo', 'sh'].map((name) => execFileSync('which', [name], { encoding: 'utf8' }).trim())
    fs.mkdirSync(path.join(at.folder, 'few'))
    for (const program of [make, ...found]) fs.symlinkSync(program, path.join(at.folder, 'few', path.basename(program)))
    expect(await sent(at, { PATH: path.join(at.folder, 'few') })).toEqual({})
  })

  test('with a git that fails', async () => {
    const at = await agreed({ files: { 'bad/git': '#!/bin/sh\necho no >&2\nexit 128\n' } })
    expect(await sent(at, { PATH: `${path.join(at.repo, 'bad')}:${at.env.PATH}` })).toEqual({})
  })

  test('with a git that never answers, and that is not left behind', async () => {
    // Less time than git is given: reporting ends, and this process with it, before git's own limit.
    const at = await agreed({
      files: { 'slow/git': '#!/bin/sh\necho $$ >>../pids\nexec sleep 60\n' },
      project: { budgetMs: shortBudget(1_000) },
    })
    expect(await sent(at, { PATH: `${path.join(at.repo, 'slow')}:${at.env.PATH}` })).toEqual({})
    const pids = fs.readFileSync(path.join(at.folder, 'pids'), 'utf8').trim().split('\n').map(Number)
    expect(pids.length).toBeGreaterThan(1)
    await Promise.all(pids.map(untilEnded))
  })

  test('with a git that answers only in part', async () => {
    const partly = `#!/bin/sh\ncase "$*" in *status*) exit 1;; esac\nPATH='${process.env.PATH}' exec git "$@"\n`
    const at = await agreed({ files: { 'partly/git': partly } })
    expect(await sent(at, { PATH: `${path.join(at.repo, 'partly')}:${at.env.PATH}` })).toEqual({ git_commit_time: TIME })
  })
})

describe('what is told', () => {
  test('the day of the committer’s time, in UTC', async () => {
    const at = await agreed()
    const env = { ...at.env, GIT_COMMITTER_DATE: '2024-02-29T23:30:00-05:00' }
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '-q', '--allow-empty', '-m', 'x'], {
      cwd: at.repo,
      env,
    })
    expect((await sent(at)).git_commit_time).toBe('2024-03-01T00:00:00Z')
  })

  test('dirty: a tracked file that changed, not one that is new', async () => {
    const at = await agreed()
    addFiles(at.repo, { 'new-file': 'x' })
    expect((await sent(at)).git_dirty).toBe(false)
    fs.appendFileSync(path.join(at.repo, 'Makefile'), '# changed\n')
    expect((await sent(at)).git_dirty).toBe(true)
    git(at, 'stash', '--quiet')
    git(at, 'rm', '--quiet', '--cached', 'Makefile')
    expect((await sent(at)).git_dirty).toBe(true)
  })

  test('the default branch, from origin/HEAD', async () => {
    const at = await agreed()
    expect(await sent(at)).not.toHaveProperty('git_checked_out_default_branch')
    git(at, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main')
    expect((await sent(at)).git_checked_out_default_branch).toBe(true)
    git(at, 'checkout', '--quiet', '-b', 'feature/main')
    expect((await sent(at)).git_checked_out_default_branch).toBe(false)
  })

  test('never a name of a branch, a remote, a person or a path', async () => {
    const at = await agreed()
    git(at, 'checkout', '--quiet', '-b', 'secret-branch')
    git(at, 'remote', 'add', 'origin', 'https://user:secret-token@example.invalid/repo.git')
    await sent(at)
    const body = there.requests.at(-1)?.body ?? ''
    for (const word of ['secret', 'example.invalid', at.repo, at.home]) expect(body).not.toContain(word)
  })
})

describe('the repository is left as it was', () => {
  test('no lock is taken, nothing is written, even where the index could be refreshed', async () => {
    const at = await agreed()
    const makefile = path.join(at.repo, 'Makefile')
    // The same content with another time is what git likes to note in the index.
    fs.utimesSync(makefile, new Date(0), new Date(0))
    const look = () => filesUnder(path.join(at.repo, '.git')).map((file) => [file, fs.statSync(path.join(at.repo, '.git', file)).mtimeMs])
    const before = look()
    expect((await sent(at)).git_dirty).toBe(false)
    expect(look()).toEqual(before)
  })

  test('a lock that somebody holds is no obstacle', async () => {
    const at = await agreed()
    addFiles(at.repo, { '.git/index.lock': '' })
    expect(await sent(at)).toMatchObject({ git_commit_time: TIME, git_dirty: false })
    expect(fs.existsSync(path.join(at.repo, '.git/index.lock'))).toBe(true)
  })
})
