import { isSpan, LATEST_MS } from '../event/span.ts'
import type { AttemptLine, LedgerLine, SpansLine } from './ledger.ts'
import { madeAt } from './made-at.ts'

/** A line of the ledger, or why it is none. */
export type ParsedLine = { readonly line: LedgerLine } | { readonly bad: string }

/** Reads a line, and whether it has what everybody who prints it relies on: a damaged one may be any JSON. */
export function parseLine(text: string): ParsedLine {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return { bad: 'is not JSON' }
  }
  if (!isRecord(line) || typeof line.type !== 'string') return { bad: 'is no line of a record' }
  const checks = CHECKS[line.type === 'attempt' || line.type === 'spans' ? line.type : 'event']
  const wrong = Object.entries(checks).find(([name, isSound]) => !isSound(line[name]))
  return wrong === undefined ? { line: line as unknown as LedgerLine } : { bad: `has no sound "${wrong[0]}"` }
}

/** When an event was recorded, ms since 1970, by what it says or else by its ID; NaN where neither tells. */
export function timeOfEvent({ start_time: start, id }: Readonly<Record<string, unknown>>): number {
  const said = typeof start === 'string' ? Date.parse(start) : Number.NaN
  const made = Number.isNaN(said) && typeof id === 'string' ? madeAt(id) : said
  return Math.abs(made) <= LATEST_MS ? made : Number.NaN
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const isCount: Check = (value) => typeof value === 'number' && value >= 0
const isSpans: Check = (value) => Array.isArray(value) && value.every(isSpan)
const OUTCOMES: readonly unknown[] = ['success', 'failure', 'interrupted']
const isOutcome: Check = (value) => OUTCOMES.includes(value)

const ATTEMPT: Readonly<Record<Exclude<keyof AttemptLine, 'type' | 'status'>, Check>> = {
  at: isTime,
  destination: isText,
  to: (value) => value === undefined || isText(value),
  result: isText,
  reason: isText,
  events: (value) => Array.isArray(value) && value.every((id) => typeof id === 'string'),
}

const SPANS: Readonly<Record<Exclude<keyof SpansLine, 'type'>, Check>> = {
  id: isText,
  run_id: isText,
  at: isTime,
  command: isText,
  duration_ms: isCount,
  outcome: isOutcome,
  left_out: isCount,
  spans: isSpans,
}

const CHECKS: Readonly<Record<'attempt' | 'spans' | 'event', Readonly<Record<string, Check>>>> = {
  attempt: ATTEMPT,
  spans: SPANS,
  event: { id: isText },
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
