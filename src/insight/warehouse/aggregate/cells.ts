import { type SummaryOptions, WEEK_MS } from '../../model.ts'
import { Packing, type Passing } from '../../passing.ts'
import { latestOf, type Period } from '../../period.ts'
import type { Names } from '../../run-table.ts'
import type { Spans } from '../../trend.ts'
import type { Warehouse } from '../connect.ts'
import { bucketSql, Spread } from './buckets.ts'
import { COUNTS } from './runs-sql.ts'

/** Which part of the period a run is of: the first weeks of its target, the last, those between; or it did not pass. */
const FIRST = 0
const LAST = 1
const BETWEEN = 2
const NOT_PASSED = 3
/** A cell's part and bucket in one number. */
const PART = 100_000

/** A target to be read, with its spans; undefined where it was run in one week only. */
export interface WantedTarget {
  readonly target: string
  readonly spans: Spans | undefined
  readonly passed: number
}

/** Of a target: how many runs of each person there are, by part of the period and duration. */
export interface TargetCells {
  readonly target: string
  /** Runs by person, by number, with those that did not pass. */
  readonly runs: ReadonlyMap<number, number>
  readonly passing: Passing
}

/** More passing runs than this of one target are thinned out evenly, person by person: what two million don't show is no matter. */
const MOST_OF_TARGET = 2_000_000

/** Reads some targets, one after the other; only one is in memory at a time. */
export async function readCells(
  warehouse: Warehouse,
  {
    runs,
    period,
    options,
    people,
    wanted,
  }: { runs: string; period: Period; options: SummaryOptions; people: Names; wanted: readonly WantedTarget[] },
  take: (cells: TargetCells) => void,
): Promise<void> {
  let gathered: Gathered | undefined
  const finish = () => {
    if (gathered !== undefined) take(passingOf(gathered, period, people))
  }
  await warehouse.query(
    cellsSql(runs, period, options, wanted, / Redshift /u.test(warehouse.version)),
    wanted.map(({ target }) => target),
    (rows) => {
      for (const [name, person, list] of rows) {
        if (gathered?.wanted.target !== name) {
          finish()
          const now = wanted.find(({ target }) => target === name)
          if (now === undefined) continue
          gathered = { wanted: now, lists: [] }
        }
        gathered?.lists.push([people.numberOf(String(person ?? '')), Int32Array.from(String(list).split(/[:,]/u), Number)])
      }
    },
  )
  finish()
}

interface Gathered {
  readonly wanted: WantedTarget
  /** For each person, by number: cells and counts by turns. */
  readonly lists: (readonly [person: number, cells: Int32Array])[]
}

/**
 * The runs of each person in one row, as `cell:count,…`: that is a fifth of the rows, and a third of the bytes, that one a cell would be.
 */
function cellsSql(
  runs: string,
  { from, to, weeks }: Period,
  options: SummaryOptions,
  wanted: readonly WantedTarget[],
  isRedshift: boolean,
): string {
  const startOf = (week: number) => to - (weeks - week) * WEEK_MS
  const parts = wanted.map(({ spans }, at) => {
    const first = spans?.first ?? 0
    const [until, since] =
      spans === undefined ? [startOf(0), latestOf(options) + 1] : [startOf(first + spans.weeks), startOf(weeks - spans.weeks)]
    return `SELECT CAST($${at + 1} AS text) AS name, ${startOf(first)} AS first_from, ${until} AS first_until, ${since} AS last_from`
  })
  const part = `CASE WHEN at >= last_from THEN ${LAST} WHEN at >= first_from AND at < first_until THEN ${FIRST} ELSE ${BETWEEN} END`
  const cell = `CASE WHEN outcome = 'success' THEN ${part} * ${PART} + ${bucketSql('ms')} ELSE ${NOT_PASSED * PART} END`
  const item = `CAST(cell AS bigint) || ':' || n`
  return `SELECT target, person, ${isRedshift ? `listagg(${item}, ',')` : `string_agg(${item}, ',')`} FROM (
      SELECT target, person, ${cell} AS cell, count(*) AS n FROM ${runs} JOIN (${parts.join(' UNION ALL ')}) AS wanted ON wanted.name = run.target
      WHERE ${COUNTS} AND at >= ${from} AND at <= ${to + DAY_MS} GROUP BY 1, 2, 3
    ) AS cells GROUP BY 1, 2 ORDER BY 1`
}

const DAY_MS = 86_400_000

function passingOf({ wanted, lists }: Gathered, { weeks }: Period, people: Names): TargetCells {
  const { target, spans, passed } = wanted
  const share = Math.min(1, MOST_OF_TARGET / Math.max(1, passed))
  const weekOfPart = { [FIRST]: spans?.first ?? 0, [LAST]: weeks - 1, [BETWEEN]: weekBetween(spans, weeks) }
  const runs = new Map<number, number>()
  const packing = new Packing(Math.ceil(sizeOf(lists) * share) + lists.length, people.list.length, weeks)
  const spread = new Spread()
  for (const [person, cells] of lists) {
    let due = 0
    for (let at = 0; at < cells.length; at += 2) {
      const [cell, count] = [cells[at] as number, cells[at + 1] as number]
      const part = Math.floor(cell / PART)
      runs.set(person, (runs.get(person) ?? 0) + count)
      if (part === NOT_PASSED) continue
      due += count * share
      for (; due >= 0.5; due--) packing.add(spread.next(cell % PART), person, weekOfPart[part as 0] ?? 0)
    }
  }
  return { target, runs, passing: packing.sorted() }
}

const sizeOf = (lists: Gathered['lists']) =>
  lists.reduce(
    (sum, [, cells]) =>
      sum + cells.reduce((own, count, at) => own + (at % 2 === 0 || (cells[at - 1] ?? 0) >= NOT_PASSED * PART ? 0 : count), 0),
    0,
  )

/** A week that is neither among the first nor the last; where there is none, no run needs it. */
function weekBetween(spans: Spans | undefined, weeks: number): number {
  if (spans === undefined) return 0
  const after = spans.first + spans.weeks
  return after < weeks - spans.weeks ? after : 0
}
