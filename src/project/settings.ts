import type { Environment } from '../world.ts'
import type { Project } from './read.ts'

/** A setting: the variable that goes before the project file's key, the key, and what holds without either. */
export interface Setting {
  readonly name: string
  readonly variable?: string
  readonly key?: keyof Project
  readonly otherwise: string
  /** Its value is not for other eyes. */
  readonly secret?: boolean
}

/** Every setting there is, apart from the destinations' own. */
export const SETTINGS: readonly Setting[] = [
  { name: 'consent switch', variable: 'SEND_METRICS', otherwise: 'not set' },
  { name: 'do not track', variable: 'DO_NOT_TRACK', otherwise: 'not set' },
  { name: 'Segment write key', variable: 'SEND_METRICS_WRITE_KEY', otherwise: "the destination's own", secret: true },
  { name: 'Segment host', variable: 'SEND_METRICS_SEGMENT_HOST', otherwise: "the destination's own" },
  { name: 'Honeycomb key', variable: 'HONEYCOMB_API_KEY', otherwise: 'none', secret: true },
  { name: 'OTLP address', variable: 'SEND_METRICS_OTLP_ENDPOINT', otherwise: "the destination's own" },
  { name: 'OTLP headers', variable: 'SEND_METRICS_OTLP_HEADERS', otherwise: 'OTEL_EXPORTER_OTLP_HEADERS, if asked for', secret: true },
  { name: 'make', variable: 'MAKE', otherwise: 'make' },
  { name: 'test mark', variable: 'SEND_METRICS_TEST', otherwise: 'no' },
  { name: 'debug', variable: 'SEND_METRICS_DEBUG', otherwise: 'off' },
  { name: 'coding agent', variable: 'SEND_METRICS_AGENT', otherwise: 'told by what agents set' },
  { name: 'seconds to answer', variable: 'SEND_METRICS_ASK_SECONDS', otherwise: '60' },
  { name: 'enabled', key: 'enabled', otherwise: 'true' },
  { name: 'recipient', key: 'recipient', otherwise: 'the people who maintain the project' },
  { name: 'retentionDays', key: 'retentionDays', otherwise: '365' },
  { name: 'targets', key: 'targets', otherwise: 'every name that looks like a target' },
  { name: 'prefix', key: 'prefix', otherwise: 'impl-' },
  { name: 'tests', key: 'tests', otherwise: 'none' },
  { name: 'defaultBranch', key: 'defaultBranch', otherwise: "origin's HEAD" },
  { name: 'commitTime', key: 'commitTime', otherwise: 'day' },
  { name: 'event', key: 'event', otherwise: "the project's name and .command.run" },
  { name: 'spans', key: 'spans', otherwise: 'false' },
  { name: 'dockerLimits', key: 'dockerLimits', otherwise: 'false' },
  { name: 'collect', key: 'collect', otherwise: 'none' },
  { name: 'budgetMs', key: 'budgetMs', otherwise: '1000, in CI 5000' },
]

/** A setting's value as it holds here, and where it comes from. */
export interface SettledSetting {
  readonly name: string
  readonly value: string
  readonly origin: string
}

/** Every setting with its value and origin. `declared` is the project file as written, without defaults. */
export function settle(env: Environment, declared: Readonly<Record<string, unknown>>): SettledSetting[] {
  return SETTINGS.map(({ name, variable, key, otherwise, secret }) => {
    const set = variable === undefined ? undefined : env[variable]
    if (set) return { name, value: secret ? 'set' : set, origin: `${variable} in the environment` }
    const written = key === undefined ? undefined : declared[key]
    if (written !== undefined) return { name, value: plain(written), origin: 'send-metrics.json' }
    return { name, value: otherwise, origin: 'default' }
  })
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
