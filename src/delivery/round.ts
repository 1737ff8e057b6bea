import type { Request, Response, Verdict } from '../destinations/destination.ts'
import type { AttemptLine } from '../journal/ledger.ts'
import type { Claimed, Loss } from '../journal/outbox.ts'
import { PassedOver, reasonOf } from '../journal/passed-over.ts'
import type { World } from '../world.ts'
import type { Attempts, Delivery, Sending } from './deliver.ts'
import { reachedBy } from './perform.ts'

/** A request, what came back, and what that means for each of its messages. */
export interface Answered {
  readonly request: Request
  readonly response: Response
  readonly verdicts: readonly Verdict[]
}

/** One round's bookkeeping: what happened to each claimed event, in the outbox, the breaker and the ledger. */
export class Round {
  private readonly settled = new Set<string>()
  private readonly counts = { delivered: 0, retry: 0, drop: 0 }
  private readonly reasons: Partial<Record<Verdict['result'], string>> = {}

  private readonly world: World
  private readonly route: Sending
  private readonly ledger: Attempts
  private readonly held: number
  private readonly passedOver: PassedOver

  /** `held` events were in the outbox when the round began; what was passed over is among them. */
  constructor(world: World, route: Sending, ledger: Attempts, { held = 0, passedOver = new PassedOver() } = {}) {
    this.world = world
    this.route = route
    this.ledger = ledger
    this.held = held
    this.passedOver = passedOver
    const [first] = passedOver.all
    if (first !== undefined) this.wait(`${first.file} cannot be read: ${first.reason}`)
  }

  /** Events that go without having been sent. */
  lose(losses: readonly Loss[], claimed: readonly Claimed[] = []): void {
    for (const { id, reason } of losses) {
      const held = claimed.find((one) => one.message.id === id)
      if (held) this.route.outbox.settle(held)
      this.settled.add(id)
      this.counts.drop++
      this.write('drop', reason, { status: null, to: undefined }, [id])
    }
  }

  /** Takes in an answer: settles what is settled, writes the ledger, turns the breaker. */
  take({ request, response, verdicts }: Answered, claimed: readonly Claimed[]): void {
    const status = 'status' in response && 'url' in request ? response.status : null
    const groups = new Map<string, { verdict: Verdict; ids: string[] }>()
    for (const [at, message] of request.messages.entries()) {
      const verdict = verdicts[at] ?? { result: 'retry', reason: 'was not answered' }
      const key = `${verdict.result} ${verdict.reason}`
      const group = groups.get(key) ?? { verdict, ids: [] }
      // A heartbeat that arrived is one of a thousand a day; what it says is in the ledger whenever that changes.
      if (!message.heartbeat || verdict.result !== 'delivered') group.ids.push(message.id)
      groups.set(key, group)
      this.counts[verdict.result]++
      const held = claimed.find((one) => one.message.id === message.id)
      if (held && verdict.result !== 'retry') {
        this.settled.add(message.id)
        this.route.outbox.settle(held)
      }
    }
    for (const { verdict, ids } of groups.values())
      if (ids.length > 0) this.write(verdict.result, verdict.reason, { status, to: reachedBy(request) }, ids)
      else this.reasons[verdict.result] = verdict.reason
    this.turnBreaker([...groups.values()].map(({ verdict }) => verdict))
  }

  /** Nothing could be tried, for this reason; everything waits. */
  wait(reason: string): void {
    this.reasons.retry = reason
  }

  /** Gives back what was claimed and neither delivered nor dropped. */
  releaseRest(claimed: readonly Claimed[]): void {
    for (const one of claimed) if (!this.settled.has(one.message.id)) this.route.outbox.release(one)
  }

  /** What the round came to. */
  result(): Delivery {
    const { delivered, drop } = this.counts
    return {
      route: this.route.name,
      delivered,
      dropped: drop,
      kept: Math.max(0, this.held - this.settled.size),
      reason: this.reasons.retry ?? this.reasons.drop ?? this.reasons.delivered ?? 'nothing was waiting',
      passedOver: this.passedOver.all,
    }
  }

  private turnBreaker(verdicts: readonly Verdict[]): void {
    const failed = verdicts.find((verdict) => verdict.result === 'retry')
    if (failed) this.route.breaker.trip(this.world.now(), failed.retryAfterMs)
    else this.route.breaker.reset()
  }

  private write(result: Verdict['result'], reason: string, { status, to }: Pick<AttemptLine, 'status' | 'to'>, events: string[]): void {
    this.reasons[result] = reason
    const at = new Date(this.world.now()).toISOString()
    try {
      this.ledger.addAttempt({ at, destination: this.route.name, to, status, result, reason, events })
    } catch (error) {
      // What became of the other events must not hang on it.
      this.passedOver.file((error as NodeJS.ErrnoException).path ?? 'the record of tries', reasonOf(error))
    }
  }
}
