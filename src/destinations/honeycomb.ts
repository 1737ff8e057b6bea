import { gzipSync } from 'node:zlib'
import type { Message } from '../event/message.ts'
import { printable } from '../messages.ts'
import { inBatches, type Limits, sizedFor } from './batches.ts'
import type { Destination, HttpRequest, Response, Settings, Verdict } from './destination.ts'
import { retryAfterMs } from './retry-after.ts'
import { spanIds, startOf, titleOf } from './trace-parts.ts'

/** Honeycomb's documented limits: 100 kB an event, 1 MB a batch, before compression. */
const LIMITS: Limits = { receiver: 'Honeycomb', event: 100_000, batch: 1_000_000, around: 2 }
/** Below this, compression costs more than it saves. */
const GZIP_BYTES = 1_000

/** Honeycomb's batch endpoint (api-docs.honeycomb.io, "Create a batch of events"): every entry of its answer is judged by itself. */
export const honeycomb: Destination = {
  async encode(messages, settings) {
    const sized = sizedFor(messages, LIMITS.batch - LIMITS.around, (message) => bytesOf(entriesOf(message)))
    // What is refused for its size is the run's own entry; those of the targets inside it are small.
    const { batches, refused } = inBatches(
      sized.map((one) => ({ ...one, largest: bytesOf(entriesOf(one.message)[0]) })),
      LIMITS,
    )
    return { requests: batches.map((batch) => requestFor(batch, settings)), refused }
  },

  judge(request, response) {
    if ('failure' in response) return request.messages.map(() => ({ result: 'retry', reason: response.failure }))
    const { status, headers } = response
    const verdicts =
      status >= 200 && status < 300 ? judgeEntries(request.messages, response) : request.messages.map(() => judgeStatus(status))
    const pause = retryAfterMs(headers)
    return verdicts.map((verdict) => (verdict.result === 'retry' && pause !== undefined ? { ...verdict, retryAfterMs: pause } : verdict))
  },
}

function requestFor(messages: readonly Message[], settings: Settings): HttpRequest {
  const body = JSON.stringify(messages.flatMap(entriesOf))
  const wire = Buffer.byteLength(body) > GZIP_BYTES ? gzipSync(body) : undefined
  return {
    url: `${String(settings.apiHost).replace(/(?<!\/)\/+$/u, '')}/1/batch/${encodeURIComponent(String(settings.dataset))}`,
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Honeycomb-Team': String(settings.apiKey),
      ...(wire && { 'Content-Encoding': 'gzip' }),
    },
    body,
    ...(wire && { wire }),
    messages,
  }
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

interface Entry {
  readonly time: string
  readonly samplerate: number
  readonly data: Readonly<Record<string, unknown>>
}

/** The event, and after it each span within it, under Honeycomb's names for traces. */
function entriesOf(message: Message): Entry[] {
  const { properties, anonymousId, id, event } = message
  const { traceId, spanId, parentId } = spanIds(message)
  const sender = { 'service.name': 'send-metrics', anonymous_id: anonymousId }
  const service = { ...sender, 'trace.trace_id': traceId }
  const own = {
    ...properties,
    ...sender,
    // A resource's own name is what boards group by.
    name: properties.name ?? titleOf(message),
    event,
    message_id: id,
    error: properties.outcome !== undefined && properties.outcome !== 'success',
  }
  // How something is now is no part of a trace.
  if (message.heartbeat) return [{ time: startOf(message), samplerate: 1, data: own }]
  const root: Entry = {
    time: startOf(message),
    samplerate: 1,
    data: { ...own, ...service, 'trace.span_id': spanId, ...(parentId !== undefined && { 'trace.parent_id': parentId }) },
  }
  const inner = (message.spans ?? []).map(
    (span): Entry => ({
      time: new Date(span.start).toISOString(),
      samplerate: 1,
      data: {
        ...service,
        name: span.target,
        duration_ms: span.duration_ms,
        outcome: span.outcome,
        error: span.outcome !== 'success',
        ...(span.cached && { cached: true }),
        'trace.span_id': span.id,
        'trace.parent_id': spanId,
      },
    }),
  )
  return [root, ...inner]
}

/** A 2xx comes with a status for each entry, in order; what was not answered goes again. */
function judgeEntries(messages: readonly Message[], { status, body }: Extract<Response, { status: number }>): Verdict[] {
  const answers = parseList(body)
  if (answers === undefined)
    return messages.map(() => ({ result: 'retry', reason: `answered ${status} without a list of results; is there a captive portal?` }))
  let at = 0
  return messages.map((message) => {
    const own = answers.slice(at, at + entriesOf(message).length)
    at += entriesOf(message).length
    // The run itself counts; a span that was refused beside it is not worth sending the run again.
    return judgeEntry(own[0])
  })
}

function judgeEntry(answer: unknown): Verdict {
  const { status, error } = (answer ?? {}) as { status?: unknown; error?: unknown }
  const why = typeof error === 'string' ? `: ${printable(error, 200)}` : ''
  if (typeof status !== 'number') return { result: 'retry', reason: 'was not answered for this event' }
  if (status >= 200 && status < 300) return { result: 'delivered', reason: 'accepted' }
  if (status === 429 || status >= 500) return { result: 'retry', reason: `answered ${status} for this event${why}` }
  return { result: 'drop', reason: `refused this event with ${status}${why}` }
}

function judgeStatus(status: number): Verdict {
  if ([400, 413, 422].includes(status)) return { result: 'drop', reason: `refused with ${status}; trying again would not help` }
  if (status === 401 || status === 403) return { result: 'retry', reason: `refused the key (${status}); see HONEYCOMB_API_KEY` }
  if (status === 404) return { result: 'retry', reason: 'has no such dataset (404), or the key may not make it' }
  if (status === 429) return { result: 'retry', reason: 'asked to slow down (429)' }
  if (status >= 300 && status < 400)
    return { result: 'retry', reason: `redirected (${status}), which is not acceptance; is there a captive portal?` }
  return { result: 'retry', reason: `answered ${status}` }
}

function parseList(body: string): unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(body)
    return Array.isArray(list) ? list : undefined
  } catch {
    return undefined
  }
}
