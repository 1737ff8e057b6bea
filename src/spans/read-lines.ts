import type { Span, SpanOutcome, Spans } from '../event/span.ts'
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
const START = /^s (\d{1,10}) (\d{1,10}) (\d{0,5}) ([tu])(\d{1,12}(?:\.\d{1,9})?) (.+)$/u
const END = /^e (\d{1,10}) ([tu])(\d{1,12}(?:\.\d{1,9})?) (\d{1,3})$/u

/** A target may write such lines as well: of more targets than this, only that there were more is kept. */
const MOST_TARGETS = 20_000
/** A longer name is cut, in characters; a project's list of targets has none. */
const LONGEST_NAME = 200
/** However the clock was set in between, what is this far from the run is no time of it, ms. */
const FAR_MS = 24 * 60 * 60_000

/** Half of what /proc/uptime cuts off at most, ms. */
const HALF_A_STEP_MS = 5

/** Shells report a death by a signal as this and its number. */
const SIGNALS = 128

/**
 * Reads what the tracer noted into spans, in the order in which they began. The lines of one target in one make are
 * one span. Lines that are not of this form, or of another time, are passed over: a crash or a full disk may have cut them short.
 */
export function readLines(text: string, run: RunAround): Spans {
  const { groups, leftOut } = collect(text, run)
  const top = groups.reduce((least, { level }) => Math.min(least, level), Number.POSITIVE_INFINITY)
  const spans = groups.map((group) => toSpan(group, top, run))
  return { spans: spans.sort((one, other) => one.start - other.start), leftOut }
}

function collect(text: string, run: RunAround): { groups: Group[]; leftOut: number } {
  const groups = new Map<string, Group>()
  const open = new Map<string, Line>()
  let leftOut = 0
  for (const note of text.split('\n')) {
    const started = START.exec(note)
    if (started) {
      const [, pid = '', make, level, clock, at, target = ''] = started
      const line: Line = { start: wallClock(clock, at, run), end: undefined, status: undefined }
      if (!isNear(line.start, run)) continue
      const key = `${make} ${target}`
      const group = groups.get(key) ?? { target: cut(target), level: Number(level), lines: [] }
      if (group.lines.length === 0 && groups.size >= MOST_TARGETS) {
        leftOut++
        continue
      }
      group.lines.push(line)
      groups.set(key, group)
      open.set(pid, line)
      continue
    }
    const [, pid = '', clock, at, status] = END.exec(note) ?? []
    const line = open.get(pid)
    if (line === undefined) continue
    const end = wallClock(clock, at, run)
    if (!isNear(end, run)) continue
    line.end = end
    line.status = Number(status)
    open.delete(pid)
  }
  return { groups: [...groups.values()], leftOut }
}

function isNear(ms: number, { startedAt, durationMs }: RunAround): boolean {
  return ms > startedAt - FAR_MS && ms < startedAt + durationMs + FAR_MS
}

function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${[...name].slice(0, LONGEST_NAME - 1).join('')}…` : name
}

function wallClock(clock: string | undefined, seconds: string | undefined, { uptimeOffset = 0 }: RunAround): number {
  return clock === 'u' ? uptimeOffset + Number(seconds) * 1000 + HALF_A_STEP_MS : Number(seconds) * 1000
}

function toSpan({ target, level, lines }: Group, top: number, run: RunAround): Span {
  const first = lines[0]?.start ?? run.startedAt
  // A clock may have jumped, and one of them is coarse: nothing began before the run did, or ended before it began.
  const start = Math.max(first, run.startedAt)
  const ends = lines.map((line, at) => line.end ?? lines[at + 1]?.start ?? run.startedAt + run.durationMs)
  const end = ends.reduce((latest, one) => Math.max(latest, one), start)
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
