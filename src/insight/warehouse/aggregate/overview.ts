import type { SummaryOptions } from '../../model.ts'
import type { Facts } from '../columns.ts'
import { rowsOf, type Warehouse } from '../connect.ts'
import type { FoundTable } from '../find-table.ts'
import { COUNTS, LOTS, lotSql, plausibleSql, runsSql } from './runs-sql.ts'

/** A table in a few numbers. */
export interface Overview {
  /** Rows with a target, be they runs that count or not. */
  readonly rows: number
  readonly tests: number
  /** Runs that count, with a plausible clock. */
  readonly runs: number
  /** When the last of them started, ms since 1970; undefined without any. */
  readonly last: number | undefined
  /** Rows that say that they ran inside another run. */
  readonly inside: number
}

const PLAIN = { hasDuplicates: false, hasStrangers: false }

/** Looks through a table once. */
export async function overviewOf(warehouse: Warehouse, table: FoundTable, facts: Facts, options: SummaryOptions): Promise<Overview> {
  const sound = `CASE WHEN ${COUNTS} AND ${plausibleSql(options)} THEN at END`
  const sql = `SELECT count(target)::float8, sum(CASE WHEN target IS NOT NULL AND test <> 'no' THEN 1 ELSE 0 END)::float8,
    count(${sound})::float8, max(${sound}), count(parent)::float8 FROM ${runsSql(table, facts, PLAIN)}`
  const [[rows, tests, runs, last, inside] = []] = await rowsOf(warehouse, sql)
  return {
    rows: Number(rows),
    tests: Number(tests),
    runs: Number(runs),
    last: last === null ? undefined : Number(last),
    inside: Number(inside),
  }
}

/** How many runs are there beside those that are each event's first. */
export async function countDuplicates(warehouse: Warehouse, table: FoundTable, facts: Facts): Promise<number> {
  if (table.hasUniqueIds || !table.columns.has('id')) return 0
  // Numbers are sorted in a third of the time that texts take.
  const id = /^PostgreSQL (?:1[1-9]|[2-9]\d)/u.test(warehouse.version) ? 'hashtextextended(id, 0)' : 'id'
  const sql = `SELECT (count(id) - count(DISTINCT ${id}))::float8 FROM ${runsSql(table, facts, PLAIN)} WHERE ${COUNTS}`
  const [row] = await rowsOf(warehouse, sql)
  return Number(row?.[0] ?? 0)
}

/** So many runs are asked for the one that they ran inside. */
const ASKED = 1_000

/**
 * Whether there are runs inside something that is not among the runs, such as a CI service's own span: their time is then counted in
 * nothing else. To look for each one's parent takes as long as all the rest, so that is done only if one of a thousand has none.
 */
export async function hasStrangers(warehouse: Warehouse, table: FoundTable, facts: Facts, { inside }: Overview): Promise<boolean> {
  if (inside === 0) return false
  const runs = runsSql(table, facts, PLAIN)
  const share = Math.ceil((LOTS * ASKED) / inside)
  const asked = await rowsOf(warehouse, `SELECT parent FROM ${runs} WHERE parent IS NOT NULL AND ${COUNTS} AND ${lotSql()} < ${share}`)
  const parents = [...new Set(asked.map(([parent]) => String(parent)))].slice(0, 2 * ASKED)
  if (parents.length === 0) return true
  const names = parents.map((_parent, at) => `$${at + 1}`).join(', ')
  const [[found] = []] = await rowsOf(
    warehouse,
    `SELECT count(DISTINCT run_id)::float8 FROM ${runs} WHERE ${COUNTS} AND run_id IN (${names})`,
    parents,
  )
  return Number(found) < parents.length
}
