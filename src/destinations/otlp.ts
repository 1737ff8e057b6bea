import { gzipSync } from 'node:zlib'
import type { Message } from '../event/message.ts'
import { printable } from '../messages.ts'
import { version } from '../version.ts'
import { acceptance } from './acceptance.ts'
import { inBatches, type Limits, sizedFor } from './batches.ts'
import type { Destination, HttpRequest, Response, Settings, Verdict } from './destination.ts'
import { resourceOf, spansOf } from './otlp-spans.ts'
import { retryAfterMs } from './retry-after.ts'

/** New Relic's documented limit of 1 MB a request is the lowest of the services that take OTLP. */
const LIMITS: Limits = { receiver: 'OTLP', event: 940_000, batch: 950_000, around: 1_000 }

const HEADERS = 'SEND_METRICS_OTLP_HEADERS or OTEL_EXPORTER_OTLP_HEADERS'
const ASK = `set ${HEADERS}, and "headersFrom": "env" in the project file`

/**
 * OTLP over HTTP as JSON (opentelemetry.io/docs/specs/otlp): the runs as spans. Written by hand, because the SDK's
 * exporter reports rejected spans as delivered and takes seconds to give up on a refused connection.
 */
export const otlp: Destination = {
  async encode(messages, settings) {
    const sized = sizedFor(messages, LIMITS.event, (message) => Buffer.byteLength(JSON.stringify([resourceOf(message), spansOf(message)])))
    const { batches, refused } = inBatches(sized, LIMITS)
    return { requests: batches.map((batch) => requestFor(batch, settings)), refused }
  },

  judge(request, response) {
    const sent = 'headers' in request ? Object.keys(request.headers).filter((name) => !/^content-/iu.test(name)) : []
    const verdict = judgeAnswer(response, sent.length > 0)
    return request.messages.map(() => verdict)
  },
}

function requestFor(messages: readonly Message[], settings: Settings): HttpRequest {
  const body = JSON.stringify({ resourceSpans: byResource(messages) })
  const wire = settings.compression === 'gzip' ? gzipSync(body) : undefined
  return {
    url: String(settings.url),
    method: 'POST',
    headers: {
      ...(settings.headers as Record<string, string>),
      'Content-Type': 'application/json',
      ...(wire && { 'Content-Encoding': 'gzip' }),
    },
    body,
    ...(wire && { wire }),
    limitMs: settings.timeoutMs as number | undefined,
    messages,
  }
}

/** Spans of the same kind of machine share a resource. */
function byResource(messages: readonly Message[]): object[] {
  const groups = new Map<string, { resource: object; spans: object[] }>()
  for (const message of messages) {
    const resource = resourceOf(message)
    const key = JSON.stringify(resource)
    const group = groups.get(key) ?? { resource, spans: [] }
    group.spans.push(...spansOf(message))
    groups.set(key, group)
  }
  return [...groups.values()].map(({ resource, spans }) => ({
    resource,
    scopeSpans: [{ scope: { name: 'send-metrics', version }, spans }],
  }))
}

/** What may get better waits, a wrong key or address among it; what is wrong with the request stays wrong. */
function judgeAnswer(response: Response, hadHeaders: boolean): Verdict {
  if ('failure' in response) return { result: 'retry', reason: response.failure }
  const { status, headers } = response
  if (status >= 200 && status < 300) return accepted(response)
  if (status === 401 || status === 403)
    return {
      result: 'retry',
      reason: hadHeaders ? `refused the headers (${status}); see ${HEADERS}` : `wants a header (${status}): ${ASK}`,
    }
  if (status === 404 || status === 405) return { result: 'retry', reason: `takes no traces at this address (${status})` }
  if (status === 429) return { result: 'retry', reason: 'asked to slow down (429)', retryAfterMs: retryAfterMs(headers) }
  if (status >= 300 && status < 400)
    return { result: 'retry', reason: `redirected (${status}), which is not acceptance; is there a captive portal?` }
  if (status >= 500) return { result: 'retry', reason: `answered ${status}`, retryAfterMs: retryAfterMs(headers) }
  return { result: 'drop', reason: `refused with ${status}; trying again would not help` }
}

function accepted(response: Extract<Response, { status: number }>): Verdict {
  const verdict = acceptance(response)
  return verdict.result === 'delivered' ? { ...verdict, reason: partialSuccess(response.body) ?? verdict.reason } : verdict
}

/** Spans that the receiver rejected must not be sent again (OTLP, "Partial Success"); the ledger has it. */
function partialSuccess(body: string): string | undefined {
  try {
    const { partialSuccess } = JSON.parse(body) as { partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string } }
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0)
    const why = partialSuccess?.errorMessage ? `: ${printable(String(partialSuccess.errorMessage), 200)}` : ''
    if (rejected > 0) return `accepted, but it rejected ${rejected} ${rejected === 1 ? 'span' : 'spans'}${why}`
    return why === '' ? undefined : `accepted with a warning${why}`
  } catch {
    return undefined
  }
}
