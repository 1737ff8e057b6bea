import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Facts } from '../event/serialize.ts'
import type { World } from '../world.ts'
import type { Commit } from './commit.ts'
import { gitEnvironment } from './git-environment.ts'

/** git gets this long altogether, ms; what it has not said by then is left out. */
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
  /** Loads the code that asks about a commit that is not known yet. */
  readonly loadCommit: () => Promise<typeof import('./commit.ts')>
}

type Place = Pick<World, 'cwd' | 'env' | 'spawn'>

/** A git that was asked. */
export class AskedGit {
  /**
   * Facts about the checkout around the working directory. Each may be missing without the rest: outside a repository,
   * in an empty one, without git, or when git takes too long. Never fails, never uses the network.
   */
  readonly facts: Promise<Facts>
  private readonly stops: (() => void)[] = []

  constructor(world: Place, options: GitOptions) {
    this.facts = this.ask(world, options).catch(() => ({}))
  }

  /** Ends git, so that one that hangs does not outlive whoever asked. */
  stop(): void {
    for (const stop of this.stops.splice(0)) stop()
  }

  private async ask(world: Place, options: GitOptions): Promise<Facts> {
    const folder = world.cwd
    const dotGit = findDotGit(folder)
    if (dotGit === undefined) return {}
    const timer = setTimeout(() => this.stop(), GIT_LIMIT_MS)
    try {
      const asked = this.status(world, folder)
      const remote = remoteKey(dotGit)
      const recalled = options.memory?.recall()
      const fresh = recalled !== undefined && recalled.remote === remote
      const early = fresh ? undefined : this.commit(world, folder, options)
      const status = await asked
      const head = status?.head
      const same = fresh && recalled.head === head
      const { time, main } = same ? recalled : await (early ?? this.commit(world, folder, options))
      if (!same && head !== undefined && time !== undefined && remote !== undefined) options.memory?.keep({ head, remote, time, main })
      return { git_commit_time: time, ...statusFacts(status, options.defaultBranch ?? main) }
    } finally {
      clearTimeout(timer)
    }
  }

  private async commit({ env }: Place, folder: string, { defaultBranch, loadCommit }: GitOptions): Promise<Commit> {
    const controller = new AbortController()
    this.stops.push(() => controller.abort())
    return (await loadCommit()).askCommit(folder, defaultBranch, env, controller.signal)
  }

  /** One `git status`, started directly: loading a library for it would take longer than git does. */
  private status(world: Place, folder: string): Promise<Status | undefined> {
    const child = world.spawn('git', STATUS, { cwd: folder, env: gitEnvironment(world.env), stdio: ['ignore', 'pipe', 'ignore'] })
    const status = new StatusReader()
    this.stops.push(() => child.kill('SIGKILL'))
    return new Promise((resolve) => {
      child.on('error', () => resolve(undefined))
      child.on('close', (code) => resolve(code === 0 ? status.read() : undefined))
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        // The rest of a long list would tell nothing more.
        if (!status.add(text)) return
        resolve(status.read())
        child.kill('SIGKILL')
      })
    })
  }
}

const STATUS = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--untracked-files=no', '--ignore-submodules=dirty']

interface Status {
  readonly head: string | undefined
  readonly branch: string | undefined
  readonly dirty: boolean
}

/** Format: git-status(1), "Porcelain Format Version 2": headers like `# branch.head <name>`, then a line a changed file. */
class StatusReader {
  private text = ''

  /** Takes in a part; whether a change has been seen, after which nothing new can come. */
  add(part: string): boolean {
    this.text += part
    return /^[^#\n]/mu.test(this.text)
  }

  read(): Status | undefined {
    // A git that failed without a word looks like one that found no change; the header tells them apart.
    if (!this.text.startsWith('# branch.')) return undefined
    return { head: this.header('oid'), branch: this.header('head'), dirty: /^[^#\n]/mu.test(this.text) }
  }

  private header(name: string): string | undefined {
    return new RegExp(`^# branch\\.${name} (.*)$`, 'mu').exec(this.text)?.[1]
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
