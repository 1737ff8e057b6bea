import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach } from '@jest/globals'
import { cleanEnv, type Env, run, sendMetrics, toolFolder } from './cli.ts'
import { BUDGET_MS } from './patience.ts'
import { type Receiver, type SegmentEvent, segmentEvents } from './receiver.ts'
import { type Terminal, terminal } from './terminal.ts'
import { addFiles, testdir } from './testdir.ts'

export { eventually } from './patience.ts'

/** One recorded run, as its line in the ledger has it. */
export interface RunLine {
  readonly type: string
  readonly id: string
  readonly [field: string]: unknown
}

/** A project with wrapped targets, on disk, with its own home. */
export interface WrappedProject {
  readonly folder: string
  readonly repo: string
  readonly home: string
  readonly env: Record<string, string>
  /** The run's lines of the ledger, in order. */
  runs(): RunLine[]
  /** IDs of events that wait in the outbox, claimed ones included. */
  waiting(): string[]
  /** The folder of the ledger and the outbox; undefined before anything was recorded. */
  state(): string | undefined
}

export interface ProjectOptions {
  /** Text of the Makefile. */
  readonly makefile: string
  readonly env?: Env
  /** Further settings of the project file. */
  readonly settings?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
}

/** A rule as a team writes it, and the same without us: what `make` alone would do in that line. */
export const WRAPPED = (target: string) => `${target}: ; @send-metrics wrap "$@"\n`
export const BARE = (target: string) => `${target}: ; @$(MAKE) --no-print-directory impl-${target}\n`

/** Makes the project; nobody has agreed to anything yet. */
export function wrappedProject(there: Pick<Receiver, 'url'>, options: ProjectOptions): WrappedProject {
  const destinations = [{ type: 'segment', writeKey: 'key', host: there.url }]
  const settings = { project: 'Demo', destinations, budgetMs: BUDGET_MS, ...options.settings }
  const folder = testdir({
    'repo/Makefile': options.makefile,
    'repo/send-metrics.json': JSON.stringify(settings),
    ...toolFolder('bin'),
  })
  const repo = path.join(folder, 'repo')
  const home = path.join(folder, 'home')
  fs.mkdirSync(home)
  addFiles(repo, options.files ?? {})
  const env = cleanEnv(home, { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`, ...options.env })
  const state = () => onlyFolder(path.join(home, '.local/state/send-metrics'))
  return {
    folder,
    repo,
    home,
    env,
    state,
    runs: () => readRuns(state()),
    waiting: () => readWaiting(state()),
  }
}

/** The same, for a person who said yes with `send-metrics consent on`; the receiver must answer by now. */
export async function agreedProject(there: Receiver, options: ProjectOptions): Promise<WrappedProject> {
  const project = wrappedProject(there, options)
  const { code, stderr } = await sendMetrics(['consent', 'on', '--yes'], { cwd: project.repo, env: project.env })
  if (code !== 0) throw new Error(`consent on exited ${code}: ${stderr}`)
  return project
}

/** Sends what waits, even though something failed a moment ago; as often as it takes, and at most ten times. */
export async function flushAll(project: WrappedProject): Promise<void> {
  for (let round = 0; round < 10 && project.waiting().length > 0; round++) {
    await sendMetrics(['flush'], { cwd: project.repo, env: project.env })
  }
}

/** The runs, without the answers to the question, that a receiver got. */
export function runEvents(there: Receiver): SegmentEvent[] {
  return segmentEvents(there).filter(({ event }) => event.endsWith('.command.run'))
}

/** Runs a line of shell in the project, as a script does. */
export function shell(project: WrappedProject, line: string, env: Env = {}, input = '') {
  const all = Object.fromEntries(Object.entries({ ...project.env, ...env }).filter((entry): entry is [string, string] => !!entry[1]))
  return run('bash', ['-c', line], { cwd: project.repo, env: all, input })
}

/** Whether a process is there and has not just ended. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/mu.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The text of a file in the project, or nothing while it is not there. */
export function textOf(project: WrappedProject, name: string): string {
  try {
    return fs.readFileSync(path.join(project.repo, name), 'utf8')
  } catch {
    return ''
  }
}

function onlyFolder(parent: string): string | undefined {
  const names = fs.existsSync(parent) ? fs.readdirSync(parent) : []
  return names[0] === undefined ? undefined : path.join(parent, names[0])
}

function readRuns(state: string | undefined): RunLine[] {
  if (state === undefined || !fs.existsSync(state)) return []
  return fs
    .readdirSync(state)
    .filter((name) => name.startsWith('runs-'))
    .sort()
    .flatMap((name) => fs.readFileSync(path.join(state, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunLine)
    .filter(({ type }) => type === 'run')
}

function readWaiting(state: string | undefined): string[] {
  const folder = state === undefined ? undefined : onlyFolder(path.join(state, 'outbox'))
  return folder === undefined
    ? []
    : fs
        .readdirSync(folder)
        .filter((name) => !name.endsWith('.tmp'))
        .map((name) => name.slice(0, 36))
}

const open: Terminal[] = []

/** Runs a program on a terminal in the project; whatever a failed test left there ends with the test. */
export function atTerminal(project: WrappedProject, command: string, words: readonly string[], env: Env = {}): Terminal {
  const all = { ...project.env, ...env } as Record<string, string>
  const screen = terminal(command, words, { cwd: project.repo, env: all })
  open.push(screen)
  return screen
}

afterEach(async () => {
  for (const screen of open.splice(0)) {
    if (isRunning(screen.pid)) process.kill(screen.pid, 'SIGKILL')
    await screen.ended
  }
})
