import { type Names, reportedNames } from './allowlist.ts'
import { SCHEMA_VERSION } from './fields.ts'
import type { Facts } from './serialize.ts'

/** What is known of a run from running it. */
export interface RunFacts {
  /** What was run, as make names it; none for the default goal. */
  readonly goals: readonly string[]
  /** Wall clock, ms since 1970. */
  readonly startedAt: number
  /** Monotonic, ms; rounded to whole ones in the event. */
  readonly durationMs: number
  readonly exitStatus: number
  readonly outcome: string
  readonly runId: string
  readonly parentRunId: string | undefined
  readonly traceId: string
}

/** What is known of where it ran. */
export interface PlaceFacts {
  readonly git: Facts
  readonly machine: Facts
  readonly ci: string | undefined
  readonly toolVersion: string
  /** What `is_test` says (see agreed-words.ts). */
  readonly test: string
}

/** All facts of one run, before the serializer decides which of them may be recorded. */
export function runFacts(run: RunFacts, place: PlaceFacts, names: readonly Names[]): Facts {
  return {
    command_type: 'make',
    command: reportedNames(run.goals, ...names),
    start_time: new Date(run.startedAt).toISOString(),
    duration_ms: Math.max(0, Math.round(run.durationMs)),
    exit_status: run.exitStatus,
    outcome: run.outcome,
    ...place.git,
    ...place.machine,
    is_ci: place.ci !== undefined,
    ci_provider: place.ci,
    run_id: run.runId,
    parent_run_id: run.parentRunId,
    trace_id: run.traceId,
    ...common(place),
  }
}

/** All facts of a change of mind. */
export function consentFacts(choice: 'accept' | 'decline', previous: string, place: Pick<PlaceFacts, 'toolVersion' | 'test'>): Facts {
  return { choice, previous_consent: previous, ...common(place) }
}

/** All facts of something that a collector saw. */
export function observedFacts(facts: Facts, place: Pick<PlaceFacts, 'toolVersion' | 'test'>): Facts {
  return { ...facts, ...common(place) }
}

function common(place: Pick<PlaceFacts, 'toolVersion' | 'test'>): Facts {
  return { is_test: place.test, send_metrics_version: place.toolVersion, schema_version: SCHEMA_VERSION }
}
