import type { Destination } from './destination.ts'

/** A file of JSON lines: each event with its ID, name, time and properties. */
export const file: Destination = {
  async encode(messages, settings) {
    if (messages.length === 0) return { requests: [], refused: [] }
    const body = messages.map((message) => `${JSON.stringify(line(message))}\n`).join('')
    return { requests: [{ append: String(settings.absolute), body, messages }], refused: [] }
  },

  judge(request, response) {
    const verdict =
      'failure' in response
        ? ({ result: 'retry', reason: response.failure } as const)
        : ({ result: 'delivered', reason: 'written' } as const)
    return request.messages.map(() => verdict)
  },
}

function line(message: Parameters<Destination['encode']>[0][number]): object {
  const { id, event, anonymousId, timestamp, properties } = message
  return { messageId: id, event, anonymousId, timestamp, ...properties }
}
