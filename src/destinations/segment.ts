import type { Message } from '../event/message.ts'
import { acceptance } from './acceptance.ts'
import { inBatches, type Limits } from './batches.ts'
import type { Destination, HttpRequest, Response, Verdict } from './destination.ts'
import { retryAfterMs } from './retry-after.ts'
import { fill, learn } from './segment-form.ts'

/** Segment's documented limit for an event, past which it answers 400, and where the client begins another request. */
const LIMITS: Limits = { receiver: 'Segment', event: 32 * 1024, batch: 480 * 1024, around: 2 * 1024 }
/** Room for what the client puts around an event. */
const EVENT_ENVELOPE_BYTES = 512

type Client = typeof import('./segment-client.ts')

/**
 * Segment, spoken through its official client, which shapes the request; the answer is judged here. What the
 * client did once for this place is filled in from then on, byte by byte the same.
 */
export function segmentBy(version: string, loadClient: () => Promise<Client>): Destination {
  return {
    async encode(messages, settings, known) {
      const sized = messages.map((message) => ({
        message,
        bytes: Buffer.byteLength(JSON.stringify(sentPart(message))) + EVENT_ENVELOPE_BYTES,
      }))
      const { batches, refused } = inBatches(sized, LIMITS)
      const requests: HttpRequest[] = []
      let learned: string | undefined
      for (const batch of batches) {
        const filled = known === undefined ? undefined : fill(known, batch, settings, version)
        const request = filled ?? (await (await loadClient()).shape(batch, settings))
        if (filled === undefined) learned = learn(request, settings, version)
        requests.push(request)
      }
      return { requests, refused, learned }
    },

    judge(request, response) {
      const verdict = judgeAnswer(response)
      return request.messages.map(() => verdict)
    },
  }
}

/** Segment gets no spans; what it can use of them is a property. */
function sentPart({ spans: _spans, spansLeftOut: _count, ...message }: Message): object {
  return message
}

/** As Segment's own client has it, any 2xx is acceptance; 3xx is somebody's portal, and what is wrong with a request stays wrong. */
function judgeAnswer(response: Response): Verdict {
  if ('failure' in response) return { result: 'retry', reason: response.failure }
  const { status, headers } = response
  if (status >= 200 && status < 300) return acceptance(response)
  if (status === 400 || status === 413 || status === 422)
    return { result: 'drop', reason: `refused with ${status}; trying again would not help` }
  if (status === 429) return { result: 'retry', reason: 'asked to slow down (429)', retryAfterMs: retryAfterMs(headers) }
  if (status >= 300 && status < 400)
    return { result: 'retry', reason: `redirected (${status}), which is not acceptance; is there a captive portal?` }
  return { result: 'retry', reason: `answered ${status}`, retryAfterMs: retryAfterMs(headers) }
}
