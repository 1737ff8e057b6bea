import type { Where } from '../project/places.ts'
import type { Certificates, Environment } from '../world.ts'
import type { Settings } from './destination.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * Settings with the standard variables (opentelemetry.io/docs/specs/otel/protocol/exporter). The project file's own
 * address goes before theirs, which may be set for some other program: it is the one that people agreed to.
 */
export function otlpSettings(declared: Settings, env: Environment): Settings {
  const own = env.SEND_METRICS_OTLP_ENDPOINT || text(declared.endpoint)
  const url = own === '' ? urlFromEnvironment(env) : withPath(own)
  return {
    ...declared,
    url,
    headers: declared.headersFrom === 'env' ? headersFor(url, env) : {},
    headersVariable: env.SEND_METRICS_OTLP_HEADERS ? 'SEND_METRICS_OTLP_HEADERS' : 'OTEL_EXPORTER_OTLP_HEADERS',
    certificates: areTheirsFor(url, env) ? certificatesFrom(env) : {},
    compression: standard('COMPRESSION', env) ?? 'none',
    protocol: standard('PROTOCOL', env) ?? '',
    timeoutMs: /^[1-9]\d*$/u.test(standard('TIMEOUT', env) ?? '') ? Number(standard('TIMEOUT', env)) : undefined,
    fromEnvironment: own === '',
    isNamedByEnvironment: Boolean(env.SEND_METRICS_OTLP_ENDPOINT) || own === '' || originOf(urlFromEnvironment(env)) === originOf(url),
    place: env.SEND_METRICS_OTLP_ENDPOINT || own === '' ? url : declared.endpoint,
  }
}

/** What decides where it sends: the project file's own words, or the address that the environment has in their place. */
export function otlpWhere({ place }: Settings): Where {
  return { endpoint: place || undefined }
}

/** Names of what is secret in the environment and goes along to an address that only the project file names. */
export function otlpKeys({ isNamedByEnvironment, headers, headersVariable, certificates }: Settings): string[] {
  if (isNamedByEnvironment === true) return []
  const { client, clientKey } = certificates as Certificates
  return [
    ...(Object.keys(headers as object).length > 0 ? [text(headersVariable)] : []),
    ...(client || clientKey ? ['OTEL_EXPORTER_OTLP_CLIENT_KEY'] : []),
  ]
}

/** What is missing before anything can be sent, if anything. */
export function otlpMissing({ url, protocol, fromEnvironment }: Settings): string | undefined {
  if (text(url) === '') return 'no address; put "endpoint" in the project file or set OTEL_EXPORTER_OTLP_ENDPOINT'
  if (!/^https?:\/\//u.test(text(url)) || !URL.canParse(text(url)))
    return `its address is ${JSON.stringify(url)}; allowed: one such as https://otel.example.com:4318`
  const { username, password } = new URL(text(url))
  if (username !== '' || password !== '') return 'its address holds a user or a password; put that into SEND_METRICS_OTLP_HEADERS'
  if (fromEnvironment === true && text(protocol) === 'grpc')
    return 'OTEL_EXPORTER_OTLP_PROTOCOL is grpc; only http/json is spoken: name the address for HTTP in SEND_METRICS_OTLP_ENDPOINT'
  return undefined
}

/** The variable for traces is taken as it is; the one for all signals gets their path. */
function urlFromEnvironment(env: Environment): string {
  const forAll = env.OTEL_EXPORTER_OTLP_ENDPOINT
  return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (forAll ? withTraces(forAll) : '')
}

/** An address that names no path is that of a collector, whose traces are at /v1/traces. */
function withPath(endpoint: string): string {
  return /^https?:\/\/[^/?#]+\/*(?:[?#]|$)/u.test(endpoint) ? withTraces(endpoint) : endpoint
}

/** The path of traces, at the end of the address's own and before its query. */
function withTraces(endpoint: string): string {
  const bare = endpoint.replace(/[?#].*$/su, '')
  return `${bare.replace(/(?<!\/)\/+$/u, '')}/v1/traces${endpoint.slice(bare.length)}`
}

/**
 * `name=value,name=value`, values percent-encoded. Where the variables name an address of their own, their headers, which
 * may hold its key, go to no other.
 */
function headersFor(url: string, env: Environment): Readonly<Record<string, string>> {
  const own = env.SEND_METRICS_OTLP_HEADERS
  if (own) return parseHeaders(own)
  return areTheirsFor(url, env) ? parseHeaders(standard('HEADERS', env) ?? '') : {}
}

/** Files of certificates; as with the headers, those for their address are for no other. */
function certificatesFrom(env: Environment): Certificates {
  return {
    authorities: standard('CERTIFICATE', env),
    client: standard('CLIENT_CERTIFICATE', env),
    clientKey: standard('CLIENT_KEY', env),
  }
}

/** One of the standard variables: that for traces, else that for all signals. */
function standard(name: string, env: Environment): string | undefined {
  return env[`OTEL_EXPORTER_OTLP_TRACES_${name}`] || env[`OTEL_EXPORTER_OTLP_${name}`] || undefined
}

function areTheirsFor(url: string, env: Environment): boolean {
  const theirs = urlFromEnvironment(env)
  return theirs === '' || originOf(theirs) === originOf(url)
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}

function parseHeaders(list: string): Readonly<Record<string, string>> {
  const pairs = list.split(',').flatMap((part): [string, string][] => {
    const at = part.indexOf('=')
    const name = part.slice(0, Math.max(at, 0)).trim()
    const value = decoded(part.slice(at + 1).trim())
    // Neither may break out of its line.
    return /^[\w!#$%&'*+.^`|~-]+$/u.test(name) && !/[\r\n\0]/u.test(value) ? [[name, value]] : []
  })
  return Object.fromEntries(pairs)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
