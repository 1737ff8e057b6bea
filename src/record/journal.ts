import type { Route } from '../delivery/deliver.ts'
import { Round } from '../delivery/round.ts'
import type { EventKind } from '../event/fields.ts'
import type { Message } from '../event/message.ts'
import type { Ledger } from '../journal/ledger.ts'
import type { World } from '../world.ts'

/**
 * Writes an event to the ledger and to the outbox of each destination, so that a death at any moment leaves
 * both or neither: the outboxes' files are complete before the ledger has the event, and among the waiting
 * ones only afterwards. What had to make room in a full outbox stands in
 * the ledger. Throws the file system's error; then nothing is recorded and nothing waits.
 */
export function writeEvent(world: World, ledger: Ledger, kind: EventKind, message: Message, routes: readonly Route[]): void {
  const { id, timestamp, properties } = message
  try {
    for (const { outbox } of routes) outbox.prepare(message)
    ledger.addEvent(kind, id, new Date(timestamp), properties)
  } catch (error) {
    for (const { outbox } of routes) outbox.abandon(id)
    throw error
  }
  for (const route of routes) new Round(world, route, ledger).lose(route.outbox.commit(id))
}
