import { type RunningRun, runningRuns } from '../journal/running.ts'
import { printable, say } from '../messages.ts'
import { fitted } from '../text-width.ts'
import type { Exit, World } from '../world.ts'
import type { Quantiles, Summary } from './model.ts'
import { shortTime } from './words.ts'

const STEP_MS = 500
/** Back to the start of the line, and clear it (ECMA-48: EL). */
const CLEAR = '\r\u001B[K'
const LONGEST_NAME = 30

/**
 * Shows how long the runs that go on now have taken, against what is usual, until Ctrl-C: at a terminal in one line that changes,
 * elsewhere a line when one begins or ends.
 */
export function follow(world: World, folders: readonly string[], { targets }: Summary): Promise<Exit> {
  const usual = new Map(targets.map(({ target, quantiles }) => [target, quantiles]))
  const { stdout } = world
  let before: RunningRun[] = []
  const step = () => {
    const now = folders.flatMap(runningRuns)
    const pids = new Set(now.map(({ pid }) => pid))
    const ended = before.filter(({ pid }) => !pids.has(pid)).map((run) => describe(run, 'ended after', world.now(), usual))
    const known = new Set(before.map(({ pid }) => pid))
    const begun = stdout.isTTY ? [] : now.filter(({ pid }) => !known.has(pid)).map((run) => describe(run, 'runs for', world.now(), usual))
    const status = now.map((run) => describe(run, 'runs for', world.now(), usual)).join(' | ') || say.nothingRuns()
    stdout.write(`${stdout.isTTY ? CLEAR : ''}${[...ended, ...begun].map((line) => `${line}\n`).join('')}`)
    if (stdout.isTTY) stdout.write(fitted(status, stdout.columns - 1).trimEnd())
    before = now
  }
  step()
  return new Promise((resolve) => {
    const timer = setInterval(step, STEP_MS)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      world.onSignal(signal, () => {
        clearInterval(timer)
        if (stdout.isTTY) stdout.write('\n')
        resolve({ code: 0 })
      })
    }
  })
}

function describe(run: RunningRun, verb: string, now: number, usual: ReadonlyMap<string, Quantiles | undefined>): string {
  const elapsed = Math.max(0, now - run.startedAt)
  const quantiles = usual.get(run.target)
  const words = `${printable(run.target, LONGEST_NAME)} ${verb} ${shortTime(elapsed)}`
  if (quantiles === undefined) return `${words}, too few runs to say what is usual`
  return `${words}, usually ${shortTime(quantiles.p50)}${elapsed > quantiles.p95 ? ', longer than 19 of 20' : ''}`
}
