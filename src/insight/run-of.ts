import type { Machine, Outcome, Run } from './model.ts'
import { timeOf } from './time-of.ts'

/** What a line or a row is that is no run: one of a test, another kind of event, or nothing of ours. */
export type NoRun = 'test' | 'other' | 'unreadable'

const OUTCOMES: ReadonlySet<unknown> = new Set<Outcome>(['success', 'failure', 'interrupted'])

/**
 * A run from an event in any of the forms in which it is written: a line of the ledger and of `log --json`, of the file destination,
 * and Segment's own, whose fields are in `properties`.
 */
export function runOf(line: unknown): Run | NoRun {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return 'unreadable'
  const around = line as Record<string, unknown>
  const inside =
    typeof around.properties === 'object' && around.properties !== null ? (around.properties as Record<string, unknown>) : around
  // A table that was written out has null for whatever an event did not have.
  if ((inside.command ?? undefined) === undefined) return 'other'
  if ((inside.is_test ?? 'no') !== 'no') return 'test'
  // Where there are both, the first is the second corrected by Segment for a clock that was wrong.
  const startedAt = timeIn(around.timestamp) ?? timeIn(inside.start_time)
  const { command: target, duration_ms: duration, outcome } = inside
  const durationMs = typeof duration === 'string' ? Number(duration) : duration
  if (typeof target !== 'string' || target === '' || startedAt === undefined || !isDuration(durationMs)) return 'unreadable'
  if (!OUTCOMES.has(outcome)) return 'unreadable'
  return {
    id: textIn(around.messageId) ?? textIn(around.id),
    target,
    startedAt,
    durationMs,
    outcome: outcome as Outcome,
    person: textIn(around.anonymousId),
    machine: machineIn(inside),
    commit: inside.git_dirty === true ? undefined : textIn(inside.git_commit_time),
    runId: textIn(inside.run_id),
    parentRunId: textIn(inside.parent_run_id),
  }
}

function machineIn(inside: Record<string, unknown>): Machine | undefined {
  const machine = {
    os: textIn(inside.os_type),
    arch: textIn(inside.host_arch),
    cpus: numberIn(inside.cpu_count),
    memoryGb: numberIn(inside.memory_gb),
  }
  return Object.values(machine).every((part) => part === undefined) ? undefined : machine
}

const isDuration = (value: unknown): value is number => typeof value === 'number' && value >= 0 && Number.isFinite(value)
const textIn = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const numberIn = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)

function timeIn(value: unknown): number | undefined {
  const time = typeof value === 'string' ? timeOf(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
