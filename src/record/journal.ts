import type { Route } from '../delivery/deliver.ts'
import { Round } from '../delivery/round.ts'
import type { EventKind } from '../event/fields.ts'
import type { Message } from '../event/message.ts'
import type { Properties } from '../event/serialize.ts'
import type { Ledger } from '../journal/ledger.ts'
import type { World } from '../world.ts'

/**
 * Writes an event to the ledger and to the outbox of each destination, so that a death at any moment leaves
 * both or neither: the outboxes' files are complete before the ledger has the event, and among the waiting
 * ones only afterwards. Whoever calls this sends next, or calls `boundOutboxes`. Throws the file system's error of the
 * ledger; then nothing is recorded and nothing waits. An outbox that takes nothing keeps it from no other.
 * `here` are facts that the ledger has beside those that are sent.
 */
export function writeEvent(ledger: Ledger, kind: EventKind, message: Message, routes: readonly Route[], here: Properties = {}): void {
  const { id, timestamp, properties } = message
  const failed = new Map<Route, string>()
  const each = (step: (route: Route) => void) => {
    for (const route of routes) if (!failed.has(route)) orNote(failed, route, step)
  }
  each(({ outbox }) => outbox.prepare(message))
  try {
    ledger.addEvent(kind, id, new Date(timestamp), { ...properties, ...here })
  } catch (error) {
    each(({ outbox }) => outbox.abandon(id))
    throw error
  }
  each(({ outbox }) => outbox.commit(id))
  for (const [{ name }, reason] of failed) noteLoss(ledger, { destination: name, id, at: timestamp, reason })
}

function orNote(failed: Map<Route, string>, route: Route, step: (route: Route) => void): void {
  try {
    step(route)
  } catch (error) {
    failed.set(route, (error as Error).message)
  }
}

function noteLoss(ledger: Ledger, { destination, id, at, reason }: { destination: string; id: string; at: string; reason: string }): void {
  try {
    ledger.addAttempt({ at, destination, status: null, result: 'drop', reason: `could not wait to be sent: ${reason}`, events: [id] })
  } catch {
    // The event itself is in the ledger.
  }
}

/** For a run that does not send: what has to make room in a full outbox goes, and the ledger says so. */
export function boundOutboxes(world: World, ledger: Ledger, routes: readonly Route[]): void {
  for (const route of routes) new Round(world, route, ledger).lose(route.outbox.bound().losses)
}
