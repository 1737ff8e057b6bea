import type { Machine, Outcome, Run } from './model.ts'
import { timeOf } from './time-of.ts'

/** What a line or a row is that is no run: one of a test, another kind of event, or nothing of ours. */
export type NoRun = 'test' | 'other' | 'unreadable'

const OUTCOMES: ReadonlySet<unknown> = new Set<Outcome>(['success', 'failure', 'interrupted'])

/**
 * A run from an event in any of the forms in which it is written: a line of the ledger and of `log --json`, of the file destination,
 * Segment's own, whose fields are in `properties`, and a row of its warehouse.
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
    person: textIn(around.anonymousId) ?? textIn(around.anonymous_id),
    machine: machineIn(inside),
    commit:
      inside.git_dirty === true
        ? undefined
        : commitOf(textIn(inside.commit_time_here), textIn(inside.git_commit_pseudonym), textIn(inside.git_commit_time)),
    runId: textIn(inside.run_id),
    parentRunId: textIn(inside.parent_run_id),
  }
}

/**
 * What tells commits apart: on this machine their time to the second, elsewhere a pseudonym, in data from before there was one the time
 * that was sent. A day alone has many commits.
 */
export function commitOf(here: string | undefined, pseudonym: string | undefined, sent: string | undefined): string | undefined {
  return here ?? pseudonym ?? (sent === undefined || IS_DAY.test(sent) ? undefined : sent)
}

/** A day as it is sent, and as a warehouse has it. */
const IS_DAY = /^\d{4}-\d{2}-\d{2}(?:[T ]00:00:00(?:\.0+)?(?:Z|\+00(?::?00)?)?)?$/u

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
