import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import postgres from 'postgres'
import type { Run } from '../../src/insight/model.ts'
import type { Postgres } from './postgres.ts'

/** A run as Segment's warehouse has it: a row, with its own columns around the event's fields. */
export type Row = Readonly<Record<string, unknown>>

/** Types as Segment makes them from the first value (its documentation, "Warehouse schemas"). */
const TYPES: Readonly<Record<string, string>> = {
  timestamp: 'timestamptz',
  start_time: 'timestamptz',
  original_timestamp: 'timestamptz',
  received_at: 'timestamptz',
  git_commit_time: 'timestamptz',
  duration_ms: 'bigint',
  exit_status: 'bigint',
  cpu_count: 'bigint',
  memory_gb: 'bigint',
  git_dirty: 'boolean',
}

/** The fields of a run's event, as this tool sends them. */
export function fieldsOf(run: Run): Row {
  const fields = {
    command_type: 'make',
    command: run.target,
    start_time: new Date(run.startedAt).toISOString(),
    duration_ms: run.durationMs,
    exit_status: run.outcome === 'success' ? 0 : 2,
    outcome: run.outcome,
    git_commit_time: run.commit && `${new Date(run.startedAt).toISOString().slice(0, 10)}T00:00:00Z`,
    git_commit_pseudonym: run.commit,
    git_dirty: run.commit === undefined,
    os_type: run.machine?.os,
    host_arch: run.machine?.arch,
    cpu_count: run.machine?.cpus,
    memory_gb: run.machine?.memoryGb,
    is_test: 'no',
    run_id: run.runId,
    parent_run_id: run.parentRunId,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** A run as a row. */
export function rowOf(run: Run): Row {
  const at = new Date(run.startedAt).toISOString()
  const own = { id: run.id, anonymous_id: run.person, event: 'shop_command_run', timestamp: at, original_timestamp: at, received_at: at }
  return { ...own, ...fieldsOf(run) }
}

/** A run as the file destination writes it. */
export function plainLine(run: Run): string {
  const timestamp = new Date(run.startedAt).toISOString()
  return JSON.stringify({ messageId: run.id, event: 'shop.command.run', anonymousId: run.person, timestamp, ...fieldsOf(run) })
}

/** A run as `log --json` prints it; there is nobody's ID in it. */
export function ledgerLine(run: Run): string {
  return JSON.stringify({ type: 'run', id: run.id, ...fieldsOf(run) })
}

/** A run as Segment puts it into a bucket: the call as it came, with what Segment adds. */
export function exportedLine(run: Run): string {
  const timestamp = new Date(run.startedAt).toISOString()
  return JSON.stringify({
    anonymousId: run.person,
    context: { library: { name: '@segment/analytics-node', version: '3.1.0' } },
    event: 'shop.command.run',
    integrations: {},
    messageId: run.id,
    originalTimestamp: timestamp,
    properties: fieldsOf(run),
    receivedAt: timestamp,
    sentAt: timestamp,
    timestamp,
    type: 'track',
    userId: null,
    writeKey: 'KEY',
  })
}

/** How a table is to differ from Segment's. */
export interface TableWish {
  readonly schema?: string
  readonly table?: string
  readonly types?: Readonly<Record<string, string>>
  readonly without?: readonly string[]
}

/** Makes a table with a column for every fact that a row has, and fills it. */
export async function makeTable(server: Postgres, rows: readonly Row[], wish: TableWish = {}): Promise<void> {
  const { schema = 'shop', table = 'shop_command_run', types = {}, without = [] } = wish
  const sql = postgres({ host: server.folder, port: server.port, user: 'postgres', database: 'postgres', onnotice: () => {} })
  const name = `${quoted(schema)}.${quoted(table)}`
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((column) => !without.includes(column))
  const typed = columns.map((column) => `${quoted(column)} ${types[column] ?? TYPES[column] ?? 'text'}`)
  await sql.unsafe(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}; CREATE TABLE ${name} (${[...typed, 'nr bigserial'].join(', ')})`)
  const named = columns.map(quoted).join(', ')
  const fill = `INSERT INTO ${name} (${named}) SELECT ${named} FROM jsonb_populate_recordset(NULL::${name}, $1::text::jsonb)`
  for (let at = 0; at < rows.length; at += 5_000) await sql.unsafe(fill, [JSON.stringify(rows.slice(at, at + 5_000))])
  // A short row is put where an earlier page has room; samples are the same for the same order.
  const index = quoted(`order of ${table}`)
  await sql.unsafe(
    `CREATE INDEX ${index} ON ${name} (nr); CLUSTER ${name} USING ${index}; ALTER TABLE ${name} DROP COLUMN nr; ANALYZE ${name}`,
  )
  await sql.end()
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A certificate for a host, signed by itself, and its key, PEM; the certificate is in a file too. Throws without openssl. */
export function certificate(folder: string, host: string): { cert: string; key: string; file: string } {
  const words = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${host} -addext subjectAltName=DNS:${host}`
  execFileSync('openssl', [...words.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: 'ignore' })
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => fs.readFileSync(path.join(folder, name), 'utf8')) as [string, string]
  return { cert, key, file: path.join(folder, 'cert.pem') }
}
