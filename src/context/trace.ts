import { randomBytes } from '../random.ts'
import type { Environment } from '../world.ts'

/** The IDs that tie nested runs together; lower-case hex as W3C Trace Context writes them. */
export interface Trace {
  /** 32 digits, the same for a whole tree of runs. */
  readonly traceId: string
  /** 16 digits, this run's own. */
  readonly runId: string
  /** 16 digits: the run, or the span of another tool, that this one runs in. */
  readonly parentRunId: string | undefined
  /** 2 digits: whether the trace is kept (bit 0) and its ID is random (bit 1), as whoever began it said. */
  readonly flags: string
}

// W3C Trace Context, section 3.2: a later version than 00 may have more behind the flags; ff is none.
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/u

/** Sampled, and random-trace-id of level 2; section 3.2.2.3 has all others set to zero. */
const KNOWN_FLAGS = 0b11
const SAMPLED = 0b01

/** Continues the trace that TRACEPARENT names, or begins one. */
export function beginTrace(env: Environment): Trace {
  const [, version, traceId = '', parentRunId = '', flags = '', more] = TRACEPARENT.exec(env.TRACEPARENT ?? '') ?? []
  // An ID of zeros only is invalid.
  const valid = /[1-9a-f]/u.test(traceId) && /[1-9a-f]/u.test(parentRunId) && !(version === '00' && more !== undefined)
  const random = randomBytes(24).toString('hex')
  return {
    traceId: valid ? traceId : random.slice(0, 32),
    runId: random.slice(32),
    parentRunId: valid ? parentRunId : undefined,
    flags: (valid ? Number.parseInt(flags, 16) & KNOWN_FLAGS : SAMPLED).toString(16).padStart(2, '0'),
  }
}

/** The TRACEPARENT that a child of this run should see. */
export function traceparent(trace: Trace): string {
  return `00-${trace.traceId}-${trace.runId}-${trace.flags}`
}
