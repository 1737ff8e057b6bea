import * as fs from 'node:fs'
import * as path from 'node:path'
import { type SimpleGit, simpleGit } from 'simple-git'
import type { Facts } from '../event/serialize.ts'

/** git gets this long altogether; what it has not said by then is left out. */
export const GIT_LIMIT_MS = 2_000

/**
 * What git may see of the environment. simple-git refuses to run where EDITOR, PAGER and their like are set, which
 * they are on most machines, and none of them matters here.
 */
const SEEN = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP', 'XDG_CONFIG_HOME', 'LANG', 'LC_ALL']

/** Variables that keep git from taking locks, asking for passwords and fetching missing objects. */
const QUIET = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' } as const

/**
 * Facts about the checkout around `folder`. Each may be missing without the rest: outside a repository,
 * in an empty one, without git, or when git takes too long. Never fails, never uses the network.
 * `stop` ends git before that, so that a git that hangs does not outlive whoever asked.
 */
export async function gitFacts(
  folder: string,
  defaultBranch: string | undefined,
  env: NodeJS.ProcessEnv,
  stop = new AbortController(),
): Promise<Facts> {
  if (!isInRepository(folder)) return {}
  const timer = setTimeout(() => stop.abort(), GIT_LIMIT_MS)
  try {
    const git = openGit(folder, stop.signal, env)
    const [time, status, main] = await Promise.all([
      ask(git, ['log', '-1', '--no-show-signature', '--format=%ct']),
      ask(git, ['status', '--porcelain=v2', '--branch', '--untracked-files=no', '--ignore-submodules=dirty']),
      defaultBranch ?? ask(git, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']).then(branchName),
    ])
    return { git_commit_time: commitTime(time), ...readStatus(status, main) }
  } catch {
    return {}
  } finally {
    clearTimeout(timer)
  }
}

function openGit(folder: string, abort: AbortSignal, env: NodeJS.ProcessEnv): SimpleGit {
  const allowEnvironment = Object.keys(QUIET)
  const seen = Object.fromEntries(SEEN.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
  return simpleGit({ baseDir: folder, abort, allowEnvironment, maxConcurrentProcesses: 3 }).env({ ...seen, ...QUIET })
}

async function ask(git: SimpleGit, words: string[]): Promise<string | undefined> {
  try {
    return await git.raw(['--no-optional-locks', ...words])
  } catch {
    return undefined
  }
}

/** Looks for `.git` upwards, so that outside a repository git is not even started. */
function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, '.git'))) return true
    if (path.dirname(at) === at) return false
  }
}

/** The committer's time in UTC; with the committer's own offset it would tell where a person lives. */
function commitTime(seconds: string | undefined): string | undefined {
  const time = Number.parseInt(seconds ?? '', 10)
  return Number.isFinite(time) ? new Date(time * 1000).toISOString().replace('.000Z', 'Z') : undefined
}

/** `refs/remotes/origin/HEAD` points to `refs/remotes/origin/<branch>`, whose name may hold slashes. */
function branchName(ref: string | undefined): string | undefined {
  return /^refs\/remotes\/[^/]+\/(.+)$/u.exec(ref?.trim() ?? '')?.[1]
}

/** Format: git-status(1), "Porcelain Format Version 2": `# branch.head <name>`, then a line a changed file. */
function readStatus(status: string | undefined, defaultBranch: string | undefined): Facts {
  // A git that failed without a word looks like one that found no change; the header tells them apart.
  if (!status?.startsWith('# branch.')) return {}
  const lines = status.split('\n').filter((line) => line !== '')
  const head = lines.find((line) => line.startsWith('# branch.head '))?.slice('# branch.head '.length)
  return {
    git_dirty: lines.some((line) => !line.startsWith('#')),
    git_checked_out_default_branch: head === undefined || defaultBranch === undefined ? undefined : head === defaultBranch,
  }
}
