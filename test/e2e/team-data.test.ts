import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BIN, cleanEnv, type Ended, type Env, NODE, run, sendMetrics } from '../support/cli.ts'
import { eventually } from '../support/patience.ts'
import { hasPostgres, type Postgres, postgres } from '../support/postgres.ts'
import { hasPrograms } from '../support/programs.ts'
import { freePort } from '../support/prometheus.ts'
import { syntheticTeam } from '../support/synthetic-team.ts'
import { addFiles, testdir } from '../support/testdir.ts'
import { certificate, exportedLine, makeTable, rowOf } from '../support/warehouse.ts'

const IS_THERE = hasPostgres() && hasPrograms('openssl')
const SECRET = 'p@ss:w/ord%'
const TEAM = [...syntheticTeam({ seed: 2, people: 5, weeks: 6 })]
const HOSTILE = `x"; DROP TABLE shop.shop_command_run; --`

const folder = testdir()
let server: Postgres
beforeAll(async () => {
  if (!IS_THERE) return
  server = await postgres({ port: await freePort(), tls: certificate(folder, 'localhost') })
  await makeTable(server, TEAM.map(rowOf))
  await makeTable(server, TEAM.map(rowOf), { schema: HOSTILE, table: `${HOSTILE}'` })
  await makeTable(server, TEAM.map(rowOf), { schema: 'twice', table: 'runs' })
  await makeTable(server, TEAM.map(rowOf), { schema: 'again', table: 'runs' })
  await server.query(`CREATE TABLE shop.other (id text, command text)`)
  await server.query(`CREATE ROLE sworn LOGIN PASSWORD '${SECRET}'`)
  await server.query(
    'CREATE ROLE shy LOGIN; CREATE ROLE nobody_much LOGIN; GRANT USAGE ON SCHEMA shop TO sworn, shy; GRANT SELECT ON shop.shop_command_run TO sworn, shy',
  )
})
afterAll(() => server?.stop())

/** Runs a command in a folder without a project; what it prints never has the password or an anonymous ID in it. */
async function ask(uri: string, words: readonly string[] = [], env: Env = {}, cwd = testdir()): Promise<Ended> {
  const all = ['stats', '--since', 'all', '--warehouse', uri, ...words]
  const ended = await sendMetrics(all, { cwd, env: cleanEnv(folder, { XDG_CONFIG_HOME: path.join(folder, 'config'), ...env }) })
  const printed = ended.stdout + ended.stderr
  for (const secret of [SECRET, encodeURIComponent(SECRET), ...new Set(TEAM.map(({ person }) => person ?? ''))])
    expect(printed).not.toContain(secret)
  return ended
}

const at = (login: string, rest = '') => `postgres://${login}@127.0.0.1:${server.port}/postgres${rest}`
const own = () => at('postgres')
const TABLE = ['--table', 'shop_command_run']

describe('a warehouse', () => {
  test('is read by stats and by report, people as codes only', async () => {
    if (!IS_THERE) return
    const { code, stdout } = await ask(own(), [...TABLE, '--json'])
    const { runs, people, machines } = JSON.parse(stdout) as { runs: number; people: number; machines: { code: string }[] }
    expect([code, runs, people]).toEqual([0, TEAM.length, 5])
    expect(machines.map((machine) => machine.code).sort()).toEqual(['u01', 'u02', 'u03', 'u04', 'u05'])
    const cwd = testdir()
    const words = ['report', '--since', 'all', '--warehouse', own(), ...TABLE]
    expect(await sendMetrics(words, { cwd, env: cleanEnv(folder) })).toMatchObject({ code: 0, stdout: '' })
    const page = fs.readFileSync(path.join(cwd, 'report.html'), 'utf8')
    expect(page).toContain('u05')
    for (const { person } of TEAM.slice(0, 500)) expect(page).not.toContain(person)
  })

  test("is read from the table of the project's event", async () => {
    if (!IS_THERE) return
    const cwd = testdir()
    addFiles(cwd, { 'send-metrics.json': JSON.stringify({ project: 'Shop' }) })
    expect((await ask(own(), [], {}, cwd)).stdout).toContain(`${TEAM.length.toLocaleString('en')} runs of 5 people`)
  })

  test('is read with names that are no SQL', async () => {
    if (!IS_THERE) return
    const words = ['--schema', HOSTILE, '--table', `${HOSTILE}'`, '--json']
    expect(JSON.parse((await ask(own(), words)).stdout)).toMatchObject({ runs: TEAM.length })
    expect((await ask(own(), ['--schema', `${HOSTILE} `, '--table', `${HOSTILE}'`])).code).toBe(1)
    expect(await server.query('SELECT count(*)::int AS count FROM shop.shop_command_run')).toEqual([{ count: TEAM.length }])
  })

  test('with --k shows nothing that fewer people did', async () => {
    if (!IS_THERE) return
    const few = JSON.parse((await ask(own(), [...TABLE, '--k', '6', '--json'])).stdout) as { targets: []; machines: [] }
    expect([few.targets, few.machines]).toEqual([[], []])
    const enough = JSON.parse((await ask(own(), [...TABLE, '--k', '3', '--json'])).stdout) as { targets: []; machines: { code: string }[] }
    expect([enough.targets.length, enough.machines.filter(({ code }) => /^u\d/u.test(code))]).toEqual([7, []])
  })
})

describe('a password', () => {
  const told = () => `${TEAM.length.toLocaleString('en')} runs`

  test('may be in the address, in PGPASSWORD, or in a file that nobody else may read', async () => {
    if (!IS_THERE) return
    const file = path.join(folder, 'passwords')
    const plain = SECRET.replaceAll(':', '\\:')
    fs.writeFileSync(file, `# mine\nelsewhere:*:*:sworn:wrong\n127.0.0.1:${server.port}:postgres:sworn:${plain}\n`, { mode: 0o600 })
    expect((await ask(at(`sworn:${encodeURIComponent(SECRET)}`), TABLE)).stdout).toContain(told())
    expect((await ask(at('sworn'), TABLE, { PGPASSWORD: SECRET })).stdout).toContain(told())
    expect((await ask(at('sworn'), TABLE, { PGPASSFILE: file })).stdout).toContain(told())
    fs.writeFileSync(path.join(folder, '.pgpass'), `*:*:*:*:${plain}\n`, { mode: 0o600 })
    expect((await ask(at('sworn'), TABLE)).stdout).toContain(told())
    fs.rmSync(path.join(folder, '.pgpass'))
    fs.chmodSync(file, 0o644)
    const { code, stderr } = await ask(at('sworn'), TABLE, { PGPASSFILE: file })
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/wants a password, and .*passwords is not read, since others may read it too; chmod 600/u),
    ])
  })

  test('that is missing or wrong is told, and where it comes from', async () => {
    if (!IS_THERE) return
    expect((await ask(at('sworn'), TABLE)).stderr).toMatch(/wants a password; set PGPASSWORD or write it to ~\/\.pgpass/u)
    expect((await ask(at('sworn:wrong'), TABLE)).stderr).toMatch(/does not accept the password; it comes from the address, PGPASSWORD/u)
    // Printed nowhere, even if the address is none.
    for (const broken of [
      `mysql://me:${encodeURIComponent(SECRET)}@host/db`,
      `postgres://me:${SECRET}@ho st:x/db`,
      at(`me:${encodeURIComponent(SECRET)}`, '?sslmode=no'),
    ])
      expect((await ask(broken, TABLE)).stderr).toMatch(/^send-metrics: the address of the warehouse /u)
  })
})

describe('TLS', () => {
  test('is used as sslmode says', async () => {
    if (!IS_THERE) return
    const shy = (rest: string) => ask(at('shy', rest).replace('127.0.0.1', 'localhost'), [...TABLE, '--json'])
    expect(await shy('')).toMatchObject({ code: 0 })
    expect(await shy('?sslmode=require')).toMatchObject({ code: 0 })
    expect(await shy(`?sslmode=verify-full&sslrootcert=${folder}/cert.pem`)).toMatchObject({ code: 0 })
    expect((await shy('?sslmode=disable')).stderr).toMatch(/does not let this user in .*sslmode=require/u)
    expect((await shy('?sslmode=verify-full')).stderr).toMatch(/certificate .* does not hold .*sslrootcert=FILE/u)
  })

  test('holds a certificate to its name, or only to its authority', async () => {
    if (!IS_THERE) return
    const root = `&sslrootcert=${folder}/cert.pem`
    expect((await ask(at('shy', `?sslmode=verify-full${root}`), TABLE)).stderr).toMatch(/is for another host/u)
    expect(await ask(at('shy', `?sslmode=verify-ca${root}`), TABLE)).toMatchObject({ code: 0 })
  })

  test('that the server does not speak is told', async () => {
    if (!IS_THERE) return
    const plain = await postgres({ port: await freePort() })
    try {
      const place = `postgres://postgres@127.0.0.1:${plain.port}/postgres`
      const { stderr } = await ask(`${place}?sslmode=require`, TABLE)
      expect(stderr).toMatch(/closed the connection; if it does not speak TLS, write sslmode=disable/u)
      expect((await ask(`${place}?sslmode=prefer`, TABLE)).stderr).toMatch(/has no table/u)
    } finally {
      await plain.stop()
    }
  })
})

describe('what is wrong is told with what to do', () => {
  test.each([
    [
      'no such table',
      ['--table', 'gone'],
      /has no table gone; these look like runs: .*shop\.shop_command_run.*name one with --schema and --table/u,
    ],
    ['no such schema', [...TABLE, '--schema', 'gone'], /has no table shop_command_run in the schema gone; these look like runs/u],
    ['no table named', [], /no project file here names the event.*name one with --schema and --table/u],
    ['a table in two schemas', ['--table', 'runs'], /has a table runs in several schemas: again, twice; name one with --schema/u],
    ['a table of something else', ['--table', 'other'], /shop\.other has no column duration_ms, outcome, so it is no table of runs/u],
  ])('%s', async (_name, words, expected) => {
    if (!IS_THERE) return
    expect(await ask(own(), words)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(expected) })
  })

  test('no right to read', async () => {
    if (!IS_THERE) return
    expect((await ask(at('nobody_much'), TABLE)).stderr).toMatch(
      /this user may not read "shop"\."shop_command_run"; its owner can grant it: GRANT USAGE/u,
    )
  })

  test('no such database, nobody there, no such host', async () => {
    if (!IS_THERE) return
    expect((await ask(own().replace(/\/postgres$/u, '/gone'), TABLE)).stderr).toMatch(/there is no such database at postgres@127\.0\.0\.1/u)
    expect((await ask(`postgres://me@127.0.0.1:${await freePort()}/db`, TABLE)).stderr).toMatch(
      /nothing listens at me@127\.0\.0\.1:\d+\/db; check host and port/u,
    )
    expect((await ask('postgres://me@warehouse.invalid/db', TABLE)).stderr).toMatch(
      /the host of me@warehouse\.invalid:5432\/db (?:is not known|cannot be looked up)/u,
    )
  })

  test('a query that takes too long', async () => {
    if (!IS_THERE) return
    // Whoever reads the table waits for the lock, which counts as well.
    const lock = server.query('BEGIN; LOCK TABLE shop.shop_command_run IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3600)').catch(String)
    const held = `FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'shop.shop_command_run'::regclass`
    await eventually('the table is locked', async () => (await server.query(`SELECT 1 ${held}`)).length === 1)
    expect((await ask(own(), [...TABLE, '--time-limit', '1'])).stderr).toMatch(
      /took longer than 1 s and was ended; look at less \(--since 4w\) or allow more \(--time-limit 5\)/u,
    )
    await server.query(`SELECT pg_cancel_backend(pid) ${held}`)
    expect(await lock).toContain('canceling statement')
  })
})

test('the session can change nothing, even for somebody who could', async () => {
  if (!IS_THERE) return
  await server.query(`CREATE TABLE shop.noted (at timestamptz DEFAULT now())`)
  await server.query(
    `CREATE FUNCTION shop.note() RETURNS bigint LANGUAGE sql AS 'INSERT INTO shop.noted DEFAULT VALUES; SELECT 1000::bigint'`,
  )
  await server.query(
    `CREATE VIEW shop.trap AS SELECT id, "timestamp", command, outcome, shop.note() AS duration_ms FROM shop.shop_command_run`,
  )
  expect((await ask(own(), ['--table', 'trap'])).stderr).toMatch(/cannot execute INSERT in a read-only transaction/u)
  expect(await server.query('SELECT count(*)::int AS count FROM shop.noted')).toEqual([{ count: 0 }])
})

test('a query that nobody waits for any more is ended by the server', async () => {
  if (!IS_THERE) return
  await server.query(
    `CREATE VIEW shop.slow AS SELECT id, "timestamp", command, outcome, duration_ms + (pg_sleep(3600) IS NULL)::int AS duration_ms FROM shop.shop_command_run`,
  )
  const active = async () =>
    (
      await server.query(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'send-metrics' AND query LIKE 'SELECT count(target)%' AND state = 'active'`,
      )
    )[0]?.count
  const words = ['stats', '--warehouse', own(), '--table', 'slow', '--time-limit', '3600']
  const started = (child: { kill(signal: 'SIGINT'): boolean }) =>
    void eventually('it is asked', async () => (await active()) === 1).then(() => child.kill('SIGINT'))
  expect(await sendMetrics(words, { cwd: testdir(), env: cleanEnv(folder), started })).toMatchObject({ signal: 'SIGINT', stdout: '' })
  await eventually('nothing is asked any more', async () => (await active()) === 0)
})

test('what is piped in may be packed', async () => {
  const cwd = testdir()
  fs.writeFileSync(path.join(cwd, 'part'), zlib.gzipSync(TEAM.map(exportedLine).join('\n')))
  const script = 'cat part | "$0" "$1" stats --since all --input - --json'
  const { stdout } = await run('sh', ['-c', script, NODE, BIN], { cwd, env: cleanEnv(folder) })
  expect(JSON.parse(stdout)).toMatchObject({ runs: TEAM.length, people: 5 })
})

test('--input and --warehouse are not taken together', async () => {
  const { code, stderr } = await ask('postgres://me@host/db', ['--input', 'a.jsonl'])
  expect([code, stderr]).toEqual([2, expect.stringContaining("'--warehouse <uri>' cannot be used with option '--input <file...>'")])
})
