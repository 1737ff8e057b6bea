import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll } from '@jest/globals'

/** The Node that runs the tool in end-to-end tests; CI sets NODE_UNDER_TEST to try others. */
export const NODE = process.env.NODE_UNDER_TEST || process.execPath
export const BIN = path.resolve('bin/send-metrics.js')

export type Env = Readonly<Record<string, string | undefined>>

/** A folder for PATH as npm makes it, with the Node under test: what a recipe calls; and what its traps call. */
export function toolFolder(
  folder: string,
  { node, bin }: { node: string; bin: string } = { node: NODE, bin: BIN },
): Record<string, string> {
  return {
    [path.join(folder, 'send-metrics')]: `-> ${bin}`,
    [path.join(folder, 'node')]: `-> ${node}`,
    [path.join(folder, 'after-make')]: fs.readFileSync('test/support/after-make.sh', 'utf8'),
  }
}

/** A clean environment: nothing of the test runner's own reaches the tool. */
export function cleanEnv(home: string, more: Env = {}): Record<string, string> {
  const base: Env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...more }
  return Object.fromEntries(Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** How a process ended and what it wrote. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env: Record<string, string>
  readonly input?: string
  /** Called with the child, to send it signals. */
  readonly started?: (child: ReturnType<typeof spawn>) => void
}

/** Those that still run: a test that took too long leaves its own behind. */
const running = new Set<ReturnType<typeof spawn>>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * A command line that runs without a terminal and with neither the test runner nor the make that may have started that above it, as
 * a job of a pipeline does: the shell that starts it ends at once.
 */
function pipelineOf(command: string, words: readonly string[]) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-test-')), 'code')
  const script = 'exec 3<&0; { "$@" <&3 3<&-; echo $? >"$0"; } &'
  const line: readonly [string, readonly string[]] = ['sh', ['-c', script, file, command, ...words]]
  return { line, code: () => Number(fs.readFileSync(file, 'utf8')) }
}

/** Runs a program to its end with its streams on pipes. */
export function run(command: string, words: readonly string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const pipeline = options.env.SEND_METRICS?.startsWith('on') ? pipelineOf(command, words) : undefined
    const [program, args] = pipeline?.line ?? [command, words]
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: 'pipe', detached: pipeline !== undefined })
    running.add(child)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString()
    })
    child.on('error', reject)
    child.stdin.on('error', () => {})
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve({ code: pipeline?.code() ?? code, signal, stdout, stderr })
    })
    child.stdin.end(options.input ?? '')
    options.started?.(child)
  })
}

/** Runs the tool itself. */
export function sendMetrics(words: readonly string[], options: RunOptions): Promise<Ended> {
  return run(NODE, [BIN, ...words], options)
}
