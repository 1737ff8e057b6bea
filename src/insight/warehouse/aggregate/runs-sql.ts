import { type SummaryOptions, WEEK_MS } from '../../model.ts'
import { EARLIEST, latestOf, type Period } from '../../period.ts'
import { epochMs, type Facts } from '../columns.ts'
import { type FoundTable, quoted } from '../find-table.ts'
import { LONGEST } from './buckets.ts'

/** A run that counts, by what `runOf` goes by. */
export const COUNTS = `target <> '' AND instant IS NOT NULL AND ms >= 0 AND ms < ${LONGEST} AND outcome IN ('success', 'failure', 'interrupted')
  AND (test IS NULL OR test = 'no')`

/** What is known of a table before anything is counted by target. */
export interface Known {
  readonly hasDuplicates: boolean
  /** Whether runs ran inside something that is not among the runs. */
  readonly hasStrangers: boolean
}

/** A table's rows with the facts about runs under their own names, as something to select from, called `run`; each event once. */
export function runsSql(table: FoundTable, facts: Facts, { hasDuplicates, hasStrangers }: Known): string {
  const from = `${quoted(table.schema)}.${quoted(table.table)}`
  const columns = [
    `${facts.id} AS id`,
    `${facts.instant} AS instant`,
    `${epochMs(facts.instant)} AS at`,
    `${facts.target} AS target`,
    `${facts.duration} AS ms`,
    `${facts.outcome} AS outcome`,
    `${facts.test} AS test`,
    `${facts.person} AS person`,
    `${facts.commit} AS commit_mark`,
    `${facts.runId} AS run_id`,
    `NULLIF(${facts.parentRunId}, '') AS parent`,
    `${facts.os} AS os`,
    `${facts.arch} AS arch`,
    `${facts.cpus} AS cpus`,
    `${facts.memoryGb} AS memory_gb`,
  ].join(', ')
  const rows = hasDuplicates ? onceEach(from, facts.id, columns) : `(SELECT ${columns} FROM ${from}) AS run`
  return hasStrangers ? `${rows} LEFT JOIN ${parents(from, facts)} AS outer_run ON outer_run.outer_id = run.parent` : rows
}

/** Whether a run's time is within another's: that one has to be among the runs. */
export function nestedSql({ hasStrangers }: Known): string {
  return hasStrangers ? 'outer_run.outer_id IS NOT NULL' : 'parent IS NOT NULL'
}

/** Few events are there twice, if any, so only those are sorted. */
function onceEach(from: string, id: string, columns: string): string {
  const twice = `SELECT ${id} FROM ${from} GROUP BY 1 HAVING count(*) > 1`
  return `(SELECT ${columns} FROM ${from} WHERE ${id} IS NULL OR ${id} NOT IN (SELECT id FROM (${twice}) AS twice(id) WHERE id IS NOT NULL)
    UNION ALL SELECT ${NAMES} FROM (
      SELECT ${columns}, row_number() OVER (PARTITION BY ${id} ORDER BY ${id}) AS copy FROM ${from} WHERE ${id} IN (${twice})
    ) AS copies WHERE copy = 1) AS run`
}

const NAMES = 'id, instant, at, target, ms, outcome, test, person, commit_mark, run_id, parent, os, arch, cpus, memory_gb'

function parents(from: string, { runId, parentRunId }: Facts): string {
  return `(SELECT DISTINCT ${runId} AS outer_id FROM ${from} WHERE ${runId} IN (SELECT ${parentRunId} FROM ${from} WHERE ${parentRunId} IS NOT NULL))`
}

/** Whether a clock may have been right. */
export function plausibleSql(options: SummaryOptions): string {
  return `instant >= ${instantSql(EARLIEST)} AND instant <= ${instantSql(latestOf(options))}`
}

/** A run that counts, in a period. */
export function withinSql({ from, to }: Period): string {
  return `${COUNTS} AND instant >= ${instantSql(from)} AND instant <= ${instantSql(latestOf({ now: to }))}`
}

/** A time, given in ms since 1970. */
export function instantSql(ms: number): string {
  return `timestamptz '${new Date(ms).toISOString()}'`
}

/**
 * SQL for a value that depends on the target. Many have the same one, and what most have needs no look at the target. Names go to
 * `parameters`.
 */
export function choiceSql(values: Iterable<readonly [target: string, sql: string]>, parameters: string[]): string {
  const groups = new Map<string, string[]>()
  for (const [target, sql] of values) groups.set(sql, [...(groups.get(sql) ?? []), target])
  const [[usual] = ['NULL'], ...others] = [...groups].sort(([, one], [, other]) => other.length - one.length)
  if (others.length === 0) return usual
  const cases = others.map(
    ([sql, targets]) => `WHEN target IN (${targets.map((target) => `$${parameters.push(target)}`).join(', ')}) THEN ${sql}`,
  )
  return `CASE ${cases.join(' ')} ELSE ${usual} END`
}

/** Of how many numbers each run has one at random. */
export const LOTS = 1_000_003

/** A number below LOTS, from the milliseconds at which a run started and which it took: the same one whenever it is asked. */
export function lotSql(): string {
  const lot = `mod(mod(CAST(at AS bigint), 60000) * 7919 + mod(CAST(ms AS bigint), ${LOTS}) * 104729, ${LOTS})`
  // The end of all time is a time as well, but no number.
  return `CASE WHEN abs(at) < ${LONGEST} AND ms < ${LONGEST} THEN ${lot} ELSE ${LOTS} END`
}

/** How many weeks before the end of a period a run is. */
export function weeksBackSql(to: number): string {
  return `GREATEST(floor((${to - 1} - at) / ${WEEK_MS}), 0)`
}
