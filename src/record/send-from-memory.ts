import { type Attempts, type Delivery, deliver, type Sending } from '../delivery/deliver.ts'
import type { Message } from '../event/message.ts'
import { PassedOver } from '../journal/passed-over.ts'
import type { World } from '../world.ts'
import type { Fate } from './record-run.ts'
import type { Way } from './routes.ts'
import { describeAll } from './send-all.ts'

/** What a try from memory needs beside the event. */
export interface MemoryOptions {
  /** On the World's monotonic clock. */
  readonly deadline: number
  /** Settled when nothing may be waited for any longer. */
  readonly hurry: Promise<void>
  /** Why the event cannot wait on disk. */
  readonly reason: string
  readonly note: (text: string) => void
}

/** One try to send an event that can be kept nowhere, to all destinations side by side. What fails is lost, and the fate says so. */
export async function sendFromMemory(world: World, message: Message, ways: readonly Way[], options: MemoryOptions): Promise<Fate> {
  const { deadline, note, hurry } = options
  const tries = ways.map((way) =>
    deliver(world, inMemory(way, message), NOWHERE, { deadline, most: 1, force: false, asOf: undefined, note }),
  )
  const deliveries = await Promise.race([Promise.all(tries), hurry.then(() => undefined)])
  const lost = whyLost(deliveries, ways)
  if (lost === undefined) return { words: describeAll(deliveries ?? []) }
  return { words: `lost: ${lost}`, lost: { why: lost, unkept: options.reason } }
}

function whyLost(deliveries: readonly Delivery[] | undefined, ways: readonly Way[]): string | undefined {
  if (ways.length === 0) return 'the project file names no destination'
  if (deliveries === undefined) return 'there was no time left'
  const failed = deliveries.filter(({ delivered }) => delivered === 0)
  return failed.length === 0 ? undefined : failed.map(({ route, reason }) => `${route}: ${reason}`).join(', ')
}

/** The way of one event that waits for nothing: it is neither kept, nor is anything learned from it. */
function inMemory(way: Way, message: Message): Sending {
  return {
    ...way,
    memo: { turn: undefined, recall: () => undefined, keep: () => {} },
    outbox: {
      claim: () => ({ claimed: [{ message, file: '' }], losses: [], held: 1, passedOver: new PassedOver() }),
      bound: () => ({ losses: [], held: 1 }),
      settle: () => {},
      release: () => {},
    },
    breaker: { openUntil: () => undefined, trip: () => {}, reset: () => {} },
  }
}

const NOWHERE: Attempts = { has: () => false, addAttempt: () => {} }
