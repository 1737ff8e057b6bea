import * as fs from 'node:fs'
import * as path from 'node:path'
import postgres from 'postgres'
import { printable } from '../../messages.ts'
import type { World } from '../../world.ts'
import { type Address, nameOf, readAddress } from './address.ts'
import { passwordFor } from './password.ts'
import { explain } from './trouble.ts'

/** Rows that the server hands over at a time. */
const ROWS_AT_ONCE = 2000

/** How many queries run at the same time. */
const CONNECTIONS = 2

/** A value in a row. */
export type Value = string | number | boolean | null

/** A warehouse that is open for reading. */
export interface Warehouse {
  /** Where it is, for people; without a password. */
  readonly name: string
  /** What `version()` says. */
  readonly version: string
  /** Runs a query, in a transaction of its own that may only read; rows come in pieces, and the next piece waits for `take`. */
  query(
    sql: string,
    values: readonly (string | number)[],
    take: (rows: readonly (readonly Value[])[]) => Promise<void> | void,
  ): Promise<void>
  close(): Promise<void>
}

/** How to reach a warehouse. */
export interface Access {
  /** A connection URI. */
  readonly uri: string
  /** How long one query may take, s. */
  readonly limitSeconds: number
}

/**
 * Connects. Throws, here and in queries, with what is wrong, where, and what to do; never with the password.
 */
export async function connect(world: World, { uri, limitSeconds }: Access): Promise<Warehouse> {
  const address = readAddress(uri, world.env, world.env.USER ?? world.env.LOGNAME)
  const { password, complaint } = passwordFor(address, world)
  const tls = tlsOf(address, world)
  const sql = postgres(settings(address, password, tls))
  const name = nameOf(address)
  const known = { name, limitSeconds, passwordComplaint: complaint, hasPassword: password !== undefined, wantsTls: typeof tls === 'object' }
  const run: Warehouse['query'] = async (text, values, take) => {
    try {
      await sql.begin('isolation level repeatable read read only', async (session) => {
        await session.unsafe(preparation(limitSeconds)).simple()
        let taken = Promise.resolve()
        await session
          .unsafe(text, [...values])
          .values()
          .cursor(ROWS_AT_ONCE, (rows) => {
            taken = (async () => take(rows as unknown as Value[][]))()
            // Whoever waits for it below learns of a failure, but perhaps only later.
            taken.catch(() => {})
            return taken
          })
        // The query is over with its last rows, whether they have been taken or not.
        await taken
      })
    } catch (error) {
      throw new Error(explain(error, known))
    }
  }
  const close = () => sql.end({ timeout: 1 })
  let version = ''
  try {
    await run('SELECT version()', [], ([row]) => {
      version = String(row?.[0])
    })
  } catch (error) {
    await close()
    throw error
  }
  return { name, version, query: run, close }
}

/** All rows of a query, for one that has few. */
export async function rowsOf(warehouse: Warehouse, sql: string, values: readonly (string | number)[] = []): Promise<(readonly Value[])[]> {
  const all: (readonly Value[])[] = []
  await warehouse.query(sql, values, (rows) => void all.push(...rows))
  return all
}

/** What a query may keep in memory before it writes to disk, kB: a million IDs. */
const WORK_KB = 65_536

/**
 * What holds for a transaction: times in UTC, and an end to what takes too long or what nobody waits for any more; the last, and
 * memory, only where the server has a setting for it (PostgreSQL 14 has both).
 */
function preparation(limitSeconds: number): string {
  return `SET LOCAL statement_timeout = ${Math.round(limitSeconds * 1000)}; SET LOCAL TIME ZONE 'UTC'; SET LOCAL DateStyle = 'ISO';
    SELECT set_config(name, '2000', true) FROM pg_settings WHERE name = 'client_connection_check_interval';
    SELECT set_config(name, '${WORK_KB}', true) FROM pg_settings
      WHERE CASE WHEN name = 'work_mem' THEN setting::int < ${WORK_KB} ELSE false END`
}

function settings(address: Address, password: string | undefined, tls: Tls) {
  const { host, port, user, database, options, connectSeconds } = address
  const place = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}`, host } : { host }
  return {
    ...place,
    port,
    user,
    database,
    // A function, or the package would look for PGPASSWORD where there is none.
    password: () => password ?? '',
    ssl: tls,
    max: CONNECTIONS,
    connect_timeout: connectSeconds,
    // Without these it asks for types first, and a pooler in between need not know prepared statements.
    fetch_types: false,
    prepare: false,
    onnotice: () => {},
    connection: { application_name: 'send-metrics', ...(options === undefined ? {} : { options }) },
  }
}

/** What the package is told of encryption; an object is for Node's tls.connect. */
type Tls =
  | false
  | 'prefer'
  | {
      readonly rejectUnauthorized: boolean
      readonly host?: string
      readonly ca?: Buffer
      readonly cert?: Buffer
      readonly key?: Buffer
      readonly checkServerIdentity?: () => undefined
    }

/** As libpq has it, but for two things: `allow` is `prefer`, and without a root certificate Node's own list of authorities counts. */
function tlsOf({ host, sslMode, sslRootCert, sslCert, sslKey }: Address, { home }: World): Tls {
  if (sslMode === 'disable' || host.startsWith('/')) return false
  if (sslMode === 'prefer' || sslMode === 'allow') return 'prefer'
  const own = home === undefined ? undefined : path.join(home, '.postgresql', 'root.crt')
  const root = sslRootCert ?? (own !== undefined && fs.existsSync(own) ? own : undefined)
  const ca = root === undefined || root === 'system' ? {} : { ca: pem(root) }
  const client = { ...(sslCert === undefined ? {} : { cert: pem(sslCert) }), ...(sslKey === undefined ? {} : { key: pem(sslKey) }) }
  // Node would take a certificate for localhost where the host is an address in digits, if it were not told the host.
  if (sslMode === 'verify-full' || root === 'system') return { rejectUnauthorized: true, host, ...ca, ...client }
  if (sslMode === 'verify-ca' || root !== undefined)
    return { rejectUnauthorized: true, ...ca, ...client, checkServerIdentity: () => undefined }
  return { rejectUnauthorized: false, ...client }
}

function pem(file: string): Buffer {
  try {
    return fs.readFileSync(file)
  } catch (error) {
    throw new Error(`cannot read the certificate ${printable(file, 300)}: ${(error as NodeJS.ErrnoException).code}`)
  }
}
