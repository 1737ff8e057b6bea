import * as path from 'node:path'
import { isProgram } from '../disk/stat.ts'
import { printable } from '../messages.ts'
import { sha256 } from '../sha256.ts'
import { segmentClientVersion } from '../version.ts'
import type { Certificates, Environment } from '../world.ts'
import type { DestinationRow, Settings } from './destination.ts'
import { otlpKeys, otlpMissing, otlpSettings, otlpWhere } from './otlp-settings.ts'
import { isPlaceholder } from './placeholder.ts'
import { isReadable, realPath } from './reach.ts'
import { segmentBy } from './segment.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The host of an address with its scheme, which says whether others can read along. */
function hostOf(address: unknown): string {
  if (!URL.canParse(text(address))) return printable(text(address))
  const { origin, host, protocol } = new URL(text(address))
  const shown = origin === 'null' ? `${protocol}//${host}` : origin
  return isReadable(text(address)) ? `${shown}, unencrypted` : shown
}

const SEGMENT_HOST = 'https://api.segment.io'
const HONEYCOMB_HOST = 'https://api.honeycomb.io'

/** What may stand in a header: anything else would break the request, or out of it. */
const isHeaderText = (value: unknown): boolean => /^[\x21-\x7e]+$/u.test(text(value))

function missingKey({ writeKey }: Settings): string | undefined {
  if (isPlaceholder(text(writeKey))) return `the write key is ${JSON.stringify(writeKey)}, a placeholder; put the source's own in its place`
  return writeKey ? undefined : 'no write key; put "writeKey" in the project file or set SEND_METRICS_WRITE_KEY'
}

function notAnAddress(address: unknown, variable: string, example: string): string | undefined {
  if (/^https?:\/\//u.test(text(address)) && URL.canParse(text(address))) return undefined
  return `its address is ${JSON.stringify(address)}; allowed, in the project file or in ${variable}: one such as ${example}`
}

/** Honeycomb's own hosts (docs.honeycomb.io/reference/honeycomb-ui/settings/regions): no other is handed its key without a word. */
function isHoneycombs(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' && /^(?:[\w-]+\.)+honeycomb\.io$/u.test(hostname)
}

/** A file that the project file names: where it really is, and the place that people agree to, relative below the repository. */
function fileAt(root: string, name: string): { absolute: string; place: string } {
  const named = path.resolve(root, name)
  // A link there leads elsewhere in each process; what is no file is refused when it is written to.
  const absolute = /^\/(?:dev|proc)\//u.test(named) ? named : realPath(named)
  const below = path.relative(realPath(root), absolute)
  return { absolute, place: below.startsWith('..') || path.isAbsolute(below) ? absolute : name }
}

/** The program that a command runs: behind links, and for a bare name that on PATH. */
function programOf(command: unknown, root: string, env: Environment): string {
  const [name = ''] = Array.isArray(command) ? command.map(String) : []
  if (name.includes('/')) return realPath(path.resolve(root, name))
  const files = (env.PATH ?? '').split(path.delimiter).map((folder) => path.resolve(root, folder || '.', name))
  return realPath(files.find(isProgram) ?? name)
}

/** Every destination there is. A new one is a file beside this and a row here. */
export const DESTINATIONS: readonly DestinationRow[] = [
  {
    type: 'segment',
    title: (settings) => `Segment (${hostOf(settings.host)})`,
    brief: ({ host }) => ['Segment', text(host)],
    settings: (declared: Settings, env: Environment) => ({
      ...declared,
      writeKey: env.SEND_METRICS_WRITE_KEY || declared.writeKey,
      declaredKey: declared.writeKey,
      host: env.SEND_METRICS_SEGMENT_HOST || declared.host || SEGMENT_HOST,
    }),
    // The environment's own key is a secret, and the store of decisions no place for it.
    where: ({ host, writeKey, declaredKey }) => ({
      host,
      writeKey: writeKey === declaredKey ? writeKey : `sha256:${sha256(text(writeKey))}`,
    }),
    secrets: ({ writeKey }) => [text(writeKey)],
    missing: (settings) => missingKey(settings) ?? notAnAddress(settings.host, 'SEND_METRICS_SEGMENT_HOST', SEGMENT_HOST),
    address: (settings) => text(settings.host),
    load: async () => segmentBy(segmentClientVersion ?? '', () => import('./segment-client.ts')),
  },
  {
    type: 'file',
    title: ({ place }) => `a file on this machine (${printable(text(place))})`,
    brief: ({ place }) => ['a file', text(place)],
    settings: (declared, _env, { root }) => ({ ...declared, ...fileAt(root, text(declared.path)) }),
    where: ({ place }) => ({ path: place }),
    missing: () => undefined,
    address: () => undefined,
    load: async () => (await import('./file.ts')).file,
  },
  {
    type: 'honeycomb',
    title: ({ apiHost, dataset }) => `Honeycomb (${hostOf(apiHost)}, dataset ${printable(text(dataset))})`,
    brief: ({ apiHost }) => ['Honeycomb', text(apiHost)],
    settings: (declared, env) => ({
      ...declared,
      apiHost: env.SEND_METRICS_HONEYCOMB_HOST || declared.apiHost || HONEYCOMB_HOST,
      isNamedByEnvironment: Boolean(env.SEND_METRICS_HONEYCOMB_HOST),
      apiKey: env.HONEYCOMB_API_KEY,
    }),
    where: ({ apiHost, dataset }) => ({ apiHost, dataset }),
    keys: ({ apiHost, apiKey, isNamedByEnvironment }) =>
      apiKey && !isNamedByEnvironment && !isHoneycombs(text(apiHost)) ? ['HONEYCOMB_API_KEY'] : [],
    secrets: ({ apiKey }) => [text(apiKey)],
    missing: ({ apiKey, apiHost }) =>
      isHeaderText(apiKey) ? notAnAddress(apiHost, 'SEND_METRICS_HONEYCOMB_HOST', HONEYCOMB_HOST) : 'no key; set HONEYCOMB_API_KEY',
    address: ({ apiHost }) => text(apiHost),
    load: async () => (await import('./honeycomb.ts')).honeycomb,
  },
  {
    type: 'otlp',
    title: ({ url }) => `OpenTelemetry (${text(url) === '' ? 'the address in OTEL_EXPORTER_OTLP_ENDPOINT' : hostOf(url)})`,
    brief: ({ url }) => ['OpenTelemetry', text(url) || 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    settings: otlpSettings,
    where: otlpWhere,
    keys: otlpKeys,
    secrets: ({ headers }) => Object.values(headers as Record<string, string>),
    missing: otlpMissing,
    address: ({ url }) => text(url) || undefined,
    certificates: (settings) => settings.certificates as Certificates | undefined,
    // It takes what has a duration.
    takes: (kind) => kind !== 'uiresource',
    load: async () => (await import('./otlp.ts')).otlp,
  },
  {
    type: 'prometheus',
    title: ({ place, pushgateway }) =>
      place === undefined ? `a Prometheus Pushgateway (${hostOf(pushgateway)})` : `Prometheus, by the file ${printable(text(place))}`,
    brief: ({ place, pushgateway }) => (place === undefined ? ['a Pushgateway', text(pushgateway)] : ['a file', text(place)]),
    settings: (declared, _env, { root, project }) => ({
      ...declared,
      project,
      ...(declared.textfile === undefined ? {} : fileAt(root, text(declared.textfile))),
    }),
    where: ({ place, pushgateway }) => ({ textfile: place, pushgateway }),
    missing: () => undefined,
    address: ({ pushgateway }) => text(pushgateway) || undefined,
    takes: (kind) => kind === 'run' || kind === 'consent',
    takesTurns: true,
    load: async () => (await import('./prometheus.ts')).prometheus,
  },
  {
    type: 'exec',
    title: ({ command, program }) =>
      `the program ${JSON.stringify(command)} (${printable(text(program))}), run on this machine with the events on its stdin`,
    brief: ({ program }) => ['a program', text(program)],
    settings: (declared, env, { root }) => ({ ...declared, folder: root, program: programOf(declared.command, root, env) }),
    where: ({ command, program }) => ({ command, program }),
    missing: () => undefined,
    address: () => undefined,
    load: async () => (await import('./exec.ts')).exec,
  },
]

/** The row for a type. Throws for a type that the project file's schema should have refused. */
export function destinationRow(type: string): DestinationRow {
  const row = DESTINATIONS.find((one) => one.type === type)
  if (!row) throw new Error(`no destination '${type}'`)
  return row
}
