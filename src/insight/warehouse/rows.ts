import type { Run } from '../model.ts'
import { type NoRun, runOf } from '../run-of.ts'
import { epochMs, type Facts } from './columns.ts'
import type { Value } from './connect.ts'

/** The names that `runOf` knows, each with the fact that a table has for it. */
const NAMES: readonly (readonly [name: string, fact: keyof Facts])[] = [
  ['messageId', 'id'],
  ['anonymousId', 'person'],
  ['timestamp', 'instant'],
  ['command', 'target'],
  ['duration_ms', 'duration'],
  ['outcome', 'outcome'],
  ['is_test', 'test'],
  ['git_commit_pseudonym', 'commitPseudonym'],
  ['git_commit_time', 'commitTime'],
  ['run_id', 'runId'],
  ['parent_run_id', 'parentRunId'],
  ['os_type', 'os'],
  ['host_arch', 'arch'],
  ['cpu_count', 'cpus'],
  ['memory_gb', 'memoryGb'],
]

/** What to select for `runInRow`. */
export function selection(facts: Facts): string {
  const { instant, duration, cpus, memoryGb } = facts
  const numbers = { instant: epochMs(instant), duration: float(duration), cpus: float(cpus), memoryGb: float(memoryGb) }
  return NAMES.map(([, fact]) => ({ ...facts, ...numbers })[fact]).join(', ')
}

/** The run in a row, judged as a line of a file is. */
export function runInRow(row: readonly Value[]): Run | NoRun {
  const line: Record<string, unknown> = {}
  for (const [at, [name]] of NAMES.entries()) {
    const value = row[at]
    if (value !== null && value !== undefined) line[name] = name === 'timestamp' ? timeIn(Number(value)) : value
  }
  return runOf(line)
}

function timeIn(ms: number): string | undefined {
  return Math.abs(ms) < 1e14 ? new Date(ms).toISOString() : undefined
}

const float = (number: string) => `CAST(${number} AS float8)`
