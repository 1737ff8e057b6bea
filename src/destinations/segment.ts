import { Analytics } from '@segment/analytics-node'
import type { Message } from '../event/message.ts'
import type { Destination, HttpRequest, Response, Settings, Verdict } from './destination.ts'
import { retryAfterMs } from './retry-after.ts'

/** Segment's documented limits: 32 KB an event, 500 KB a request; past that it answers 400. */
const EVENT_BYTES = 32 * 1024
const BATCH_BYTES = 500 * 1024
/** Room for what the client puts around the events. */
const ENVELOPE_BYTES = 2 * 1024
const EVENT_ENVELOPE_BYTES = 512

/** Segment, spoken through its official client, which shapes the request; the answer is judged here. */
export const segment: Destination = {
  async encode(messages, settings) {
    const refused: { message: Message; reason: string }[] = []
    const batches: Message[][] = []
    let room = 0
    for (const message of messages) {
      const bytes = Buffer.byteLength(JSON.stringify(message)) + EVENT_ENVELOPE_BYTES
      if (bytes > EVENT_BYTES) {
        refused.push({ message, reason: `it has ${bytes} bytes; Segment takes ${EVENT_BYTES}` })
        continue
      }
      if (bytes > room) {
        batches.push([])
        room = BATCH_BYTES - ENVELOPE_BYTES
      }
      batches.at(-1)?.push(message)
      room -= bytes
    }
    return { requests: await Promise.all(batches.map((batch) => shape(batch, settings))), refused }
  },

  judge(request, response) {
    const verdict = judgeAnswer(response)
    return request.messages.map(() => verdict)
  },
}

/**
 * Has the client shape one batch. Its `httpClient` is where a request leaves it: there the request is kept,
 * for delivery to send over the connection it opened early. The client always hears 200, so that none of
 * its own retries, which sleep on a 429 and take a redirect for success, can begin.
 */
async function shape(messages: readonly Message[], settings: Settings): Promise<HttpRequest> {
  let request: HttpRequest | undefined
  const client = new Analytics({
    writeKey: String(settings.writeKey),
    host: String(settings.host),
    flushAt: messages.length,
    maxRetries: 0,
    httpClient: {
      makeRequest: async ({ url, method, headers, body }) => {
        request = { url, method, headers, body: frozen(body, messages), messages }
        return { status: 200, statusText: 'OK' }
      },
    },
  })
  let fault: unknown
  client.on('error', (error) => {
    fault = error
  })
  for (const { id, event, anonymousId, timestamp, properties } of messages) {
    client.track({ messageId: id, event, anonymousId, timestamp: new Date(timestamp), properties: { ...properties } })
  }
  await client.closeAndFlush({ timeout: 1_000 })
  if (!request) throw new Error(`Segment's client made no request${fault ? `: ${JSON.stringify(fault)}` : ''}`)
  return request
}

interface Shaped {
  readonly messageId: string
  readonly _metadata?: { nodeVersion?: string }
  readonly context?: { library?: { version?: string } }
}

/** The client stamps Node's version and its own as it sends; every retry of an event has to carry those it was recorded with. */
function frozen(body: string, messages: readonly Message[]): string {
  const shaped = JSON.parse(body) as { batch: Shaped[] }
  const recorded = new Map(messages.map((message) => [message.id, message]))
  for (const { messageId, _metadata, context } of shaped.batch) {
    const { nodeVersion, clientVersion } = recorded.get(messageId) ?? {}
    if (_metadata && nodeVersion !== undefined) _metadata.nodeVersion = nodeVersion
    if (context?.library && clientVersion !== undefined) context.library.version = clientVersion
  }
  return JSON.stringify(shaped)
}

/** Only 200 is acceptance; 3xx is somebody's portal, and what is wrong with a request stays wrong. */
function judgeAnswer(response: Response): Verdict {
  if ('failure' in response) return { result: 'retry', reason: response.failure }
  const { status } = response
  if (status === 200) return { result: 'delivered', reason: 'accepted' }
  if (status === 400 || status === 413 || status === 422)
    return { result: 'drop', reason: `refused with ${status}; trying again would not help` }
  if (status === 429) return { result: 'retry', reason: 'asked to slow down (429)', retryAfterMs: retryAfterMs(response.headers) }
  if (status >= 300 && status < 400)
    return { result: 'retry', reason: `redirected (${status}), which is not acceptance; is there a captive portal?` }
  return { result: 'retry', reason: `answered ${status}` }
}
