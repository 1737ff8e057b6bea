import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { FIELDS } from '../../src/event/fields.ts'
import { grafana } from '../support/dashboards.ts'
import { hasPostgres, type Postgres, postgres } from '../support/postgres.ts'

const IS_THERE = hasPostgres()
const NOW = Date.parse('2026-11-21T12:00:00Z')
const TYPES = { string: 'text', enum: 'text', integer: 'bigint', number: 'double precision', boolean: 'boolean' }
/** A project whose runs never had one has no column of it: a warehouse makes a column with its first value. */
const NOT_ALWAYS = ['parent_run_id', 'ci_provider']

type Run = Readonly<Record<string, string | number | boolean>>

/** Every run is one of ours, an hour apart, with the table's example for whatever it doesn't name. */
const RUNS: readonly Run[] = [
  ...Array.from({ length: 9 }, () => ({ command: 'build', outcome: 'success', duration_ms: 20_000 })),
  { command: 'build', outcome: 'success', duration_ms: 300_000 },
  ...Array.from({ length: 3 }, () => ({ command: 'test', outcome: 'success', duration_ms: 60_000 })),
  { command: 'test', outcome: 'failure', duration_ms: 50_000, exit_status: 2 },
  { command: 'test', outcome: 'interrupted', duration_ms: 1_000, exit_status: -2 },
  { command: 'test', outcome: 'failure', duration_ms: 7_000, is_test: 'yes' },
]
const INNER: Run = { command: 'test', outcome: 'failure', duration_ms: 40_000, parent_run_id: 'b7ad6b7169203331' }

let database: Postgres
beforeAll(async () => {
  if (!IS_THERE) return
  database = await postgres()
  await table('plain', NOT_ALWAYS, RUNS)
  await table('nested', [], [...RUNS, INNER])
})
afterAll(() => database?.stop())

/** The table of an event, as Segment makes it (its warehouse schema): the event's fields beside its own columns. */
async function table(name: string, without: readonly string[], runs: readonly Run[]): Promise<void> {
  const fields = FIELDS.filter((field) => field.kinds.includes('run') && !without.includes(field.name))
  const columns = fields.map((field) => `${field.name} ${TYPES[field.type]}`)
  const own = ['id text', 'anonymous_id text', 'event text', 'event_text text', 'context_library_name text']
  const times = ['timestamp', 'original_timestamp', 'sent_at', 'received_at', 'uuid_ts'].map((time) => `"${time}" timestamptz`)
  const rows = runs.map((run, at) => {
    const values = fields.map(({ name, example }) => run[name] ?? (name === 'parent_run_id' ? null : example))
    return `(${[...values, new Date(NOW - at * 3_600_000).toISOString()].map(literal).join(', ')})`
  })
  await database.query(`CREATE SCHEMA IF NOT EXISTS shop;
    CREATE TABLE shop.${name} (${[...own, ...times, ...columns].join(', ')});
    INSERT INTO shop.${name} (${fields.map(({ name }) => name).join(', ')}, "timestamp") VALUES ${rows.join(', ')}`)
}

const literal = (value: unknown) => (value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : String(value))

/** As Grafana fills it in. */
function filledIn(sql: string, name: string): string {
  const range = `BETWEEN '2026-11-14T12:00:00Z' AND '2026-11-21T12:00:00Z'`
  const values = { $target: "'build','test'", '${schema}': 'shop', $schema: 'shop', '${table}': name }
  const filtered = sql.replace(/\$__timeFilter\(([^)]*)\)/gu, `$1 ${range}`)
  return Object.entries(values).reduce((text, [variable, value]) => text.replaceAll(variable, value), filtered)
}

async function show(title: string, name = 'plain'): Promise<Record<string, unknown>[]> {
  const panel = grafana('grafana-postgres.json').panels.find((one) => one.title === title)
  return database.query(filledIn(panel?.targets?.[0]?.rawSql ?? '', name))
}

describe.each(['plain', 'nested'])('with a table that is %s', (name) => {
  test('PostgreSQL answers the query of every panel with rows', async () => {
    if (!IS_THERE) return
    for (const { title = '' } of grafana('grafana-postgres.json').panels) {
      const rows = await show(title, name)
      expect([title, rows.length > 0, Object.values(rows[0] ?? {}).every((value) => value !== null)]).toEqual([title, true, true])
    }
  })
})

test('the panels show what happened, and no test event', async () => {
  if (!IS_THERE) return
  expect(await show('Runs')).toEqual([{ runs: 15 }])
  expect((await show('Failed'))[0]?.failed).toBeCloseTo(1 / 14)
  expect(await show('Time waited')).toEqual([{ waited: 9 * 20_000 + 300_000 + 3 * 60_000 + 51_000 }])
  expect(await show('Slowest targets')).toEqual([
    { target: 'test', runs: 3, median: 60_000, p95: 60_000 },
    { target: 'build', runs: 10, median: 20_000, p95: expect.closeTo(174_000) },
  ])
  expect((await show('Failure rate')).map(({ target, runs, failed }) => [target, runs, Number(failed)])).toEqual([
    ['test', 4, 0.25],
    ['build', 10, 0],
  ])
  expect(await show('Time lost by target')).toEqual([{ target: 'test', runs: 2, lost: 51_000 }])
  expect(await show('Outliers')).toEqual([expect.objectContaining({ target: 'build', took: 300_000, median: 20_000, times: 15 })])
})

test('a run inside another is not waited for twice', async () => {
  if (!IS_THERE) return
  for (const title of ['Time waited', 'Time lost']) expect(await show(title, 'nested')).toEqual(await show(title))
  expect(await show('Runs', 'nested')).toEqual([{ runs: 16 }])
})

test('the variables have values', async () => {
  if (!IS_THERE) return
  for (const { query, type } of grafana('grafana-postgres.json').templating.list) {
    if (type === 'query')
      expect([query, await database.query(filledIn(query, 'plain'))]).toEqual([query, expect.arrayContaining([expect.any(Object)])])
  }
})
