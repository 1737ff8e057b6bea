import * as fs from 'node:fs'
import * as path from 'node:path'
import { readText } from '../disk/plain-file.ts'
import type { Facts } from '../event/serialize.ts'
import type { Environment, World } from '../world.ts'
import type { Commit } from './commit.ts'
import type { AskedStatus, Status } from './git-status.ts'

/** What git gets altogether, ms, where the project does not give a run longer than that. */
export const GIT_LIMIT_MS = 2_000

/** What git said about a commit the last time, so that it need not be asked again. */
export interface Memory {
  recall(): Known | undefined
  keep(known: Known): void
}

interface Known extends Commit {
  /** The commit's object name. */
  readonly head: string
  /** What tells that the remote's default branch is still the same. */
  readonly remote: string
}

/** How to ask git. */
export interface GitOptions {
  /** The branch that the project file names as the default. */
  readonly defaultBranch: string | undefined
  readonly memory: Memory | undefined
  /** git gets this long altogether, ms; what it has not said by then is left out. */
  readonly limitMs: number
  /** Loads the code that asks about a commit that is not known yet. */
  readonly loadCommit: () => Promise<typeof import('./commit.ts')>
}

/** A git that was asked. */
export class AskedGit {
  /**
   * Facts about the checkout around the working directory. Each may be missing without the rest: outside a repository,
   * in an empty one, without git, or when git takes too long. Never fails, never uses the network.
   */
  readonly facts: Promise<Facts>
  private readonly status: AskedStatus
  /** The commit that is checked out, once git has said it. */
  head: string | undefined
  private controller: AbortController | undefined

  constructor({ env }: Pick<World, 'env'>, status: AskedStatus, options: GitOptions) {
    this.status = status
    this.facts = this.ask(env, options).catch(() => ({}))
  }

  /** Ends git, so that one that hangs does not outlive whoever asked. */
  stop(): void {
    this.status.stop()
    this.controller?.abort()
  }

  private async ask(env: Environment, options: GitOptions): Promise<Facts> {
    const { dotGit, answer } = this.status
    if (dotGit === undefined) return {}
    const timer = setTimeout(() => this.stop(), options.limitMs)
    try {
      const remote = remoteKey(dotGit)
      const recalled = options.memory?.recall()
      const fresh = recalled !== undefined && recalled.remote === remote
      const early = fresh ? undefined : this.commit(env, options)
      const status = await answer
      const head = status?.head
      this.head = head
      const same = fresh && recalled.head === head
      const { time, main } = same ? recalled : await (early ?? this.commit(env, options))
      if (!same && head !== undefined && time !== undefined && remote !== undefined) options.memory?.keep({ head, remote, time, main })
      return { git_commit_time: time, ...statusFacts(status, options.defaultBranch ?? main) }
    } finally {
      clearTimeout(timer)
    }
  }

  private async commit(env: Environment, { defaultBranch, loadCommit }: GitOptions): Promise<Commit> {
    // Node loads the class when it is named for the first time.
    this.controller ??= new AbortController()
    return (await loadCommit()).askCommit(this.status.folder, defaultBranch, env, this.controller.signal)
  }
}

function statusFacts(status: Status | undefined, defaultBranch: string | undefined): Facts {
  if (status === undefined) return {}
  const { branch, dirty } = status
  return {
    git_dirty: dirty,
    git_checked_out_default_branch: branch === undefined || defaultBranch === undefined ? undefined : branch === defaultBranch,
  }
}

/**
 * The file that says which branch the remote's default is, or that there is none; git never packs it
 * (gitrepository-layout(5)). Undefined where it cannot be known without asking: linked worktrees, reftables.
 */
function remoteKey(dotGit: string): string | undefined {
  try {
    if (!fs.statSync(dotGit).isDirectory() || fs.existsSync(path.join(dotGit, 'reftable'))) return undefined
    return readText(path.join(dotGit, 'refs/remotes/origin/HEAD'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : undefined
  }
}
