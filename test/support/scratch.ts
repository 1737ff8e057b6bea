import * as fs from 'node:fs'
import * as path from 'node:path'
import { cleanEnv, type Ended, type Env, run, sendMetrics, toolFolder } from './cli.ts'
import { BUDGET_MS } from './patience.ts'
import type { Receiver } from './receiver.ts'
import { type Terminal, type TerminalOptions, terminal } from './terminal.ts'
import { addFiles, gitInit, testdir } from './testdir.ts'

export interface ScratchOptions {
  /** Where the project's one destination sends. */
  readonly to?: string
  /** Further settings of the project file. */
  readonly project?: Readonly<Record<string, unknown>>
  /** The project file as text, or `null` for none; else it is made from `to` and `project`. */
  readonly projectFile?: string | null
  /** The rules of real targets; a public `build` and a real one are there unless this is given. */
  readonly makefile?: string
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Env
  readonly git?: boolean
}

/** A repository of its own with a home of its own, and the tool on its PATH. */
export interface Scratch {
  /** Holds everything below. */
  readonly folder: string
  readonly repo: string
  readonly home: string
  readonly env: Record<string, string>
  /** The tool itself. */
  tool(words: readonly string[], more?: Env): Promise<Ended>
  /** `send-metrics wrap`. */
  wrap(words: readonly string[], more?: Env): Promise<Ended>
  /** make, or another program. */
  make(words: readonly string[], more?: Env): Promise<Ended>
  /** A program at a terminal. */
  screen(command: string, words: readonly string[], more?: Env, size?: Partial<TerminalOptions>): Terminal
  /** Says yes by command; what that sent is taken out of the receiver's books. */
  agree(there?: Receiver): Promise<void>
  /** Events that wait for any destination, oldest first. */
  waiting(): { id: string; event: string; properties: Record<string, unknown> }[]
  /** The lines of `log --json`. */
  log(): Promise<LogLine[]>
}

export interface LogLine {
  readonly type: 'run' | 'consent' | 'attempt'
  readonly [field: string]: unknown
}

export const MAKEFILE = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo built\n'

/** Stands in for make: repeats what is typed, until Ctrl-C. */
export const READER = { reader: '#!/bin/sh\nexec cat\n' }

/** Makes a repository that the tool can be tried in. */
export function scratch(options: ScratchOptions = {}): Scratch {
  const folder = testdir({ 'repo/Makefile': options.makefile ?? MAKEFILE, ...toolFolder('bin') })
  const repo = path.join(folder, 'repo')
  const home = path.join(folder, 'home')
  fs.mkdirSync(home)
  const text = projectText(options)
  if (text !== null) addFiles(repo, { 'send-metrics.json': text })
  addFiles(repo, options.files ?? {})
  if (options.git !== false) gitInit(repo)
  const env = cleanEnv(home, { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`, ...options.env })
  return { folder, repo, home, env, ...actions(repo, home, env) }
}

function projectText({ projectFile, project, to }: ScratchOptions): string | null {
  if (projectFile !== undefined) return projectFile
  const destinations = to === undefined ? [] : [{ type: 'segment', writeKey: 'key', host: to }]
  return JSON.stringify({ project: 'Demo', destinations, budgetMs: BUDGET_MS, ...project })
}

function actions(repo: string, home: string, env: Record<string, string>): Omit<Scratch, 'folder' | 'repo' | 'home' | 'env'> {
  const at = (more: Env = {}) => ({ cwd: repo, env: cleanEnv(home, { ...env, ...more }) })
  const tool = (words: readonly string[], more?: Env) => sendMetrics(words, at(more))
  return {
    tool,
    wrap: (words, more) => tool(['wrap', ...words], more),
    make: (words, more) => run('make', words, at(more)),
    screen: (command, words, more, size) => terminal(command, words, { ...at(more), ...size }),
    agree: async (there) => {
      const { code, stderr } = await tool(['consent', 'on'])
      if (code !== 0) throw new Error(stderr)
      if (there) forget(there)
    },
    waiting: () => waitingIn(path.join(home, '.local/state/send-metrics')),
    log: async () => (await tool(['log', '--json'])).stdout.split('\n').filter(Boolean).map(parseLine),
  }
}

const parseLine = (text: string) => JSON.parse(text) as LogLine

function forget(there: Receiver): void {
  there.requests.length = 0
  there.connections = 0
}

function waitingIn(state: string): ReturnType<Scratch['waiting']> {
  return (
    filesUnder(state)
      // A run that was stopped while sending leaves its claim, which a later one takes back.
      .filter((file) => /outbox\/.*\.json(?:\..*\.claim)?$/u.test(file))
      .map((file) => JSON.parse(fs.readFileSync(path.join(state, file), 'utf8')) as ReturnType<Scratch['waiting']>[number])
  )
}

/** All files below a folder, as sorted paths from it; none when there is no such folder. */
export function filesUnder(folder: string): string[] {
  if (!fs.existsSync(folder)) return []
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()
}
