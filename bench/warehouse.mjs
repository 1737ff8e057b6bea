// What it takes to look at ten million runs of 3,000 people in a PostgreSQL of its own: `make bench-insight`. The figures of
// docs/performance.md.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { timed } from './measure.mjs'

const BIN = fileURLToPath(new URL('../bin/send-metrics.js', import.meta.url))
const PEAK = fileURLToPath(new URL('peak.cjs', import.meta.url))
const RUNS = Number(process.env.RUNS ?? 10_000_000)
const PEOPLE = 3_000
const LIMIT_SECONDS = 30
const LIMIT_MB = 300
const DEBIAN = '/usr/lib/postgresql'
const TICKS_PER_SECOND = 100

/** As Segment makes it, without an index; every tenth run is inside the one before. */
const TABLE = `
  CREATE SCHEMA shop;
  CREATE UNLOGGED TABLE shop.shop_command_run AS
  SELECT left(id, 8) || '-' || substr(id, 9, 4) || '-7' || substr(id, 13, 3) || '-8' || substr(id, 16, 3) || '-' || right(id, 12) AS id,
    md5('person' || person) AS anonymous_id, 'shop_command_run'::text AS event, 'shop.command.run'::text AS event_text,
    at AS "timestamp", at AS original_timestamp, at + interval '1 minute' AS received_at, at AS start_time,
    'make'::text AS command_type, 'target' || target AS command,
    exp(ln(1000 * (target + 1)) + 0.3 * spread + 0.2 * sin(person) + CASE target WHEN 3 THEN run::float8 / ${RUNS} / 4 ELSE 0 END)::bigint AS duration_ms,
    CASE WHEN luck < 0.1 THEN 'failure' WHEN luck < 0.12 THEN 'interrupted' ELSE 'success' END AS outcome,
    CASE WHEN luck < 0.1 THEN 2 ELSE 0 END::bigint AS exit_status,
    date_trunc('day', at) - interval '1 hour' * (person % 24) AS git_commit_time, run % 3 = 0 AS git_dirty, true AS git_checked_out_default_branch,
    'linux'::text AS os_type, 'amd64'::text AS host_arch, (4 + person % 12)::bigint AS cpu_count, (8 + person % 24)::bigint AS memory_gb,
    false AS is_ci, false AS is_container, 'no'::text AS is_test, left(md5('run' || run), 16) AS run_id,
    CASE WHEN run % 10 = 0 THEN left(md5('run' || run - 1), 16) END AS parent_run_id, md5('trace' || run / 10) AS trace_id,
    '0.1.0'::text AS send_metrics_version, 1::bigint AS schema_version
  FROM (
    SELECT run, md5(run::text) AS id, run % ${PEOPLE} AS person, (run / ${PEOPLE}) % 10 AS target, random() AS luck,
      date_trunc('milliseconds', now() - interval '180 days' * (1 - run::float8 / ${RUNS})) AS at,
      sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS spread
    FROM generate_series(0, ${RUNS - 1}) AS run
  ) AS runs;
  ANALYZE shop.shop_command_run`

const version = fs.existsSync(DEBIAN) ? fs.readdirSync(DEBIAN).at(-1) : undefined
if (version === undefined) process.stdout.write("no figures of a warehouse: needs Debian's postgresql\n")
else await measureAll(path.join(DEBIAN, version, 'bin'))

async function measureAll(programs) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-bench-'))
  const data = path.join(folder, 'data')
  // PostgreSQL refuses to run as root.
  const other = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : []
  const server = (name, ...words) => {
    const [program, ...rest] = [...other, path.join(programs, name), ...words]
    execFileSync(program, rest, { cwd: '/', stdio: 'ignore' })
  }
  if (other.length > 0) execFileSync('chown', ['postgres', folder])
  server('initdb', '--pgdata', data, '--auth=trust', '--username=postgres', '--no-sync', '--encoding=UTF8', '--locale=C')
  server(
    'pg_ctl',
    'start',
    '--wait',
    `--pgdata=${data}`,
    '-o',
    `-c listen_addresses='' -c unix_socket_directories=${folder} -c fsync=off -c max_wal_size=8GB`,
  )
  try {
    execFileSync(path.join(programs, 'psql'), ['-q', '-h', folder, '-U', 'postgres', '-c', TABLE])
    const where = ['--since', 'all', '--table', 'shop_command_run', '--warehouse', `postgres:///postgres?host=${folder}&user=postgres`]
    process.stdout.write(
      `${RUNS.toLocaleString('en-US')} runs of ${PEOPLE} people in PostgreSQL ${version}, Node ${process.version}; limit ${LIMIT_SECONDS} s and ${LIMIT_MB} MB\n`,
    )
    const processId = Number(fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
    for (const words of [['report', '--force'], ['stats'], ['stats', '--k', '3', '--json']]) await measure(folder, processId, words, where)
  } finally {
    server('pg_ctl', 'stop', '--wait', '--mode=immediate', `--pgdata=${data}`)
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder, processId, words, where) {
  const peak = path.join(folder, 'peak')
  const env = { ...process.env, HOME: folder, PEAK_FILE: peak }
  const before = serverSeconds(processId)
  const ms = await timed({ program: process.execPath, args: ['--require', PEAK, BIN, ...words, ...where], env, cwd: folder })
  const [mb, own] = [Number(fs.readFileSync(peak, 'utf8')) / 1_024, Number(fs.readFileSync(`${peak}.cpu`, 'utf8')) / 1_000]
  const missed = ms > LIMIT_SECONDS * 1_000 || mb > LIMIT_MB ? '  over the limit' : ''
  const processor = `${own.toFixed(1)} s of processor, the database's ${(serverSeconds(processId) - before).toFixed(1)} s`
  process.stdout.write(
    `${(ms / 1_000).toFixed(1)} s (${processor})  ${Math.round(mb)} MB  send-metrics ${words.join(' ')} --warehouse …${missed}\n`,
  )
}

/** Processor time of the server and of its processes that have ended (proc(5), stat: utime, stime, cutime, cstime). */
function serverSeconds(processId) {
  const fields = fs
    .readFileSync(`/proc/${processId}/stat`, 'utf8')
    .replace(/^.*\) /u, '')
    .split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND
}
