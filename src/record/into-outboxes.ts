import type { Route } from '../delivery/deliver.ts'
import { Round } from '../delivery/round.ts'
import type { Message } from '../event/message.ts'
import type { Ledger } from '../journal/ledger.ts'
import type { World } from '../world.ts'

/** Puts an event in the outbox of each destination; what had to make room for it stands in the ledger. */
export function intoOutboxes(world: World, routes: readonly Route[], ledger: Ledger, message: Message): void {
  for (const route of routes) new Round(world, route, ledger).lose(route.outbox.put(message))
}
