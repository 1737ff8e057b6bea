import * as fs from 'node:fs'
import { declaredIdentity, entryFor } from '../consent/identity.ts'
import type { StoreReading } from '../consent/read-store.ts'
import { openFile } from '../disk/plain-file.ts'
import { listedNames, reportedNames } from '../event/allowlist.ts'
import { Ledger } from '../journal/ledger.ts'
import { projectState } from '../journal/state.ts'
import { say } from '../messages.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { Run } from './model.ts'
import { quantile } from './quantiles.ts'
import { RunLines } from './read-lines.ts'
import { shortTime } from './words.ts'

/** A run that has just passed. */
export interface EndedRun {
  /** What was run, as make names it. */
  readonly goals: readonly string[]
  /** Wall clock, ms since 1970. */
  readonly startedAt: number
  readonly durationMs: number
}

/** Of so many passing runs it can be said what is usual. */
const LEAST = 20
/** What is usual changes; older ones do not count. */
const MOST = 200
/** Of each of the two latest files of the ledger, some 2,000 runs: read in a few ms. */
const TAIL_BYTES = 1024 * 1024
const TWO_MONTHS_MS = 62 * 86_400_000

/** One line about a run that took longer than its target's own p95; undefined for any other, and while there are too few to tell. */
export function slowHint(world: World, project: Project, store: StoreReading, run: EndedRun): string | undefined {
  const entry = entryFor(store.entries, declaredIdentity(project))
  if (entry === undefined) return undefined
  const target = reportedNames(run.goals, listedNames(project.targets))
  const before = recentRuns(projectState(world, entry.id), world.now())
    .filter((one) => one.target === target && one.outcome === 'success' && one.startedAt !== run.startedAt)
    .slice(-MOST)
    .map(({ durationMs }) => durationMs)
  if (before.length < LEAST) return undefined
  const sorted = Float64Array.from(before).sort()
  const limit = quantile(sorted, 0.95)
  if (run.durationMs <= limit) return undefined
  const usual = quantile(sorted, 0.5)
  const slow = before.slice(-5).filter((duration) => duration > limit).length
  return say.slower({ target, took: shortTime(run.durationMs), usual: shortTime(usual), ratio: run.durationMs / Math.max(1, usual), slow })
}

function recentRuns(state: string, now: number): Run[] {
  const files = new Ledger(state).runFiles(now - TWO_MONTHS_MS).slice(-2)
  return files.flatMap((file) => {
    const lines = new RunLines({ ownRecord: true })
    const tail = tailOf(file)
    return [...lines.piece(tail), ...lines.end()]
  })
}

/** The last whole lines of a file. */
function tailOf(file: string): Buffer {
  const descriptor = openFile(file)
  try {
    const { size } = fs.fstatSync(descriptor)
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES))
    const read = fs.readSync(descriptor, tail, 0, tail.length, size - tail.length)
    return tail.subarray(size > tail.length ? tail.indexOf('\n') + 1 : 0, read)
  } finally {
    fs.closeSync(descriptor)
  }
}
