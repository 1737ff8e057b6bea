import { Analytics } from '@segment/analytics-node'
import type { Message } from '../event/message.ts'
import type { HttpRequest, Settings } from './destination.ts'

/**
 * Has Segment's own client shape one batch. Its `httpClient` is where a request leaves it: there the request is
 * kept, for delivery to send over the connection it opened early. The client always hears 200, so that none of
 * its own retries, which sleep on a 429 and take a redirect for success, can begin.
 */
export async function shape(messages: readonly Message[], settings: Settings): Promise<HttpRequest> {
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
  // It settles at once; the time only bounds a fault, and is one that a machine at a standstill does not take.
  await client.closeAndFlush({ timeout: 30_000 })
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
