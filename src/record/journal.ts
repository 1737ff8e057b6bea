import type { Route } from '../delivery/deliver.ts'
import { Round } from '../delivery/round.ts'
import type { EventKind } from '../event/fields.ts'
import type { Message } from '../event/message.ts'
import type { Ledger } from '../journal/ledger.ts'
import type { World } from '../world.ts'

/**
 * Writes an event to the ledger and to the outbox of each destination, so that a death at any moment leaves
 * both or neither: the outboxes' files are complete before the ledger has the event, and among the waiting
 * ones only afterwards. Whoever calls this sends next, or calls `boundOutboxes`. Throws the file system's error; then
 * nothing is recorded and nothing waits.
 */
export function writeEvent(ledger: Ledger, kind: EventKind, message: Message, routes: readonly Route[]): void {
  const { id, timestamp, properties } = message
  try {
    for (const { outbox } of routes) outbox.prepare(message)
    ledger.addEvent(kind, id, new Date(timestamp), properties)
  } catch (error) {
    for (const { outbox } of routes) outbox.abandon(id)
    throw error
  }
  for (const { outbox } of routes) outbox.commit(id)
}

/** For a run that does not send: what has to make room in a full outbox goes, and the ledger says so. */
export function boundOutboxes(world: World, ledger: Ledger, routes: readonly Route[]): void {
  for (const route of routes) new Round(world, route, ledger).lose(route.outbox.bound().losses)
}
