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
import { type Histogram, readHistogram } from './histogram.ts'
import { machinesIn, mixedCommitsIn, peopleByWeek, sampleIn } from './others.ts'
import { countDuplicates, hasStrangers, type Overview } from './overview.ts'
import { type PeopleRuns, readPeople, type WantedTarget } from './people.ts'
import { type Known, nestedSql, runsSql } from './runs-sql.ts'

/** Where the runs are, and what is known of them. */
export interface Subject {
  readonly warehouse: Warehouse
  readonly table: FoundTable
  readonly facts: Facts
  readonly overview: Overview
}

/**
 * A summary for which the database counts: what comes over the line is a histogram, and four digits a run. Each query looks through
 * the whole table, so two run at a time.
 */
export async function aggregate(subject: Subject, options: SummaryOptions): Promise<Summary> {
  const { warehouse, table, facts, overview } = subject
  const usual = { hasDuplicates: false, hasStrangers: false }
  const [first, duplicates, strangers] = await Promise.all([
    histogramOf(subject, options, usual),
    countDuplicates(warehouse, table, facts),
    hasStrangers(warehouse, table, facts, overview),
  ])
  const known = { hasDuplicates: duplicates > 0, hasStrangers: strangers }
  const histogram = known.hasDuplicates || strangers ? await histogramOf(subject, options, known) : first
  const period = periodOfAges(boundsOf(options, overview.last), histogram.ages)
  // Whether a run is inside another one is a second look into the table, and only the histogram needs it.
  const runs = runsSql(table, facts, { ...known, hasStrangers: false })
  const counting = { warehouse, runs, histogram, period, options, targets: histogram.targetsWithin(period.weeks) }
  const { counted, people } = await countTargets(counting)
  const { rows, tests } = overview
  const skipped = { tests, unreadable: rows - tests - first.runs }
  const leftOut = { ...skipped, duplicates, wrongClock: histogram.ages.wrongClock, outside: period.outside }
  return assemble(period, counting.targets, counted, people, leftOut)
}

function histogramOf({ warehouse, table, facts, overview }: Subject, options: SummaryOptions, known: Known): Promise<Histogram> {
  const bounds = boundsOf(options, overview.last)
  return readHistogram(warehouse, { runs: runsSql(table, facts, known), nested: nestedSql(known), bounds, options })
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
  if (wanted.length === 0) return { counted: [], people: [] }
  const names = new Names()
  const runsOf = new Map<number, number>()
  const counted: CountedTarget[] = []
  const take = async (own: PeopleRuns) => {
    if (own.runs.size < (options.leastPeople ?? 1)) return
    for (const [person, count] of own.runs) runsOf.set(person, (runsOf.get(person) ?? 0) + count)
    const facts = { ...factsOf(counting, own, await beside), personCount: names.list.length }
    counted.push(describe({ period, options, targets: targets.length }, facts))
  }
  const question = { runs, period, wanted, isAll: wanted.length === targets.length }
  // It takes longest, so it goes first, and the others share the second connection.
  const read = readPeople(warehouse, { ...question, people: names }, take)
  const beside = factsBeside(counting, wanted)
  const [machines] = await Promise.all([machinesIn(warehouse, question), beside, read])
  const facts = names.list.map((key, person): PersonFacts => {
    return { key, you: key !== '' && key === options.you, machine: machines.get(key), runs: runsOf.get(person) ?? 0 }
  })
  return { counted, people: facts }
}

function wantedTargets({ histogram, period, options, targets }: Counting): WantedTarget[] {
  const asked = targets.filter((target) => !options.targets?.length || options.targets.includes(target))
  return asked.map((target) => {
    const weekly = histogram.passedByWeek(target, period.weeks)
    return { target, spans: spansOf(weekly), passed: weekly.reduce((sum, count) => sum + count, 0) }
  })
}

type Beside = Awaited<ReturnType<typeof factsBeside>>

/** What takes a query of its own for all targets together. */
async function factsBeside({ warehouse, runs, histogram, period, options }: Counting, wanted: readonly WantedTarget[]) {
  const counts = new Map(wanted.map(({ target }) => [target, histogram.times(target, period.weeks).runs]))
  const [mixed, sample, present] = await Promise.all([
    mixedCommitsIn(warehouse, runs, period),
    sampleIn(warehouse, runs, { period, options, counts }),
    options.leastPeople === undefined ? undefined : peopleByWeek(warehouse, runs, period),
  ])
  return { mixed, sample, present }
}

function factsOf(
  { histogram, period, options }: Counting,
  { target, runs, passing }: PeopleRuns,
  { mixed, sample, present }: Beside,
): Omit<TargetFacts, 'personCount'> {
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
