import type { Span, SpanOutcome } from '../event/span.ts'
import { randomBytes } from '../random.ts'

/** The run that the lines belong to. */
export interface RunAround {
  /** Wall clock, ms. */
  readonly startedAt: number
  readonly durationMs: number
  readonly outcome: SpanOutcome
  /** What to add to the system's uptime to get the wall clock, both in ms; undefined where there is no such clock. */
  readonly uptimeOffset: number | undefined
}

/** One recipe line, times on the wall clock in ms. */
interface Line {
  readonly start: number
  end: number | undefined
  status: number | undefined
}

interface Group {
  readonly target: string
  readonly level: number
  readonly lines: Line[]
}

/**
 * `s <pid> <pid of make> <MAKELEVEL> <time> <target>` begins a recipe line, `e <pid> <time> <exit status>` ends the
 * one that this process began last. A time is `t` with seconds since 1970, or `u` with seconds since the system
 * started, as /proc/uptime has them: cut to hundredths (proc(5)).
 */
const START = /^s (\d+) (\d+) (\d*) ([tu])(\d+(?:\.\d+)?) (.+)$/u
const END = /^e (\d+) ([tu])(\d+(?:\.\d+)?) (\d+)$/u

/** Half of what /proc/uptime cuts off at most, ms. */
const HALF_A_STEP_MS = 5

/** Shells report a death by a signal as this and its number. */
const SIGNALS = 128

/**
 * Reads what the tracer noted into spans, in the order in which they began. The lines of one target in one make are
 * one span. Lines that are not of this form are passed over: a crash or a full disk may have cut them short.
 */
export function readLines(text: string, run: RunAround): Span[] {
  const groups = collect(text, run)
  const top = Math.min(...[...groups].map(({ level }) => level))
  const spans = [...groups].map((group) => toSpan(group, top, run))
  return spans.sort((one, other) => one.start - other.start)
}

function collect(text: string, run: RunAround): Iterable<Group> {
  const groups = new Map<string, Group>()
  const open = new Map<string, Line>()
  for (const note of text.split('\n')) {
    const started = START.exec(note)
    if (started) {
      const [, pid = '', make, level, clock, at, target = ''] = started
      const line: Line = { start: wallClock(clock, at, run), end: undefined, status: undefined }
      const key = `${make} ${target}`
      const group = groups.get(key) ?? { target, level: Number(level), lines: [] }
      group.lines.push(line)
      groups.set(key, group)
      open.set(pid, line)
      continue
    }
    const [, pid = '', clock, at, status] = END.exec(note) ?? []
    const line = open.get(pid)
    if (line === undefined) continue
    line.end = wallClock(clock, at, run)
    line.status = Number(status)
    open.delete(pid)
  }
  return [...groups.values()]
}

function wallClock(clock: string | undefined, seconds: string | undefined, { uptimeOffset = 0 }: RunAround): number {
  return clock === 'u' ? uptimeOffset + Number(seconds) * 1000 + HALF_A_STEP_MS : Number(seconds) * 1000
}

function toSpan({ target, level, lines }: Group, top: number, run: RunAround): Span {
  const first = lines[0]?.start ?? run.startedAt
  // A clock may have jumped, and one of them is coarse: nothing began before the run did, or ended before it began.
  const start = Math.max(first, run.startedAt)
  const ends = lines.map((line, at) => line.end ?? lines[at + 1]?.start ?? run.startedAt + run.durationMs)
  const end = Math.max(start, ...ends)
  return {
    id: randomBytes(8).toString('hex'),
    target,
    start: round(start),
    duration_ms: round(end - start),
    outcome: outcomeOf(lines.at(-1)?.status, run),
    depth: level - top,
  }
}

/** Milliseconds with three places: what the finer of the clocks has. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

/**
 * make stops a target at the first line that fails, so its last line decides; that it ignored the error (`-`) can only
 * be known where the whole run succeeded.
 */
function outcomeOf(status: number | undefined, run: RunAround): SpanOutcome {
  if (run.outcome === 'success' || status === 0) return 'success'
  return run.outcome === 'interrupted' && (status === undefined || status > SIGNALS) ? 'interrupted' : 'failure'
}
