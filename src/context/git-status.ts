import type { ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { World } from '../world.ts'
import { gitEnvironment } from './git-environment.ts'

const STATUS = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--untracked-files=no', '--ignore-submodules=dirty']

/** What `git status` says of a checkout. */
export interface Status {
  readonly head: string | undefined
  readonly branch: string | undefined
  readonly dirty: boolean
}

/** One `git status`, started directly and first of all, because git takes as long as we do to load what follows. */
export class AskedStatus {
  readonly folder: string
  /** Where the checkout keeps its repository; without one no git is started. */
  readonly dotGit: string | undefined
  /** Undefined where git has no answer. Never fails. */
  readonly answer: Promise<Status | undefined>
  private child: ChildProcess | undefined

  constructor(world: Pick<World, 'cwd' | 'env' | 'spawn'>) {
    this.folder = world.cwd
    this.dotGit = findDotGit(this.folder)
    this.answer = this.dotGit === undefined ? Promise.resolve(undefined) : this.ask(world).catch(() => undefined)
  }

  /** Ends git, so that one that hangs does not outlive whoever asked. */
  stop(): void {
    this.child?.kill('SIGKILL')
  }

  private async ask(world: Pick<World, 'env' | 'spawn'>): Promise<Status | undefined> {
    const child = world.spawn('git', STATUS, { cwd: this.folder, env: gitEnvironment(world.env), stdio: ['ignore', 'pipe', 'ignore'] })
    this.child = child
    const status = new StatusReader()
    return new Promise((resolve) => {
      child.on('error', () => resolve(undefined))
      // Not only 'close', which comes a millisecond later: what git says of a clean checkout is written at once.
      child.on('exit', (code) => code === 0 && status.isWhole() && resolve(status.read()))
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

/** C libraries write in blocks of this size or more, bytes; the smallest is that of musl. */
const BLOCK = 1_024

/** Format: git-status(1), "Porcelain Format Version 2": headers like `# branch.head <name>`, then a line a changed file. */
class StatusReader {
  private text = ''

  /** Takes in a part; whether a change has been seen, after which nothing new can come. */
  add(part: string): boolean {
    this.text += part
    return /^[^#\n]/mu.test(this.text)
  }

  /** Whether all has been read that a git says that has ended: less than one block of it (stdio(3)) ends with its last line. */
  isWhole(): boolean {
    return this.text.length < BLOCK && this.text.endsWith('\n')
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

/** Looks for `.git` upwards, so that outside a repository git is not even started. */
export function findDotGit(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const dotGit = path.join(at, '.git')
    if (fs.existsSync(dotGit)) return dotGit
    if (path.dirname(at) === at) return undefined
  }
}
