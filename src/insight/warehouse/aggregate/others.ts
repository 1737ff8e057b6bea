import type { Machine, Outcome, SampledRun, SummaryOptions } from '../../model.ts'
import type { Period } from '../../period.ts'
import { rowsOf, type Value, type Warehouse } from '../connect.ts'
import { onlySql, type Question } from './people.ts'
import { COUNTS, choiceSql, LOTS, lotSql, weeksBackSql, withinSql } from './runs-sql.ts'

/** A machine is known of these runs. */
const HAS_MACHINE = 'os IS NOT NULL OR arch IS NOT NULL OR cpus IS NOT NULL OR memory_gb IS NOT NULL'

/**
 * By person: what the last of their runs of the given targets says of their machine. Grouping all runs by machine would take six
 * times as long.
 */
export async function machinesIn(warehouse: Warehouse, question: Omit<Question, 'people'>): Promise<Map<string, Machine>> {
  const { runs, period } = question
  const parameters: string[] = []
  const last = `SELECT person, max(instant)::text FROM ${runs}
    WHERE ${withinSql(period)} AND (${HAS_MACHINE}) AND ${onlySql(question, parameters)} GROUP BY 1`
  const instants = new Map((await rowsOf(warehouse, last, parameters)).map(([person, instant]) => [String(person ?? ''), String(instant)]))
  const machines = new Map<string, Machine>()
  const times = [...new Set(instants.values())].filter((time) => INSTANT.test(time))
  if (times.length === 0) return machines
  const sql = `SELECT person, instant::text, os, arch, CAST(cpus AS float8), CAST(memory_gb AS float8) FROM ${runs}
    WHERE ${COUNTS} AND (${HAS_MACHINE}) AND instant IN (${times.map((time) => `'${time}'`).join(', ')})`
  await warehouse.query(sql, [], (rows) => {
    for (const [person, instant, os, arch, cpus, memoryGb] of rows) {
      const key = String(person ?? '')
      if (instants.get(key) !== instant) continue
      machines.set(key, { os: textIn(os), arch: textIn(arch), cpus: numberIn(cpus), memoryGb: numberIn(memoryGb) })
    }
  })
  return machines
}

/** As a timestamp is written in a session whose style is ISO. */
const INSTANT = /^[\d.:+ -]+$/u

/** By target: on how many commits it both failed and passed, of those on which it ran more than once. */
export async function mixedCommitsIn(
  warehouse: Warehouse,
  runs: string,
  period: Period,
): Promise<Map<string, readonly [mixed: number, of: number]>> {
  const rows = await rowsOf(
    warehouse,
    `SELECT target, sum(CASE WHEN passed > 0 AND failed > 0 THEN 1 ELSE 0 END)::float8, count(*)::float8 FROM (
       SELECT target, commit_mark, sum(CASE WHEN outcome = 'success' THEN 1 ELSE 0 END) AS passed, sum(CASE WHEN outcome = 'failure' THEN 1 ELSE 0 END) AS failed
       FROM ${runs} WHERE ${withinSql(period)} AND commit_mark <> '' AND outcome <> 'interrupted' GROUP BY 1, 2 HAVING count(*) > 1
     ) AS commits GROUP BY 1`,
  )
  return new Map(rows.map(([target, mixed, of]) => [String(target), [Number(mixed), Number(of)]]))
}

/** By target and week, counted from the oldest: how many people's runs passed. */
export async function peopleByWeek(warehouse: Warehouse, runs: string, period: Period): Promise<Map<string, Map<number, number>>> {
  const rows = await rowsOf(
    warehouse,
    `SELECT target, week, count(*)::float8 FROM (
       SELECT target, ${weeksBackSql(period.to)} AS week, person FROM ${runs} WHERE ${withinSql(period)} AND outcome = 'success' GROUP BY 1, 2, 3
     ) AS present GROUP BY 1, 2`,
  )
  const people = new Map<string, Map<number, number>>()
  for (const [target, at, count] of rows) {
    const own = people.get(String(target)) ?? new Map<number, number>()
    people.set(String(target), own.set(period.weeks - 1 - Number(at), Number(count)))
  }
  return people
}

/** A run that was picked for a strip. */
export interface PickedRun extends SampledRun {
  readonly target: string
}

/** Some runs of each target, the same ones for the same data. Of you there are all. */
export async function sampleIn(
  warehouse: Warehouse,
  runs: string,
  { period, options, counts }: { period: Period; options: SummaryOptions; counts: ReadonlyMap<string, number> },
): Promise<PickedRun[]> {
  const { sampleSize = 0, you } = options
  if (sampleSize === 0) return []
  const parameters = [you ?? '']
  const lots = choiceSql(
    [...counts].map(([target, count]) => [target, String(lotsFor(sampleSize / count))]),
    parameters,
  )
  const own = "COALESCE(person = NULLIF($1, ''), false)"
  const picked: PickedRun[] = []
  const sql = `SELECT target, at, CAST(ms AS float8), outcome, ${own} FROM ${runs} WHERE ${withinSql(period)} AND (${lotSql()} < ${lots} OR ${own})`
  await warehouse.query(sql, parameters, (rows) => void picked.push(...rows.map(pickedIn)))
  return picked.filter(({ target }) => counts.has(target))
}

/** Twice what is wanted or more, so that chance leaves enough; a power of two, so that many targets have the same. */
function lotsFor(share: number): number {
  return Math.min(LOTS, 2 ** Math.ceil(Math.log2(2 * share * LOTS)))
}

function pickedIn([target, at, ms, outcome, isYou]: readonly Value[]): PickedRun {
  return { target: String(target), startedAt: Number(at), durationMs: Number(ms), outcome: outcome as Outcome, you: isYou === true }
}

const textIn = (value: Value | undefined) => (typeof value === 'string' && value !== '' ? value : undefined)
const numberIn = (value: Value | undefined) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
