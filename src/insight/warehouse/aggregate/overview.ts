import type { SummaryOptions } from '../../model.ts'
import { latestOf } from '../../period.ts'
import type { Facts } from '../columns.ts'
import { rowsOf, type Warehouse } from '../connect.ts'
import { type FoundTable, quoted } from '../find-table.ts'
import { COUNTS, plausibleSql, runsSql } from './runs-sql.ts'

/** A table in a few numbers. */
export interface Overview {
  /** Rows that are runs and count. */
  readonly runs: number
  readonly tests: number
  readonly unreadable: number
  /** When the first and the last one started, of those with a plausible clock, ms since 1970; undefined without any. */
  readonly first: number | undefined
  readonly last: number | undefined
  readonly hasParents: boolean
}

/** Looks through a table once. */
export async function overviewOf(warehouse: Warehouse, table: FoundTable, facts: Facts, options: SummaryOptions): Promise<Overview> {
  const runs = runsSql(table, facts, { hasDuplicates: false, hasParents: false })
  const isTest = `target IS NOT NULL AND test <> 'no'`
  const counts = `CASE WHEN ${COUNTS} THEN`
  const plausible = `${counts} CASE WHEN ${plausibleSql(latestOf(options))} THEN at END END`
  const [row = []] = await rowsOf(
    warehouse,
    `SELECT sum(${counts} 1 ELSE 0 END)::float8, sum(CASE WHEN ${isTest} THEN 1 ELSE 0 END)::float8, count(target)::float8,
       min(${plausible}), max(${plausible}), count(parent)::float8 FROM ${runs}`,
  )
  const [counted, tests, all, first, last, parents] = row.map((value) => (value === null ? undefined : Number(value)))
  const [runCount, testCount] = [counted ?? 0, tests ?? 0]
  return { runs: runCount, tests: testCount, unreadable: (all ?? 0) - runCount - testCount, first, last, hasParents: (parents ?? 0) > 0 }
}

/** How many rows are there beside those that are each event's first. */
export async function countDuplicates(warehouse: Warehouse, { schema, table, columns, hasUniqueIds }: FoundTable): Promise<number> {
  if (hasUniqueIds || !columns.has('id')) return 0
  const [row] = await rowsOf(warehouse, `SELECT (count(id) - count(DISTINCT id))::float8 FROM ${quoted(schema)}.${quoted(table)}`)
  return Number(row?.[0] ?? 0)
}
