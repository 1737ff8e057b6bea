import type { Environment } from '../../world.ts'

/** How a connection is encrypted, as libpq names it ("sslmode" in its documentation). */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof SSL_MODES)[number]

/** Where a warehouse is. The password is in none of the texts that are made of it. */
export interface Address {
  /** A name or an address; the folder of a socket if it begins with a slash. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly password: string | undefined
  readonly sslMode: SslMode
  /** Paths of PEM files; of the first also `system`. */
  readonly sslRootCert: string | undefined
  readonly sslCert: string | undefined
  readonly sslKey: string | undefined
  /** Settings for the server's process, as libpq's `options`. */
  readonly options: string | undefined
  readonly connectSeconds: number
}

const EXAMPLE = 'postgres://user@host:5432/database'
const FORM = /^postgres(?:ql)?:\/\/(?:(?<login>[^/?#]*)@)?(?<place>[^/?#@]*)(?:\/(?<database>[^?#]*))?(?:\?(?<query>.*))?$/u
const PLACE = /^(?<host>\[[0-9a-f:.]+\]|[^:,]*)(?::(?<port>\d{1,5}))?$/iu

/** What may stand behind the question mark. Those without effect here are in addresses that providers give out. */
const KNOWN = ['host', 'port', 'user', 'dbname', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'connect_timeout', 'options']
const WITHOUT_EFFECT = ['application_name', 'channel_binding', 'target_session_attrs', 'password']

/**
 * Reads a connection URI as libpq has it (PostgreSQL documentation, 34.1.1.2); what it leaves out comes from libpq's variables.
 * Throws with what is wrong, never with the address itself: there may be a password in it.
 */
export function readAddress(text: string, env: Environment, ownName: string | undefined): Address {
  const { login, place = '', database, query } = FORM.exec(text)?.groups ?? wrong(`must look like ${EXAMPLE}`)
  const { host, port } = PLACE.exec(place)?.groups ?? wrong(`must have one host, and a port in digits: ${EXAMPLE}`)
  const asked = parameters(query)
  const [name, ...password] = (login ?? '').split(':')
  const user = decoded(name) ?? asked('user') ?? env.PGUSER ?? ownName ?? wrong(`names no user: ${EXAMPLE}`)
  return {
    host: decoded(host?.replace(/^\[|\]$/gu, '')) ?? asked('host') ?? (env.PGHOST || 'localhost'),
    port: portIn(port ?? asked('port') ?? (env.PGPORT || '5432')),
    user,
    database: decoded(database) ?? asked('dbname') ?? (env.PGDATABASE || user),
    password: decoded(password.join(':')) ?? asked('password'),
    sslMode: sslModeIn(asked('sslmode') ?? (env.PGSSLMODE || 'prefer')),
    sslRootCert: asked('sslrootcert') ?? env.PGSSLROOTCERT,
    sslCert: asked('sslcert') ?? env.PGSSLCERT,
    sslKey: asked('sslkey') ?? env.PGSSLKEY,
    options: asked('options') ?? env.PGOPTIONS,
    connectSeconds: Number(asked('connect_timeout') ?? env.PGCONNECT_TIMEOUT) || 10,
  }
}

/** For people: without a password. */
export function nameOf({ user, host, port, database }: Address): string {
  return host.startsWith('/') ? `${user} at ${host}, port ${port}, database ${database}` : `${user}@${host}:${port}/${database}`
}

function parameters(query: string | undefined): (name: string) => string | undefined {
  const pairs = new Map((query ?? '').split('&').flatMap((pair) => (pair === '' ? [] : [split(pair)])))
  const stranger = [...pairs.keys()].find((name) => ![...KNOWN, ...WITHOUT_EFFECT].includes(name))
  if (stranger !== undefined) wrong(`has a parameter that is not known; allowed: ${KNOWN.join(', ')}`)
  return (name) => pairs.get(name) || undefined
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [decoded(pair) ?? '', ''] : [decoded(pair.slice(0, at)) ?? '', decoded(pair.slice(at + 1)) ?? '']
}

function decoded(text: string | undefined): string | undefined {
  if (!text) return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return wrong('has a % that two hexadecimal digits do not follow; a % itself is written %25')
  }
}

function portIn(text: string): number {
  const port = Number(text)
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : wrong('must have a port from 1 to 65535')
}

function sslModeIn(text: string): SslMode {
  return SSL_MODES.find((mode) => mode === text) ?? wrong(`has an sslmode that is not known; allowed: ${SSL_MODES.join(', ')}`)
}

function wrong(what: string): never {
  throw new Error(`the address of the warehouse ${what}`)
}
