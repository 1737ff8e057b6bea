import { describe, expect, test } from '@jest/globals'
import type { Run } from '../../src/insight/model.ts'
import { sinceOf } from '../../src/insight/since.ts'
import { summarize } from '../../src/insight/summarize.ts'
import { timeInBytes, timeOf } from '../../src/insight/time-of.ts'
import { END, syntheticTeam } from '../support/synthetic-team.ts'

const DAY = 86_400_000

const run = (more: Partial<Run> = {}): Run => ({
  id: undefined,
  target: 'build',
  startedAt: END - DAY,
  durationMs: 1_000,
  outcome: 'success',
  person: undefined,
  machine: undefined,
  commit: undefined,
  runId: undefined,
  parentRunId: undefined,
  ...more,
})

const times = (count: number, make: (at: number) => Run) => Array.from({ length: count }, (_, at) => make(at))

describe('a summary', () => {
  test('of nothing has nothing in it', async () => {
    expect(await summarize([], { now: END })).toMatchObject({ runs: 0, people: 0, targets: [], machines: [], known: [], spentMs: 0 })
  })

  test('counts a run inside another once, and one inside a foreign span, too', async () => {
    const inner = [
      run({ target: 'lint', runId: 'b', parentRunId: 'a' }),
      run({ target: 'e2e', runId: 'c', parentRunId: 'of a CI service' }),
    ]
    const summary = await summarize([...inner, run({ runId: 'a', durationMs: 5_000 })], { now: END })
    expect(summary.spentMs).toBe(6_000)
    expect(summary.targets.map(({ target, spentMs }) => [target, spentMs])).toEqual([
      ['build', 5_000],
      ['lint', 1_000],
      ['e2e', 1_000],
    ])
  })

  test('has time in failed runs as lost, and Ctrl-C as neither passed nor failed', async () => {
    const runs = [
      ...times(8, () => run()),
      run({ outcome: 'failure', durationMs: 7_000 }),
      run({ outcome: 'interrupted', durationMs: 9_000 }),
    ]
    const [build] = (await summarize(runs, { now: END })).targets
    expect(build).toMatchObject({
      runs: 10,
      passed: 8,
      failed: 1,
      interrupted: 1,
      failure: { count: 1, of: 9 },
      lost: { failedMs: 7_000, slowerMs: 0 },
    })
  })

  test('has the time above the first weeks as lost where a target got slower', async () => {
    const runs = times(800, (at) =>
      run({ startedAt: END - 80 * DAY + at * (DAY / 10), durationMs: (at < 400 ? 10_000 : 20_000) + (at % 97) }),
    )
    const [build] = (await summarize(runs, { now: END })).targets
    expect(build?.trend).toMatchObject({ significant: true, weeks: 4 })
    expect(build?.trend?.percent).toBeCloseTo(100, -1)
    // 400 runs of 10 s more; a week in which it happened counts by its median.
    expect((build?.lost.slowerMs ?? 0) / 4_000_000).toBeCloseTo(1, 0)
  })

  test('calls flaky what fails and passes on three commits or more, not on changed files', async () => {
    const both = (commit: string | undefined) => [run({ commit }), run({ commit, outcome: 'failure' })]
    const flaky = async (commits: (string | undefined)[]) => (await summarize(commits.flatMap(both), { now: END })).targets[0]
    expect(await flaky(['1', '2', '3'])).toMatchObject({ flaky: true, mixed: { count: 3, of: 3 } })
    expect(await flaky(['1', '2'])).toMatchObject({ flaky: false, mixed: { count: 2 } })
    expect(await flaky([undefined, undefined, undefined])).toMatchObject({ flaky: false, mixed: undefined })
  })

  test('tells nothing about fewer than five runs', async () => {
    const [build] = (
      await summarize(
        times(4, () => run()),
        { now: END },
      )
    ).targets
    expect(build).toMatchObject({ quantiles: undefined, failure: undefined, trend: undefined })
    expect(build?.weeks.map(({ middle }) => middle)).toEqual([undefined])
  })

  test('leaves out what is older, from the future, or from before there was such a tool', async () => {
    const runs = [
      run(),
      run({ startedAt: END - 30 * DAY }),
      run({ startedAt: END + 3 * DAY }),
      run({ startedAt: 0 }),
      run({ startedAt: END + DAY / 2 }),
    ]
    const summary = await summarize(runs, { now: END, periodMs: 14 * DAY })
    expect(summary).toMatchObject({ runs: 2, leftOut: { wrongClock: 2, outside: 1 } })
  })

  test('of a period that ends with the last run is the same years later', async () => {
    const plan = { seed: 2, people: 4, drifts: { test: 2 } }
    const at = (now: number) => summarize(syntheticTeam(plan), { now, end: 'last-run', periodMs: 84 * DAY })
    expect(await at(END + 900 * DAY)).toEqual(await at(END))
  })

  test('has nobody’s ID in it, and only those who are many with leastPeople', async () => {
    const runs = [...syntheticTeam({ seed: 3, people: 5 }), ...times(9, () => run({ target: 'mine', person: 'me' }))]
    const summary = await summarize(runs, { now: END, leastPeople: 3, you: 'me', sampleSize: 50 })
    expect(summary.targets.map(({ target }) => target)).not.toContain('mine')
    const text = JSON.stringify(summary)
    for (const { person } of runs) expect(text).not.toContain(`"${person}"`)
  })

  test('keeps of each target as many runs as asked for, yours among them', async () => {
    const runs = [...syntheticTeam({ seed: 4, people: 5 })]
    const summary = await summarize(runs, { now: END, sampleSize: 40, you: runs[0]?.person })
    for (const { sample } of summary.targets) {
      expect(sample).toHaveLength(40)
      expect(sample.filter(({ you }) => you)).toHaveLength(13)
      expect(sample.map(({ startedAt }) => startedAt)).toEqual(sample.map(({ startedAt }) => startedAt).sort())
    }
  })
})

describe('a time', () => {
  test.each([
    ['2026-11-21T09:35:59.783Z', 1_795_253_759_783],
    ['2026-11-21T09:35:59Z', 1_795_253_759_000],
    ['2024-02-29T23:59:59.999Z', 1_709_251_199_999],
  ])('in bytes is what Date says: %s', (text, ms) => {
    expect(timeInBytes(Buffer.from(text), 0, text.length)).toBe(ms)
    expect(timeOf(text)).toBe(ms)
    expect(Date.parse(text)).toBe(ms)
  })

  test.each([
    ['2026-11-21 09:35:59.783123 UTC', '2026-11-21T09:35:59.783Z'],
    ['2026-11-21 09:35:59', '2026-11-21T09:35:59Z'],
    ['2026-11-21T09:35:59.783+05:30', '2026-11-21T04:05:59.783Z'],
    ['2026-11-21 09:35:59-08', '2026-11-21T17:35:59Z'],
  ])('%s is understood', (text, same) => expect(timeOf(text)).toBe(Date.parse(same)))

  test.each([
    '2026-13-01T00:00:00Z',
    '2026-11-32T00:00:00Z',
    '2026-11-21T24:30:00Z',
    '2026-11-21T09:60:00Z',
    '2026-11-21 09:35:59Z',
    '2026/11/21T09:35:5Z',
  ])('%s is no common form in bytes', (text) => expect(timeInBytes(Buffer.from(text), 0, text.length)).toBeNaN())

  test.each(['', 'now', '2026-11-21', '21.11.2026 09:35'])('%j is none', (text) => expect(timeOf(text)).toBeNaN())
})

describe('--since', () => {
  test.each([
    ['10d', 10 * DAY],
    ['4w', 28 * DAY],
    ['1y', 365 * DAY],
    ['all', Number.POSITIVE_INFINITY],
    ['2026-11-20', END - new Date(2026, 10, 20).getTime()],
  ])('%s', (text, ms) => expect(sinceOf(text, END)).toBe(ms))

  test.each(['', '4', 'w', '0d', '4 w', '-4w', '2026-13-01', '2026-02-30', '2027-01-01', 'yesterday'])('%j is none', (text) =>
    expect(sinceOf(text, END)).toBeUndefined(),
  )
})
