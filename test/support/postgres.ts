import { execFile, execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { needs } from './needs.ts'
import { programPath } from './programs.ts'

const execute = promisify(execFile)
const USER = 'postgres'
const AS_USER = ['runuser', '-u', USER, '--'] as const
/** Debian has the server's own programs beside its version, not on PATH. */
const DEBIAN = '/usr/lib/postgresql'

/** A PostgreSQL of a test's own, reached by a socket in its folder, and at a port on this machine if it was asked for. */
export interface Postgres {
  readonly folder: string
  /** 5432, of the socket only, if no port was asked for. */
  readonly port: number
  /** Runs statements; of a query, its rows. Throws what PostgreSQL says. */
  query(sql: string): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

/** Whether PostgreSQL's programs are there, and for root, as whom it refuses to run, a user who may run them. */
export function hasPostgres(): boolean {
  if (
    !needs(
      "Debian's postgresql",
      ['initdb', 'pg_ctl', 'psql'].every((name) => programOf(name) !== undefined),
    )
  )
    return false
  if (process.getuid?.() !== 0) return true
  return needs(`runuser and the user ${USER}`, spawnSync(AS_USER[0], [...AS_USER.slice(1), 'test', '-x', os.tmpdir()]).status === 0)
}

/** What a server is to have beside its socket. */
export interface ServerWish {
  /** A port on this machine, where the role `sworn` needs a password and `shy` may come in by TLS only. */
  readonly port?: number
  /** A certificate and its key, PEM; then it speaks TLS too. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

/** Makes a database in a folder of its own and starts a server for it; PostgreSQL refuses to run as root. */
export async function postgres({ port, tls }: ServerWish = {}): Promise<Postgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-postgres-'))
  const data = path.join(folder, 'data')
  if (process.getuid?.() === 0) execFileSync('chown', [USER, folder])
  await asOther('initdb', ['--pgdata', data, '--auth=trust', `--username=${USER}`, '--no-sync', '--encoding=UTF8', '--locale=C'])
  const place = port === undefined ? "-c listen_addresses=''" : `-c listen_addresses=127.0.0.1 -c port=${port}`
  const server = `${place} -c unix_socket_directories='${folder}' -c fsync=off${tls === undefined ? '' : ' -c ssl=on'}`
  fs.writeFileSync(path.join(data, 'pg_hba.conf'), ACCESS)
  for (const [name, text] of [
    ['server.crt', tls?.cert],
    ['server.key', tls?.key],
  ] as const) {
    if (text === undefined) continue
    fs.writeFileSync(path.join(data, name), text, { mode: 0o600 })
    if (process.getuid?.() === 0) execFileSync('chown', [USER, path.join(data, name)])
  }
  const log = path.join(folder, 'log')
  await asOther('pg_ctl', ['start', '--wait', '--silent', `--pgdata=${data}`, `--log=${log}`, '--options', server])
  return {
    folder,
    port: port ?? 5432,
    async query(sql) {
      const words = [
        '-X',
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        folder,
        '-p',
        String(port ?? 5432),
        '-U',
        USER,
        '-d',
        'postgres',
        '-At',
        '-c',
        asJson(sql),
      ]
      const { stdout } = await execute(programOf('psql') ?? 'psql', words)
      return stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []))
    },
    async stop() {
      await asOther('pg_ctl', ['stop', '--wait', '--silent', '--mode=immediate', `--pgdata=${data}`])
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Who may come in, and how (PostgreSQL documentation, 21.1). */
const ACCESS = `local all all trust
host all sworn 127.0.0.1/32 scram-sha-256
hostnossl all shy 127.0.0.1/32 reject
host all all 127.0.0.1/32 trust
`

/** A query's rows as JSON, one a line; any other statement as it is. */
function asJson(sql: string): string {
  return /^\s*(?:SELECT|WITH)\b/u.test(sql) ? `SELECT row_to_json(answer) FROM (${sql}) AS answer` : sql
}

async function asOther(name: string, words: readonly string[]): Promise<void> {
  const program = programOf(name) ?? name
  const whole = process.getuid?.() === 0 ? [...AS_USER, program, ...words] : [program, ...words]
  await execute(whole[0] as string, whole.slice(1), { cwd: '/' })
}

function programOf(name: string): string | undefined {
  const versions = fs.existsSync(DEBIAN) ? fs.readdirSync(DEBIAN).map((version) => path.join(DEBIAN, version, 'bin')) : []
  return programPath(name, versions)
}
