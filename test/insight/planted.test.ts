import { describe, expect, test } from '@jest/globals'
import type { Run, Summary } from '../../src/insight/model.ts'
import { summarize } from '../../src/insight/summarize.ts'
import { END, generator, syntheticTeam, type TeamPlan } from '../support/synthetic-team.ts'

const DAY = 86_400_000

const summaryOf = (plan: TeamPlan): Promise<Summary> => summarize(syntheticTeam(plan), { now: END, periodMs: 84 * DAY })

/** Everything that a reader would be told of. */
function found({ targets, machines }: Summary) {
  const trends = targets.filter(({ trend }) => trend?.significant)
  return {
    slower: trends.flatMap(({ target, trend }) => ((trend?.percent ?? 0) > 0 ? [target] : [])).sort(),
    faster: trends.flatMap(({ target, trend }) => ((trend?.percent ?? 0) < 0 ? [target] : [])).sort(),
    flaky: targets.flatMap(({ target, flaky }) => (flaky ? [target] : [])).sort(),
    outliers: machines.filter(({ outlier }) => outlier).map(({ ratio }) => Math.round(ratio)),
  }
}

const NOTHING = { slower: [], faster: [], flaky: [], outliers: [] }

describe('found is what is planted, and nothing else', () => {
  test.each([3, 14, 40])('drifts, slow machines and a flaky target among %d people', async (people) => {
    for (const seed of people < 20 ? [1, 2, 3] : [1]) {
      const plan = {
        seed,
        people,
        runsPerWeek: people < 20 ? 60 : 30,
        drifts: { test: 1.8, build: 2.2, lint: 0.5 },
        flaky: ['migrate'],
        slowMachines: { 1: 3 },
      }
      expect(found(await summaryOf(plan))).toEqual({ slower: ['build', 'test'], faster: ['lint'], flaky: ['migrate'], outliers: [3] })
    }
  })

  test('the same among 3,000 people, of whom two have slow machines', async () => {
    const plan = { seed: 5, people: 3_000, runsPerWeek: 4, drifts: { docs: 1.15 }, flaky: ['dev.up'], slowMachines: { 7: 2.6, 2900: 3.4 } }
    const summary = await summaryOf(plan)
    expect(found(summary)).toMatchObject({ slower: ['docs'], faster: [], flaky: ['dev.up'] })
    expect(summary.machines.filter(({ outlier }) => outlier).map(({ ratio }) => ratio > 2)).toEqual([true, true])
    expect(summary.people).toBe(3_000)
  })

  test('nothing in 200 teams without effects, but for two at most', async () => {
    let alarms = 0
    for (let seed = 1; seed <= 200; seed++) {
      const random = generator(seed * 7919)
      const people = 3 + Math.floor(random() * random() * 15)
      const summary = await summaryOf({ seed, people, runsPerWeek: 8 + Math.floor(random() * 8) })
      if (JSON.stringify(found(summary)) !== JSON.stringify(NOTHING)) alarms++
    }
    expect(alarms).toBeLessThanOrEqual(2)
  })
})

describe('what looks like an effect and is none', () => {
  test('people with slower machines who came late do not make targets slower', async () => {
    const plan = { seed: 11, people: 12, joinLate: 6, slowMachines: { 6: 1.4, 7: 1.4, 8: 1.4, 9: 1.4, 10: 1.4, 11: 1.4 } }
    expect(found(await summaryOf(plan))).toEqual(NOTHING)
  })

  test('a machine that is surely slower, but not by far, is no outlier', async () => {
    const { machines } = await summaryOf({ seed: 15, people: 6, runsPerWeek: 90, slowMachines: { 1: 1.3 } })
    expect(machines[0]?.cells.filter(({ z }) => z > 3.3).length).toBeGreaterThan(4)
    expect(machines.map(({ outlier }) => outlier)).not.toContain(true)
  })

  test.each([
    ['in 1970', -56 * 365 * DAY],
    ['a year late', -365 * DAY],
    ['a year ahead', 365 * DAY],
    ['three hours off', 3 * 3_600_000],
    ['two days late', -2 * DAY],
  ])('a clock %s changes nothing about the others', async (_name, off) => {
    const plan = { seed: 12, people: 9, drifts: { build: 1.9 }, wrongClocks: { 2: off } }
    expect(found(await summaryOf(plan))).toEqual({ ...NOTHING, slower: ['build'] })
  })

  test('a clock of 1970 or of next year does not stretch a period of everything', async () => {
    const plan = { seed: 13, people: 6, drifts: { test: 0.5 }, wrongClocks: { 0: -56 * 365 * DAY, 1: 365 * DAY } }
    const summary = await summarize(syntheticTeam(plan), { now: END })
    expect(found(summary)).toEqual({ ...NOTHING, faster: ['test'] })
    // The first runs of a week that begins on a weekend are of the Friday before.
    expect(summary.targets[0]?.weeks.length).toBeLessThanOrEqual(13)
    expect(summary.leftOut.wrongClock).toBeGreaterThan(0)
  })

  test('nor do a few runs of two years ago', async () => {
    const [first, ...runs] = [...syntheticTeam({ seed: 13, people: 6, drifts: { test: 0.5 } })]
    const summary = await summarize([{ ...first, startedAt: END - 700 * DAY } as Run, ...runs], { now: END })
    expect(found(summary)).toEqual({ ...NOTHING, faster: ['test'] })
    expect(summary.targets[0]?.weeks.length).toBeLessThanOrEqual(13)
  })

  test('the end of daylight saving time is in no week, and no week is longer', async () => {
    const { targets } = await summaryOf({ seed: 14, people: 5 })
    const starts = targets[0]?.weeks.map(({ from }) => from) ?? []
    expect(new Set(starts.slice(1).map((from, at) => from - (starts[at] ?? 0)))).toEqual(new Set([7 * DAY]))
  })
})

test('the order in which runs come, and runs that come twice, change nothing', async () => {
  const plan = { seed: 21, people: 8, drifts: { lint: 1.8 } }
  const runs = [...syntheticTeam(plan)]
  const shuffled = [...runs, ...runs.slice(0, 500)].sort((one, other) => (one.id ?? '').localeCompare(other.id ?? ''))
  const [first, second] = [await summaryOf(plan), await summarize(shuffled, { now: END, periodMs: 84 * DAY })]
  expect(second.leftOut.duplicates).toBe(500)
  const bare = ({ leftOut: _leftOut, targets, ...rest }: Summary) => JSON.parse(JSON.stringify({ ...rest, targets }, rounded))
  expect(bare(second)).toEqual(bare(first))
})

/** Sums in another order differ in their last digits. */
const rounded = (_key: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)
