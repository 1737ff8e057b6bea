import { type Names, OTHER, reportedName } from './allowlist.ts'

/** How a target ended. */
export type SpanOutcome = 'success' | 'failure' | 'interrupted'

/**
 * A target that ran inside a run, from its first recipe line's start to its last one's end; or a stage of a build, whose
 * name is made so that it may leave.
 */
export interface Span {
  /** 16 hexadecimal digits, random; its parent is the run. */
  readonly id: string
  /** As the makefile has it; only what `reportedSpans` makes of it may leave this machine. */
  readonly target: string
  /** Wall clock, ms since 1970, with a fraction where the clock had one. */
  readonly start: number
  readonly duration_ms: number
  readonly outcome: SpanOutcome
  /** How many makes deep: 0 in the one that was wrapped. */
  readonly depth: number
  /** Nothing was done, because the result was there from before. */
  readonly cached?: true
}

/** Spans of a run, and how many were left out. */
export interface Spans {
  readonly spans: readonly Span[]
  readonly leftOut: number
}

const OUTCOMES: readonly unknown[] = ['success', 'failure', 'interrupted'] satisfies SpanOutcome[]

/** No Date is later than this, in ms since 1970, and none as long before it (ECMA-262, 21.4.1.1). */
export const LATEST_MS = 8.64e15

/** Whether a value is a span with times that can be written out. What was read from a file may be anything. */
export function isSpan(value: unknown): value is Span {
  if (typeof value !== 'object' || value === null) return false
  const { id, target, start, duration_ms: duration, outcome, depth } = value as Partial<Record<keyof Span, unknown>>
  const isTimed = isWithin(start, -LATEST_MS) && isWithin(duration, 0)
  return (
    typeof id === 'string' &&
    typeof target === 'string' &&
    isTimed &&
    OUTCOMES.includes(outcome) &&
    Number.isInteger(depth) &&
    isWithin(depth, 0)
  )
}

function isWithin(value: unknown, least: number): boolean {
  return typeof value === 'number' && value >= least && value <= LATEST_MS
}

/** Which names may leave this machine. */
export interface SpanNames {
  /** A name has to be in each: the project's list, and what was agreed to. */
  readonly inside: readonly Names[]
  /** What stands before the name of a real target: `impl-build` is reported as `build`. */
  readonly prefix: string
}

/** The longest `most` of some spans, in the order in which they began. */
export function longest({ spans, leftOut }: Spans, most: number): Spans {
  if (spans.length <= most) return { spans, leftOut }
  const kept = spans.toSorted((one, other) => other.duration_ms - one.duration_ms).slice(0, most)
  return { spans: kept.toSorted((one, other) => one.start - other.start), leftOut: leftOut + spans.length - most }
}

/**
 * A target's name as it may leave this machine. Stricter than the name of a run, which a person typed: without a list
 * every name is `other`, since most are files.
 */
function nameOf(target: string, { inside, prefix }: SpanNames): string {
  const name = target.startsWith(prefix) ? target.slice(prefix.length) : target
  return [name, target].map((one) => reportedName(one, ...inside)).find((one) => one !== OTHER) ?? OTHER
}

/** The spans as they may leave this machine. */
export function reportedSpans({ spans, leftOut }: Spans, names: SpanNames): Spans {
  return { spans: spans.map((span) => ({ ...span, target: nameOf(span.target, names) })), leftOut }
}

const SLOWEST = 5

/**
 * The slowest targets for a text field: `test=41200,lint=900`, in ms, slowest first, each name once with its longest
 * time, whole entries only within `most` characters. Undefined when there is none.
 */
export function slowestTargets({ spans }: Spans, names: SpanNames, most: number): string | undefined {
  const slowest = new Map<string, number>()
  for (const span of spans) {
    const name = nameOf(span.target, names)
    // A name that would look like two entries.
    const plain = /[,=]/u.test(name) ? OTHER : name
    slowest.set(plain, Math.max(slowest.get(plain) ?? 0, Math.round(span.duration_ms)))
  }
  const entries = [...slowest].sort(([, one], [, other]) => other - one).map(([name, ms]) => `${name}=${ms}`)
  let text = ''
  for (const entry of entries.slice(0, SLOWEST)) {
    const longer = text === '' ? entry : `${text},${entry}`
    if ([...longer].length > most) break
    text = longer
  }
  return text === '' ? undefined : text
}
