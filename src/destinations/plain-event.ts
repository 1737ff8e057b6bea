import type { Message } from '../event/message.ts'

/** An event as a file or a program gets it: its ID, name, sender and time, then its fields. */
export function plainEvent({ id, event, anonymousId, timestamp, properties, spans }: Message): object {
  return { messageId: id, event, anonymousId, timestamp, ...properties, ...(spans && spans.length > 0 && { spans }) }
}
