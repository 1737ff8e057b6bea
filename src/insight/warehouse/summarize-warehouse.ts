import type { World } from '../../world.ts'
import type { Summary, SummaryOptions } from '../model.ts'
import type { Tell } from '../progress.ts'
import { RunTable } from '../run-table.ts'
import { summarizeTable } from '../summarize.ts'
import { aggregate, type Subject } from './aggregate/aggregate.ts'
import { overviewOf } from './aggregate/overview.ts'
import { factsIn } from './columns.ts'
import { type Access, connect, type Warehouse } from './connect.ts'
import { findTable, quoted, type TableWish } from './find-table.ts'
import { runInRow, selection } from './rows.ts'

/** With more runs the database counts, and nothing is kept of each. */
const MOST_ROWS = 1_000_000

/** Where a team's runs are. */
export interface WarehouseWish extends Access, TableWish {
  /** With more runs the database counts; tests choose it. */
  readonly mostRows?: number
}

const TELL_MS = 200

/** A summary of the runs in a Segment warehouse. Throws with what is wrong, where, and what to do. */
export async function summarizeWarehouse(
  world: World,
  wish: WarehouseWish,
  options: SummaryOptions,
  tell: Tell = () => {},
): Promise<Summary> {
  // How long a database will take, nobody knows.
  const waiting = setInterval(() => tell(0, 0), TELL_MS)
  let warehouse: Warehouse | undefined
  try {
    warehouse = await connect(world, wish)
    const table = await findTable(warehouse, wish)
    const facts = factsIn(table)
    const overview = await overviewOf(warehouse, table, facts, options)
    const subject = { warehouse, table, facts, overview }
    if (overview.runs > (wish.mostRows ?? MOST_ROWS)) return await aggregate(subject, options)
    clearInterval(waiting)
    return await readRows(subject, options, tell)
  } finally {
    clearInterval(waiting)
    await warehouse?.close()
  }
}

async function readRows({ warehouse, table, facts, overview }: Subject, options: SummaryOptions, tell: Tell): Promise<Summary> {
  const runs = new RunTable()
  let read = 0
  const skipped = { tests: 0, unreadable: 0 }
  await warehouse.query(`SELECT ${selection(facts)} FROM ${quoted(table.schema)}.${quoted(table.table)}`, [], (rows) => {
    for (const row of rows) {
      const run = runInRow(row)
      if (typeof run === 'object') runs.add(run)
      else if (run === 'test') skipped.tests++
      else if (run === 'unreadable') skipped.unreadable++
    }
    read += rows.length
    tell(read, overview.runs)
  })
  return summarizeTable(runs, options, skipped)
}
