import { printable } from '../../messages.ts'
import { rowsOf, type Warehouse } from './connect.ts'

/** What is said about where the runs are; what is missing is looked for. */
export interface TableWish {
  readonly schema: string | undefined
  readonly table: string | undefined
  /** The name of the event of a run, from the project file; undefined outside of a project. */
  readonly event: string | undefined
}

/** A table, with the types of its columns as pg_type names them. */
export interface FoundTable {
  readonly schema: string
  readonly table: string
  readonly columns: ReadonlyMap<string, string>
  /** Whether no ID is there twice. */
  readonly hasUniqueIds: boolean
}

/** Without these it is not a table of runs. */
const NEEDED = ['command', 'duration_ms', 'outcome']

/** Segment's name for the table of an event: `devstack.command.run` becomes `devstack_command_run`. */
export function tableOf(event: string): string {
  return event.replace(/[^a-z0-9]+/gu, '_')
}

/** Finds the table of runs and its columns. Throws with what to do where there is none, more than one, or no right to read it. */
export async function findTable(warehouse: Warehouse, { schema, table, event }: TableWish): Promise<FoundTable> {
  const name = table ?? (event === undefined ? undefined : tableOf(event))
  const found =
    name === undefined
      ? []
      : (await tablesWith('c.relname = $1', warehouse, [name])).filter((one) => schema === undefined || one.schema === schema)
  const [first, second] = found
  if (first === undefined) throw new Error(await nothingFound(warehouse, name, schema))
  if (second !== undefined) {
    const schemas = found.map((one) => printable(one.schema)).join(', ')
    throw new Error(`${warehouse.name} has a table ${printable(first.table)} in several schemas: ${schemas}; name one with --schema`)
  }
  if (!first.mayRead) throw new Error(noRight(warehouse, first))
  return {
    schema: first.schema,
    table: first.table,
    columns: await columnsOf(warehouse, first),
    hasUniqueIds: await hasUniqueIds(warehouse, first),
  }
}

interface Candidate {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly mayRead: boolean
}

/** Tables and views; information_schema would hide those without a right to them, and materialized views. */
async function tablesWith(condition: string, warehouse: Warehouse, values: readonly string[]): Promise<Candidate[]> {
  const rows = await rowsOf(
    warehouse,
    `SELECT c.oid::int8::text, n.nspname::text, c.relname::text,
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND ${condition}
     ORDER BY 2, 3`,
    values,
  )
  return rows.map(([oid, schema, table, mayRead]) => ({
    oid: Number(oid),
    schema: String(schema),
    table: String(table),
    mayRead: mayRead === true,
  }))
}

async function columnsOf(warehouse: Warehouse, { oid, schema, table }: Candidate): Promise<Map<string, string>> {
  const rows = await rowsOf(
    warehouse,
    `SELECT a.attname::text, t.typname::text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = ${oid} AND a.attnum > 0 AND NOT a.attisdropped`,
  )
  const columns = new Map(rows.map(([name, type]) => [String(name), String(type)]))
  const missing = NEEDED.filter((name) => !columns.has(name))
  if (missing.length > 0)
    throw new Error(
      `${printable(schema)}.${printable(table)} has no column ${missing.join(', ')}, so it is no table of runs; name another one with --table`,
    )
  return columns
}

/** A unique index on the IDs alone promises it; without one they have to be counted. */
async function hasUniqueIds(warehouse: Warehouse, { oid }: Candidate): Promise<boolean> {
  const rows = await rowsOf(
    warehouse,
    `SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = ${oid} AND a.attname = 'id' AND i.indisunique AND i.indnatts = 1 AND i.indpred IS NULL AND i.indexprs IS NULL`,
  )
  return rows.length > 0
}

function noRight({ name }: Warehouse, { schema, table }: Candidate): string {
  const place = `${printable(quoted(schema))}.${printable(quoted(table))}`
  return `${name}: this user may not read ${place}; its owner can grant it: GRANT USAGE ON SCHEMA ${printable(quoted(schema))} TO …; GRANT SELECT ON ${place} TO …`
}

/** What was looked for, and tables that look as if they were meant. */
async function nothingFound(warehouse: Warehouse, name: string | undefined, schema: string | undefined): Promise<string> {
  const has = (column: string) => `EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = '${column}')`
  const alike = await tablesWith(NEEDED.map(has).join(' AND '), warehouse, [])
  const where = schema === undefined ? '' : ` in the schema ${printable(schema)}`
  const what =
    name === undefined
      ? 'no project file here names the event, so it is not known which table to read'
      : `${warehouse.name} has no table ${printable(name)}${where}`
  const some = alike.slice(0, 5).map((one) => `${printable(one.schema)}.${printable(one.table)}`)
  return some.length === 0
    ? `${what}, nor any with runs that this user can see; name it with --schema and --table`
    : `${what}; these look like runs: ${some.join(', ')}${alike.length > some.length ? ', …' : ''}; name one with --schema and --table`
}

/** A name as an identifier in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
