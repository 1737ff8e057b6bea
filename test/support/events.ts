import { v7 } from 'uuid'
import type { Message } from '../../src/event/message.ts'
import type { Outbox } from '../../src/journal/outbox.ts'

/** A message made at a time; messages made later sort later. */
export function message(more: Partial<Message> = {}, msecs = Date.now()): Message {
  return {
    id: v7({ msecs }),
    event: 'demo.command.run',
    anonymousId: '5f3c9f0e-31a1-4c0b-9f7e-0d6f5a0c9e11',
    timestamp: new Date(msecs).toISOString(),
    properties: { command: 'build', duration_ms: 5 },
    ...more,
  }
}

/** Puts an event among those that wait, as a run does. */
export function put(outbox: Outbox, message: Message): void {
  outbox.prepare(message)
  outbox.commit(message.id)
}
