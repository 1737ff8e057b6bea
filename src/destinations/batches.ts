import type { Message } from '../event/message.ts'

/** What a receiver takes, in bytes: of one event, and of all in one request, whatever is put around them included. */
export interface Limits {
  readonly receiver: string
  readonly event: number
  readonly batch: number
  /** What stands around all events of a request. */
  readonly around: number
}

/** An event as it would be sent, in bytes. */
interface Sized {
  readonly message: Message
  readonly bytes: number
  /** Its largest part, where a receiver's limit for an event holds for each part. */
  readonly largest?: number
}

/** Sizes events; of one that is too large with the targets inside it, only the run itself goes. */
export function sizedFor(messages: readonly Message[], limit: number, bytesOf: (message: Message) => number): Sized[] {
  return messages.map((message) => {
    const whole = { message, bytes: bytesOf(message) }
    if (whole.bytes <= limit || message.spans === undefined) return whole
    const { spans: _tooLarge, ...alone } = message
    return { message: alone, bytes: bytesOf(alone) }
  })
}

/** Puts events into as few requests as a receiver's limits allow, in order; an event that can never fit is refused. */
export function inBatches(
  all: readonly Sized[],
  limits: Limits,
): { batches: Message[][]; refused: { message: Message; reason: string }[] } {
  const refused: { message: Message; reason: string }[] = []
  const batches: Message[][] = []
  let room = 0
  for (const { message, bytes, largest = bytes } of all) {
    if (largest > limits.event) {
      refused.push({ message, reason: `it has ${largest} bytes; ${limits.receiver} takes ${limits.event}` })
      continue
    }
    if (bytes > room) {
      batches.push([])
      room = limits.batch - limits.around
    }
    batches.at(-1)?.push(message)
    room -= bytes
  }
  return { batches, refused }
}
