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

/** What git said about a commit the last time, so that it need not be asked again. */
export interface Memory {
  recall(): Known | undefined
  keep(known: Known): void
}

interface Known {
  /** The commit's object name. */
  readonly head: string
  /** What tells that the remote's default branch is still the same. */
  readonly remote: string
  readonly time: string | undefined
  readonly main: string | undefined
}

/** How to ask git. */
export interface GitOptions {
  /** Ends git, so that one that hangs does not outlive whoever asked. */
  readonly stop?: AbortController
  readonly memory?: Memory | undefined
}

/**
 * Facts about the checkout around `folder`. Each may be missing without the rest: outside a repository,
 * in an empty one, without git, or when git takes too long. Never fails, never uses the network.
 */
export async function gitFacts(
  folder: string,
  defaultBranch: string | undefined,
  env: NodeJS.ProcessEnv,
  { stop = new AbortController(), memory }: GitOptions = {},
): Promise<Facts> {
  const dotGit = findDotGit(folder)
  if (dotGit === undefined) return {}
  const timer = setTimeout(() => stop.abort(), GIT_LIMIT_MS)
  try {
    const git = openGit(folder, stop.signal, env)
    const asked = ask(git, ['status', '--porcelain=v2', '--branch', '--untracked-files=no', '--ignore-submodules=dirty'])
    const remote = remoteKey(dotGit)
    const recalled = memory?.recall()
    const fresh = recalled !== undefined && recalled.remote === remote
    const early = fresh ? undefined : askCommit(git, defaultBranch)
    const status = await asked
    const head = header(status, 'branch.oid')
    const same = fresh && recalled.head === head
    const { time, main } = same ? recalled : await (early ?? askCommit(git, defaultBranch))
    if (!same && head !== undefined && time !== undefined && remote !== undefined) memory?.keep({ head, remote, time, main })
    return { git_commit_time: time, ...readStatus(status, defaultBranch ?? main) }
  } catch {
    return {}
  } finally {
    clearTimeout(timer)
  }
}

async function askCommit(git: SimpleGit, defaultBranch: string | undefined): Promise<Pick<Known, 'time' | 'main'>> {
  const [time, main] = await Promise.all([
    ask(git, ['log', '-1', '--no-show-signature', '--format=%ct']),
    // Not --quiet: a git that ends without a word makes simple-git wait for 50 ms more.
    defaultBranch === undefined ? ask(git, ['symbolic-ref', 'refs/remotes/origin/HEAD']) : undefined,
  ])
  return { time: commitTime(time), main: branchName(main) }
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
function findDotGit(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const dotGit = path.join(at, '.git')
    if (fs.existsSync(dotGit)) return dotGit
    if (path.dirname(at) === at) return undefined
  }
}

/**
 * The file that says which branch the remote's default is, or that there is none; git never packs it
 * (gitrepository-layout(5)). Undefined where it cannot be known without asking: linked worktrees, reftables.
 */
function remoteKey(dotGit: string): string | undefined {
  try {
    if (!fs.statSync(dotGit).isDirectory() || fs.existsSync(path.join(dotGit, 'reftable'))) return undefined
    return fs.readFileSync(path.join(dotGit, 'refs/remotes/origin/HEAD'), 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : undefined
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

/** Format: git-status(1), "Porcelain Format Version 2": headers like `# branch.head <name>`, then a line a changed file. */
function readStatus(status: string | undefined, defaultBranch: string | undefined): Facts {
  // A git that failed without a word looks like one that found no change; the header tells them apart.
  if (!status?.startsWith('# branch.')) return {}
  const head = header(status, 'branch.head')
  return {
    git_dirty: status.split('\n').some((line) => line !== '' && !line.startsWith('#')),
    git_checked_out_default_branch: head === undefined || defaultBranch === undefined ? undefined : head === defaultBranch,
  }
}

function header(status: string | undefined, name: string): string | undefined {
  const start = `# ${name} `
  return status
    ?.split('\n')
    .find((line) => line.startsWith(start))
    ?.slice(start.length)
}
