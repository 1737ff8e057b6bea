import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Bar } from '../../src/waterfall/bars.ts'
import { chromeTrace } from '../../src/waterfall/chrome.ts'

const AT = '2026-11-21T09:35:59.783Z'
const START = Date.parse(AT)
const RUN = { command: 'build', run_id: '00f067aa0ba902b7', at: AT, duration_ms: 1000, outcome: 'success', leftOut: 0 }
const bar = (name: string, from: number, duration_ms: number): Bar => ({
  name,
  start: START + from,
  duration_ms,
  outcome: 'success',
  depth: 0,
  id: '0123456789abcdef',
})

interface Trace {
  readonly traceEvents: readonly { name: string; ph: string; ts: number; dur: number; pid: number; tid: number; cat: string }[]
}
const targets = (bars: readonly Bar[]) => (chromeTrace({ ...RUN, bars }) as Trace).traceEvents.filter(({ cat }) => cat === 'target')

test('complete events in microseconds, the run in a lane of its own', () => {
  expect(chromeTrace({ ...RUN, bars: [bar('a', 0, 400), bar('b', 100.5, 100), bar('c', 400, 1)] })).toEqual({
    displayTimeUnit: 'ms',
    traceEvents: [
      { name: 'process_name', ph: 'M', pid: 1, tid: 0, args: { name: 'send-metrics: build' } },
      event('build', 'run', 0, 1_000_000, 0, '00f067aa0ba902b7'),
      event('a', 'target', 0, 400_000, 1),
      event('b', 'target', 100_500, 100_000, 2),
      event('c', 'target', 400_000, 1_000, 1),
    ],
  })
})

function event(name: string, cat: string, ts: number, dur: number, tid: number, id = '0123456789abcdef') {
  return { name, cat, ph: 'X', ts: START * 1000 + ts, dur, pid: 1, tid, args: { outcome: 'success', id } }
}

test('property: no two events of a lane overlap, and there are no more lanes than ran at once', () => {
  const bars = fc.array(fc.tuple(fc.nat(100), fc.nat(100)).map(([from, ms]) => bar('x', from, ms)))
  fc.assert(
    fc.property(bars, (list) => {
      const events = targets(list)
      const atOnce = (at: number) => events.filter(({ ts, dur }) => ts <= at && at < ts + Math.max(dur, 1)).length
      expect(new Set(events.map(({ tid }) => tid)).size).toBeLessThanOrEqual(Math.max(0, ...events.map(({ ts }) => atOnce(ts))))
      for (const one of events) {
        const others = events.filter((other) => other !== one && other.tid === one.tid)
        expect(others.filter((other) => one.ts < other.ts + other.dur && other.ts < one.ts + one.dur)).toEqual([])
      }
    }),
  )
})
