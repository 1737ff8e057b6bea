import * as path from 'node:path'
import { printable } from '../messages.ts'
import { segmentClientVersion } from '../version.ts'
import type { Certificates, Environment } from '../world.ts'
import type { DestinationRow, Settings } from './destination.ts'
import { otlpMissing, otlpSettings } from './otlp-settings.ts'
import { isPlaceholder } from './placeholder.ts'
import { segmentBy } from './segment.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function hostOf(address: unknown): string {
  try {
    return new URL(text(address)).host
  } catch {
    return printable(text(address))
  }
}

const SEGMENT_HOST = 'https://api.segment.io'
const HONEYCOMB_HOST = 'https://api.honeycomb.io'

/** What may stand in a header: anything else would break the request, or out of it. */
const isHeaderText = (value: unknown): boolean => /^[\x21-\x7e]+$/u.test(text(value))

function missingKey({ writeKey }: Settings): string | undefined {
  if (isPlaceholder(text(writeKey))) return `the write key is ${JSON.stringify(writeKey)}, a placeholder; put the source's own in its place`
  return writeKey ? undefined : 'no write key; put "writeKey" in the project file or set SEND_METRICS_WRITE_KEY'
}

function notAnAddress(address: unknown, variable: string): string | undefined {
  if (/^https?:\/\//u.test(text(address)) && URL.canParse(text(address))) return undefined
  return `its address is ${JSON.stringify(address)}; allowed, in the project file or in ${variable}: one such as ${SEGMENT_HOST}`
}

/** Every destination there is. A new one is a file beside this and a row here. */
export const DESTINATIONS: readonly DestinationRow[] = [
  {
    type: 'segment',
    title: (settings) => `Segment (${hostOf(settings.host)})`,
    settings: (declared: Settings, env: Environment) => ({
      ...declared,
      writeKey: env.SEND_METRICS_WRITE_KEY || declared.writeKey,
      host: env.SEND_METRICS_SEGMENT_HOST || declared.host || SEGMENT_HOST,
    }),
    missing: (settings) => missingKey(settings) ?? notAnAddress(settings.host, 'SEND_METRICS_SEGMENT_HOST'),
    address: (settings) => text(settings.host),
    load: async () => segmentBy(segmentClientVersion ?? '', () => import('./segment-client.ts')),
  },
  {
    type: 'file',
    title: (settings) => `a file on this machine (${text(settings.path)})`,
    settings: (declared, _env, { root }) => ({ ...declared, absolute: path.resolve(root, text(declared.path)) }),
    missing: () => undefined,
    address: () => undefined,
    load: async () => (await import('./file.ts')).file,
  },
  {
    type: 'honeycomb',
    title: ({ apiHost, dataset }) => `Honeycomb (${hostOf(apiHost)}, dataset ${printable(text(dataset))})`,
    settings: (declared, env) => ({ apiHost: HONEYCOMB_HOST, ...declared, apiKey: env.HONEYCOMB_API_KEY }),
    missing: ({ apiKey }) => (isHeaderText(apiKey) ? undefined : 'no key; set HONEYCOMB_API_KEY'),
    address: ({ apiHost }) => text(apiHost),
    load: async () => (await import('./honeycomb.ts')).honeycomb,
  },
  {
    type: 'otlp',
    title: ({ url }) => `OpenTelemetry (${text(url) === '' ? 'the address in OTEL_EXPORTER_OTLP_ENDPOINT' : hostOf(url)})`,
    settings: otlpSettings,
    missing: otlpMissing,
    address: ({ url }) => text(url) || undefined,
    certificates: (settings) => settings.certificates as Certificates | undefined,
    // It takes what has a duration.
    takes: (kind) => kind !== 'uiresource',
    load: async () => (await import('./otlp.ts')).otlp,
  },
  {
    type: 'prometheus',
    title: ({ textfile, pushgateway }) =>
      textfile === undefined ? `a Prometheus Pushgateway (${hostOf(pushgateway)})` : `Prometheus, by the file ${printable(text(textfile))}`,
    settings: (declared, _env, { root, project }) => ({
      ...declared,
      project,
      absolute: declared.textfile === undefined ? undefined : path.resolve(root, text(declared.textfile)),
    }),
    missing: () => undefined,
    address: ({ pushgateway }) => text(pushgateway) || undefined,
    takes: (kind) => kind === 'run' || kind === 'consent',
    takesTurns: true,
    load: async () => (await import('./prometheus.ts')).prometheus,
  },
  {
    type: 'exec',
    title: ({ command }) => `the program ${JSON.stringify(command)}, run on this machine with the events on its stdin`,
    settings: (declared, _env, { root }) => ({ ...declared, folder: root }),
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
