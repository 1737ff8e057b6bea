import type { Message } from '../event/message.ts'
import type { FieldValue, Properties } from '../event/serialize.ts'
import { durationOf, spanIds, startOf, titleOf } from './trace-parts.ts'

/** OTLP's JSON form: enums are integers, 64-bit integers are strings. */
interface Attribute {
  readonly key: string
  readonly value: { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean }
}

/** Span kinds: within a process, and calling a program. */
const INTERNAL = 1
const CLIENT = 3
const ERROR = 2

/** Outcomes as OpenTelemetry's `cicd.pipeline.task.run.result` has them. */
const RESULTS: Readonly<Record<string, string>> = { success: 'success', failure: 'failure', interrupted: 'cancellation' }

/** Fields that OpenTelemetry has a name for; all others go under `send_metrics.`. */
const SPAN_NAMES: Readonly<Record<string, string>> = {
  command_type: 'process.executable.name',
  command: 'cicd.pipeline.task.name',
  exit_status: 'process.exit.code',
  send_metrics_version: 'send_metrics.version',
}
const RESOURCE_NAMES: Readonly<Record<string, string>> = { os_type: 'os.type', host_arch: 'host.arch' }
/** Said by the span itself. */
const IN_THE_SPAN = new Set(['start_time', 'duration_ms', 'run_id', 'parent_run_id', 'trace_id', 'outcome'])

/** What a run's machine is, as a resource (OpenTelemetry's semantic conventions); neither its name nor its ID. */
export function resourceOf({ properties, nodeVersion }: Message): { attributes: Attribute[] } {
  const known = Object.entries(RESOURCE_NAMES).flatMap(([field, key]) => attribute(key, properties[field]))
  const runtime =
    nodeVersion === undefined
      ? []
      : [...attribute('process.runtime.name', 'nodejs'), ...attribute('process.runtime.version', nodeVersion.replace(/^v/u, ''))]
  return { attributes: [...attribute('service.name', 'send-metrics'), ...known, ...runtime] }
}

/** The run as a span, and the targets inside it as its children. */
export function spansOf(message: Message): object[] {
  const { properties } = message
  const { traceId, spanId, parentId } = spanIds(message)
  const start = Date.parse(startOf(message))
  const isRun = properties.command !== undefined
  const own = {
    traceId,
    spanId,
    ...(parentId !== undefined && { parentSpanId: parentId }),
    name: titleOf(message),
    kind: isRun ? CLIENT : INTERNAL,
    startTimeUnixNano: nano(start),
    endTimeUnixNano: nano(start + durationOf(message)),
    attributes: attributesOf(message),
    ...statusOf(properties),
  }
  const inner = (message.spans ?? []).map((span) => ({
    traceId,
    spanId: span.id,
    parentSpanId: spanId,
    name: span.target,
    kind: INTERNAL,
    startTimeUnixNano: nano(span.start),
    endTimeUnixNano: nano(span.start + span.duration_ms),
    attributes: [
      ...attribute('cicd.pipeline.task.name', span.target),
      ...attribute('cicd.pipeline.task.run.result', RESULTS[span.outcome] ?? span.outcome),
      ...attribute('send_metrics.cached', span.cached),
    ],
    ...(span.outcome === 'success' ? {} : { status: { code: ERROR } }),
  }))
  return [own, ...inner]
}

function attributesOf({ properties, anonymousId, event, id }: Message): Attribute[] {
  const fields = Object.entries(properties).filter(([name]) => !IN_THE_SPAN.has(name) && !(name in RESOURCE_NAMES))
  const { outcome, exit_status } = properties
  return [
    ...fields.flatMap(([name, value]) => attribute(SPAN_NAMES[name] ?? `send_metrics.${name}`, value)),
    ...attribute('cicd.pipeline.task.run.result', typeof outcome === 'string' ? (RESULTS[outcome] ?? outcome) : undefined),
    ...attribute('error.type', exit_status === undefined || exit_status === 0 ? undefined : String(exit_status)),
    ...attribute('send_metrics.event', event),
    ...attribute('send_metrics.anonymous_id', anonymousId),
    ...attribute('send_metrics.message_id', id),
  ]
}

function statusOf({ outcome, exit_status }: Properties): object {
  if (outcome === undefined || outcome === 'success') return {}
  return { status: { code: ERROR, ...(exit_status !== undefined && { message: `exit status ${exit_status}` }) } }
}

function attribute(key: string, value: FieldValue | undefined): Attribute[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [{ key, value: { stringValue: value } }]
  if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }]
  return [{ key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }]
}

function nano(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n)
}
