import { createRequire } from 'node:module'
import * as path from 'node:path'

/** A span with its attributes as a plain object. */
export interface DecodedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly start: bigint
  readonly end: bigint
  readonly status: { code: number; message: string } | undefined
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Spans that share a resource. */
export interface DecodedGroup {
  readonly resource: Readonly<Record<string, unknown>>
  readonly spans: readonly DecodedSpan[]
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** OpenTelemetry's own classes, generated from its protocol's definition; the package does not export them. */
const { opentelemetry } = createRequire(path.resolve('package.json'))('@opentelemetry/otlp-transformer/build/src/generated/root.js')
const Request = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest

/**
 * A body of traces, checked and encoded by OpenTelemetry's classes, and read back from the bytes. Throws what they
 * find wrong. In OTLP's JSON form IDs are hexadecimal; the classes read bytes, so those are put in.
 */
export function decodedTraces(body: string): DecodedGroup[] {
  const json = JSON.parse(body, asTheClassesHaveIt)
  const problem = Request.verify(json)
  if (problem) throw new Error(problem)
  const read = Request.toObject(Request.decode(Request.encode(Request.fromObject(json)).finish()), { longs: String, defaults: false })
  // Whatever was not understood is not there any more.
  const groups = read.resourceSpans as { resource: { attributes: Attribute[] }; scopeSpans: { spans: Raw[] }[] }[]
  return groups.map(({ resource, scopeSpans }) => ({
    resource: plain(resource.attributes),
    spans: scopeSpans.flatMap(({ spans }) => spans.map(decoded)),
  }))
}

function asTheClassesHaveIt(key: string, value: unknown): unknown {
  if (/^(?:trace|span|parentSpan)Id$/u.test(key)) return Buffer.from(String(value), 'hex')
  if (!/UnixNano$|^intValue$/u.test(key)) return value
  if (typeof value !== 'string') throw new Error(`${key} is no string`)
  const bits = BigInt.asUintN(64, BigInt(value))
  return { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: key !== 'intValue' }
}

interface Raw {
  readonly traceId: Uint8Array
  readonly spanId: Uint8Array
  readonly parentSpanId?: Uint8Array
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status?: { code: number; message?: string }
  readonly attributes: Attribute[]
}

function decoded(span: Raw): DecodedSpan {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    name: span.name,
    kind: span.kind,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    status: span.status && { code: span.status.code, message: span.status.message ?? '' },
    attributes: plain(span.attributes),
  }
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

function plain(attributes: readonly Attribute[]): Record<string, unknown> {
  const value = ({ stringValue, boolValue, doubleValue, intValue }: Attribute['value']) =>
    stringValue ?? boolValue ?? doubleValue ?? Number(intValue)
  return Object.fromEntries(attributes.map((one) => [one.key, value(one.value)]))
}
