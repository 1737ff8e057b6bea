import type { Summary, SummaryOptions } from '../../model.ts'
import type { PersonFacts } from '../../outliers.ts'
import { boundsOf, type Period, periodOfAges } from '../../period.ts'
import { Names } from '../../run-table.ts'
import { sampleFrom } from '../../sample.ts'
import { shareOf } from '../../shares.ts'
import { assemble } from '../../summarize.ts'
import { type CountedTarget, describe, type TargetFacts } from '../../target.ts'
import { spansOf } from '../../trend.ts'
import type { Facts } from '../columns.ts'
import type { Warehouse } from '../connect.ts'
import type { FoundTable } from '../find-table.ts'
import { readCells, type TargetCells, type WantedTarget } from './cells.ts'
import { addHistogram, Histogram } from './histogram.ts'
import { machinesIn, mixedCommitsIn, peopleByWeek, sampleIn } from './others.ts'
import { countDuplicates, type Overview } from './overview.ts'
import { nestedSql, runsSql } from './runs-sql.ts'

/** Where the runs are, and what is known of them. */
export interface Subject {
  readonly warehouse: Warehouse
  readonly table: FoundTable
  readonly facts: Facts
  readonly overview: Overview
}

/**
 * A summary for which the database counts: what comes over the line is a histogram, and each person's part of it. Each query looks
 * through the whole table, so two run at a time, each with a half of the work where that can be.
 */
export async function aggregate(subject: Subject, options: SummaryOptions): Promise<Summary> {
  const { warehouse, table, facts, overview } = subject
  const duplicates = await countDuplicates(warehouse, table)
  const known = { hasDuplicates: duplicates > 0, hasParents: overview.hasParents }
  const bounds = boundsOf(options, overview.last)
  const histogram = new Histogram(bounds)
  const whole = { runs: runsSql(table, facts, known), nested: nestedSql(known), bounds, options }
  const middle = ((overview.first ?? 0) + (overview.last ?? 0)) / 2
  await Promise.all([`at < ${middle}`, `at >= ${middle}`].map((slice) => addHistogram(histogram, warehouse, { ...whole, slice })))
  const period = periodOfAges(bounds, histogram.ages)
  // Whether a run is inside another one is a second look into the table, and only the histogram needs it.
  const runs = runsSql(table, facts, { ...known, hasParents: false })
  const counting = { warehouse, runs, histogram, period, options, targets: histogram.targetsWithin(period.weeks) }
  const { counted, people } = await countTargets(counting)
  const { tests, unreadable } = overview
  const leftOut = { tests, unreadable, duplicates, wrongClock: histogram.ages.wrongClock, outside: period.outside }
  return assemble(period, counting.targets, counted, people, leftOut)
}

interface Counting {
  readonly warehouse: Warehouse
  readonly runs: string
  readonly histogram: Histogram
  readonly period: Period
  readonly options: SummaryOptions
  /** Every target in the period. */
  readonly targets: readonly string[]
}

async function countTargets(counting: Counting): Promise<{ counted: CountedTarget[]; people: PersonFacts[] }> {
  const { warehouse, runs, period, options, targets } = counting
  const wanted = wantedTargets(counting)
  const beside = await factsBeside(counting, wanted)
  const names = new Names()
  const runsOf = new Map<number, number>()
  const counted: CountedTarget[] = []
  const take = (cells: TargetCells) => {
    if (cells.runs.size < (options.leastPeople ?? 1)) return
    for (const [person, count] of cells.runs) runsOf.set(person, (runsOf.get(person) ?? 0) + count)
    const facts = { ...factsOf(counting, cells, beside), personCount: names.list.length }
    counted.push(describe({ period, options, targets: targets.length }, facts))
  }
  await Promise.all(halvesOf(wanted).map((half) => readCells(warehouse, { runs, period, options, people: names, wanted: half }, take)))
  const people = names.list.map((key, person): PersonFacts => {
    return { key, you: key !== '' && key === options.you, machine: beside.machines.get(key), runs: runsOf.get(person) ?? 0 }
  })
  return { counted, people }
}

function wantedTargets({ histogram, period, options, targets }: Counting): WantedTarget[] {
  const asked = targets.filter((target) => !options.targets?.length || options.targets.includes(target))
  return asked.map((target) => {
    const weekly = histogram.weekly(target, period.weeks)
    return { target, spans: spansOf(weekly), passed: weekly.reduce((sum, { length }) => sum + length, 0) }
  })
}

type Beside = Awaited<ReturnType<typeof factsBeside>>

/** What takes a query of its own for all targets together. */
async function factsBeside({ warehouse, runs, histogram, period, options }: Counting, wanted: readonly WantedTarget[]) {
  const counts = new Map(wanted.map(({ target }) => [target, histogram.times(target, period.weeks).runs]))
  const [machines, mixed, sample, present] = await Promise.all([
    machinesIn(warehouse, runs),
    mixedCommitsIn(warehouse, runs, period),
    sampleIn(warehouse, runs, { period, options, counts }),
    options.leastPeople === undefined ? undefined : peopleByWeek(warehouse, runs, period),
  ])
  return { machines, mixed, sample, present }
}

function factsOf(
  { histogram, period, options }: Counting,
  cells: TargetCells,
  { mixed, sample, present }: Beside,
): Omit<TargetFacts, 'personCount'> {
  const { target, runs, passing } = cells
  const [both, of] = mixed.get(target) ?? [0, 0]
  const own = sample.flatMap(({ target: name, ...run }) => (name === target ? [run] : []))
  return {
    target,
    people: runs.size,
    ...histogram.times(target, period.weeks),
    passing,
    weekly: histogram.weekly(target, period.weeks),
    isThin: (week) => present !== undefined && (present.get(target)?.get(week) ?? 0) < (options.leastPeople ?? 1),
    mixed: of === 0 ? undefined : shareOf(both, of),
    sample: sampleFrom(own, options.sampleSize ?? 0),
  }
}

/** Two lists with about as many runs in each; one where there is one target. */
function halvesOf(wanted: readonly WantedTarget[]): WantedTarget[][] {
  const halves = [0, 1].map(() => ({ runs: 0, list: [] as WantedTarget[] })) as [Half, Half]
  for (const target of wanted.toSorted((one, other) => other.passed - one.passed)) {
    const half = halves[0].runs <= halves[1].runs ? halves[0] : halves[1]
    half.runs += target.passed
    half.list.push(target)
  }
  return halves.map(({ list }) => list).filter(({ length }) => length > 0)
}

interface Half {
  runs: number
  readonly list: WantedTarget[]
}
