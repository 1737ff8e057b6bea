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
}

/** Puts events into as few requests as a receiver's limits allow, in order; an event that can never fit is refused. */
export function inBatches(
  all: readonly Sized[],
  limits: Limits,
): { batches: Message[][]; refused: { message: Message; reason: string }[] } {
  const refused: { message: Message; reason: string }[] = []
  const batches: Message[][] = []
  let room = 0
  for (const { message, bytes } of all) {
    if (bytes > limits.event) {
      refused.push({ message, reason: `it has ${bytes} bytes; ${limits.receiver} takes ${limits.event}` })
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
