import type { Destination } from './destination.ts'
import { plainEvent } from './plain-event.ts'

/** How each line begins, by which a file is known as one of events. */
const MARK = '{"messageId":"'

/** A file of JSON lines: each event with its ID, name, time and properties. */
export const file: Destination = {
  async encode(messages, settings) {
    if (messages.length === 0) return { requests: [], refused: [] }
    const body = messages.map((message) => `${JSON.stringify(plainEvent(message))}\n`).join('')
    return { requests: [{ append: String(settings.absolute), mark: MARK, body, messages }], refused: [] }
  },

  judge(request, response) {
    const verdict =
      'failure' in response
        ? ({ result: 'retry', reason: response.failure } as const)
        : ({ result: 'delivered', reason: 'written' } as const)
    return request.messages.map(() => verdict)
  },
}
