import { type Delivery, deliver, type Route } from '../delivery/deliver.ts'
import type { Ledger } from '../journal/ledger.ts'
import type { World } from '../world.ts'

/** One round never takes more of a backlog with it than this; `flush` goes on until nothing is left. */
export const ROUND_MOST = 200

export interface SendOptions {
  /** On the World's monotonic clock. */
  readonly deadline: number
  /** At most so many events for each destination. */
  readonly most: number
  /** The event that goes before older ones, if any. */
  readonly first?: string | undefined
  readonly force: boolean
  readonly note: (text: string) => void
  /** Nothing that happened before this (RFC 3339) is sent. */
  readonly asOf: string | undefined
}

/** Sends to all destinations side by side within one deadline. */
export async function sendAll(world: World, routes: readonly Route[], ledger: Ledger, options: SendOptions): Promise<Delivery[]> {
  return Promise.all(routes.map((route) => deliver(world, route, ledger, options)))
}

/** What became of a round, in a few words. */
export function describeAll(deliveries: readonly Delivery[]): string {
  return deliveries.map(describeDelivery).join('; ')
}

/** `3 sent to segment-1a2b3c4d`, or why not. */
export function describeDelivery({ route, delivered, kept, dropped, reason, passedOver }: Delivery): string {
  const parts = [
    delivered > 0 ? `${delivered} sent to ${route}` : '',
    dropped > 0 ? `${dropped} dropped by ${route}: ${reason}` : '',
    kept > 0 ? `${kept} kept for ${route}: ${reason}` : '',
  ].filter((part) => part !== '')
  if (parts.length === 0 && passedOver.length > 0) return `nothing sent to ${route}: ${reason}`
  return parts.join(', ') || `nothing waiting for ${route}`
}
