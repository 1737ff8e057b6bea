import type { Machine, Outcome, SampledRun, SummaryOptions } from '../../model.ts'
import type { Period } from '../../period.ts'
import { epochMs } from '../columns.ts'
import { rowsOf, type Value, type Warehouse } from '../connect.ts'
import { weeksBackSql, withinSql } from './runs-sql.ts'

/** By person: what their latest run says of their machine. */
export async function machinesIn(warehouse: Warehouse, runs: string, period: Period): Promise<Map<string, Machine>> {
  const latest = new Map<string, number>()
  const machines = new Map<string, Machine>()
  const sql = `SELECT person, os, arch, CAST(cpus AS float8), CAST(memory_gb AS float8), ${epochMs('latest')} FROM (
      SELECT person, os, arch, cpus, memory_gb, max(instant) AS latest FROM ${runs} WHERE ${withinSql(period)} GROUP BY 1, 2, 3, 4, 5
    ) AS machines WHERE os IS NOT NULL OR arch IS NOT NULL OR cpus IS NOT NULL OR memory_gb IS NOT NULL`
  await warehouse.query(sql, [], (rows) => {
    for (const [person, os, arch, cpus, memoryGb, at] of rows) {
      const key = String(person ?? '')
      if (Number(at) < (latest.get(key) ?? Number.NEGATIVE_INFINITY)) continue
      latest.set(key, Number(at))
      machines.set(key, { os: textIn(os), arch: textIn(arch), cpus: numberIn(cpus), memoryGb: numberIn(memoryGb) })
    }
  })
  return machines
}

/** By target: on how many commits it both failed and passed, of those on which it ran more than once. */
export async function mixedCommitsIn(
  warehouse: Warehouse,
  runs: string,
  period: Period,
): Promise<Map<string, readonly [mixed: number, of: number]>> {
  const rows = await rowsOf(
    warehouse,
    `SELECT target, sum(CASE WHEN passed > 0 AND failed > 0 THEN 1 ELSE 0 END)::float8, count(*)::float8 FROM (
       SELECT target, commit_time, sum(CASE WHEN outcome = 'success' THEN 1 ELSE 0 END) AS passed, sum(CASE WHEN outcome = 'failure' THEN 1 ELSE 0 END) AS failed
       FROM ${runs} WHERE ${withinSql(period)} AND commit_time <> '' AND outcome <> 'interrupted' GROUP BY 1, 2 HAVING count(*) > 1
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

/** Of how many numbers each run has one at random. */
const LOTS = 1_000_003

/**
 * Some runs of each target, picked by the milliseconds at which they started and which they took: the same ones for the same data,
 * and no row has to be sorted for it. Of you there are all.
 */
export async function sampleIn(
  warehouse: Warehouse,
  runs: string,
  { period, options, counts }: { period: Period; options: SummaryOptions; counts: ReadonlyMap<string, number> },
): Promise<PickedRun[]> {
  const { sampleSize = 0, you } = options
  if (sampleSize === 0) return []
  const targets = [...counts.keys()]
  // Twice what is wanted, so that chance leaves enough.
  const lots = targets.map((target, at) => `WHEN $${at + 2} THEN ${Math.ceil((2 * sampleSize * LOTS) / (counts.get(target) ?? 1))}`)
  const lot = `mod(CAST(mod(CAST(at AS bigint), 60000) * 7919 + mod(CAST(ms AS bigint), ${LOTS}) * 104729 AS bigint), ${LOTS})`
  const picked: PickedRun[] = []
  const sql = `SELECT target, at, CAST(ms AS float8), outcome, COALESCE(person = $1, false) FROM ${runs}
    WHERE ${withinSql(period)} AND (${lot} < CASE target ${lots.join(' ')} ELSE 0 END OR person = $1)`
  await warehouse.query(sql, [you ?? '', ...targets], (rows) => void picked.push(...rows.map(pickedIn)))
  return picked.filter(({ target }) => counts.has(target))
}

function pickedIn([target, at, ms, outcome, isYou]: readonly Value[]): PickedRun {
  return { target: String(target), startedAt: Number(at), durationMs: Number(ms), outcome: outcome as Outcome, you: isYou === true }
}

const textIn = (value: Value | undefined) => (typeof value === 'string' && value !== '' ? value : undefined)
const numberIn = (value: Value | undefined) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
