import { type SimpleGit, simpleGit } from 'simple-git'
import type { Environment } from '../world.ts'
import { gitEnvironment } from './git-environment.ts'

/** What git says about a commit, which stays true for as long as it is checked out. */
export interface Commit {
  /** The committer's time, RFC 3339 UTC; with the committer's own offset it would tell where a person lives. */
  readonly time: string | undefined
  /** The remote's default branch. */
  readonly main: string | undefined
}

/** Asks git about HEAD and, where the project file does not name it, the default branch. Never fails; `signal` ends it. */
export async function askCommit(folder: string, defaultBranch: string | undefined, env: Environment, signal: AbortSignal): Promise<Commit> {
  const git = openGit(folder, env, signal)
  const [time, main] = await Promise.all([
    ask(git, ['log', '-1', '--no-show-signature', '--format=%ct']),
    // Not --quiet: a git that ends without a word makes simple-git wait for 50 ms more.
    defaultBranch === undefined ? ask(git, ['symbolic-ref', 'refs/remotes/origin/HEAD']) : undefined,
  ])
  return { time: commitTime(time), main: branchName(main) }
}

/** A git that only answers questions, about another place where variables of its own say so; `abort` ends it. */
export function openGit(folder: string, env: Environment, abort: AbortSignal, place: Readonly<Record<string, string>> = {}): SimpleGit {
  const seen = { ...gitEnvironment(env), ...place }
  const allowEnvironment = Object.keys(seen).filter((name) => name.startsWith('GIT_'))
  // Both are the person's own, and there is nothing else in them than what `gitEnvironment` lets through.
  const unsafe = { allowUnsafeConfigPaths: true, allowUnsafeConfigEnvCount: true }
  return simpleGit({ baseDir: folder, abort, allowEnvironment, unsafe, maxConcurrentProcesses: 2 }).env(seen)
}

async function ask(git: SimpleGit, words: string[]): Promise<string | undefined> {
  try {
    return await git.raw(['--no-optional-locks', ...words])
  } catch {
    return undefined
  }
}

function commitTime(seconds: string | undefined): string | undefined {
  const time = Number.parseInt(seconds ?? '', 10)
  return Number.isFinite(time) ? new Date(time * 1000).toISOString().replace('.000Z', 'Z') : undefined
}

/** `refs/remotes/origin/HEAD` points to `refs/remotes/origin/<branch>`, whose name may hold slashes. */
function branchName(ref: string | undefined): string | undefined {
  return /^refs\/remotes\/[^/]+\/(.+)$/u.exec(ref?.trim() ?? '')?.[1]
}
