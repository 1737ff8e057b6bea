import type { SummaryOptions } from '../../model.ts'
import type { Facts } from '../columns.ts'
import { rowsOf, type Warehouse } from '../connect.ts'
import { type FoundTable, quoted } from '../find-table.ts'
import { COUNTS, plausibleSql, runsSql } from './runs-sql.ts'

/** A table's runs with a plausible clock, in a few numbers. */
export interface Overview {
  readonly runs: number
  /** When the last one started, ms since 1970; undefined without any. */
  readonly last: number | undefined
  /** Whether runs say that they ran inside another. */
  readonly hasParents: boolean
}

const PLAIN = { hasDuplicates: false, hasParents: false }

/** Looks through a table once. */
export async function overviewOf(warehouse: Warehouse, table: FoundTable, facts: Facts, options: SummaryOptions): Promise<Overview> {
  const sql = `SELECT count(*)::float8, max(at), count(parent)::float8 FROM ${runsSql(table, facts, PLAIN)} WHERE ${COUNTS} AND ${plausibleSql(options)}`
  const [[runs, last, parents] = []] = await rowsOf(warehouse, sql)
  return { runs: Number(runs), last: last === null ? undefined : Number(last), hasParents: Number(parents) > 0 }
}

/** What has a target and is no run that counts. */
export async function leftOutOf(warehouse: Warehouse, table: FoundTable, facts: Facts): Promise<{ tests: number; unreadable: number }> {
  const sql = `SELECT count(*)::float8, sum(CASE WHEN test <> 'no' THEN 1 ELSE 0 END)::float8 FROM ${runsSql(table, facts, PLAIN)}
    WHERE target IS NOT NULL AND (${COUNTS}) IS NOT TRUE`
  const [[all, tests] = []] = await rowsOf(warehouse, sql)
  return { tests: Number(tests), unreadable: Number(all) - Number(tests) }
}

/** How many rows are there beside those that are each event's first. */
export async function countDuplicates(warehouse: Warehouse, { schema, table, columns, hasUniqueIds }: FoundTable): Promise<number> {
  if (hasUniqueIds || !columns.has('id')) return 0
  const [row] = await rowsOf(warehouse, `SELECT (count(id) - count(DISTINCT id))::float8 FROM ${quoted(schema)}.${quoted(table)}`)
  return Number(row?.[0] ?? 0)
}
