import { type Bar, byStart } from './bars.ts'
import type { Waterfall } from './draw.ts'

/** A complete event of Chrome's Trace Event Format: `ts` and `dur` in microseconds. */
interface CompleteEvent {
  readonly name: string
  readonly cat: 'run' | 'target'
  readonly ph: 'X'
  readonly ts: number
  readonly dur: number
  readonly pid: number
  readonly tid: number
  readonly args: Readonly<Record<string, unknown>>
}

const PROCESS = 1
/** Lane of the run itself; targets are in those after it. */
const RUN_LANE = 0

/**
 * A run in Chrome's Trace Event Format (JSON object form), which chrome://tracing and Perfetto read. Events in one lane
 * (`tid`) must not overlap, so what ran side by side is in lanes side by side.
 */
export function chromeTrace({ command, run_id, at, duration_ms, outcome, bars }: Waterfall): object {
  const start = Date.parse(at)
  const whole = complete({ name: command, start, duration_ms, outcome, depth: 0, id: run_id }, 'run', RUN_LANE)
  const ends: number[] = []
  const events = bars.toSorted(byStart).map((bar) => {
    const { ts, dur } = times(bar)
    const free = ends.findIndex((end) => end <= ts)
    const lane = free === -1 ? ends.length : free
    ends[lane] = ts + dur
    return complete(bar, 'target', lane + 1)
  })
  const name = { name: 'process_name', ph: 'M', pid: PROCESS, tid: RUN_LANE, args: { name: `send-metrics: ${command}` } }
  return { traceEvents: [name, whole, ...events], displayTimeUnit: 'ms' }
}

function complete(bar: Bar, cat: CompleteEvent['cat'], tid: number): CompleteEvent {
  return { name: bar.name, cat, ph: 'X', ...times(bar), pid: PROCESS, tid, args: { outcome: bar.outcome, id: bar.id } }
}

/** Whole microseconds, of which the end is rounded and not the duration: two that met still meet. */
function times({ start, duration_ms }: Bar): { ts: number; dur: number } {
  const ts = Math.round(start * 1000)
  return { ts, dur: Math.max(0, Math.round((start + duration_ms) * 1000) - ts) }
}
