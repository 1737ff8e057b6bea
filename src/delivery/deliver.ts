import type { Destination, Response, Settings, Verdict } from '../destinations/destination.ts'
import { withoutSecrets } from '../destinations/without-secrets.ts'
import { inTurn } from '../disk/turn.ts'
import type { EventKind } from '../event/fields.ts'
import type { Message } from '../event/message.ts'
import type { Ledger } from '../journal/ledger.ts'
import type { Claimed, Outbox } from '../journal/outbox.ts'
import type { Passed } from '../journal/passed-over.ts'
import type { World } from '../world.ts'
import type { Breaker } from './breaker.ts'
import type { Connection } from './connection.ts'
import { encodeEach } from './encode-each.ts'
import { describeRequest, perform } from './perform.ts'
import { Round } from './round.ts'

/** A destination that this project may send to, with everything delivery needs for it. */
export interface Route {
  /** Short name of the destination, as in the outbox's folder and the ledger. */
  readonly name: string
  readonly settings: Settings
  /** Keys in the settings, which nobody is shown. */
  readonly secrets: readonly string[]
  /** What is missing before anything can be sent, if anything; until then events wait. */
  readonly missing: string | undefined
  /** Whether events of this kind go there. */
  readonly takes: (kind: EventKind) => boolean
  /** Loads the code that speaks to it, once. */
  readonly load: () => Promise<Destination>
  /** What it learned earlier. */
  readonly memo: RouteMemo
  readonly outbox: Outbox
  readonly breaker: Breaker
  readonly connection: Connection | undefined
}

/** A route as far as delivery goes: what is not on disk, or may not be, stands in for the rest. */
export interface Sending extends Omit<Route, 'outbox' | 'breaker'> {
  readonly outbox: Pick<Outbox, 'claim' | 'bound' | 'settle' | 'release'>
  readonly breaker: Pick<Breaker, 'openUntil' | 'trip' | 'reset'>
}

/** Where tries are noted. */
export type Attempts = Pick<Ledger, 'has' | 'addAttempt'>

/**
 * What a destination learned, kept between runs. For most, losing it costs time only, and neither ever throws. Running
 * totals must not be lost: then both throw the file system's error, and `turn` is the file by which processes take turns.
 */
export interface RouteMemo {
  readonly turn: string | undefined
  recall(): string | undefined
  keep(learned: string): void
}

/** What became of the events that were waiting for a destination. */
export interface Delivery {
  readonly route: string
  readonly delivered: number
  readonly kept: number
  readonly dropped: number
  /** The last reason given, for people. */
  readonly reason: string
  /** What of the outbox this process cannot read, and the ledger's file where a try could not be noted. */
  readonly passedOver: readonly Passed[]
}

export interface DeliverOptions {
  /** On the World's monotonic clock. */
  readonly deadline: number
  /** At most so many events in this round. */
  readonly most: number
  /** The event that goes before older ones, if any. */
  readonly first?: string | undefined
  /** Try even while the breaker is open. */
  readonly force: boolean
  /** Nothing that happened before this (RFC 3339) is sent; it is dropped. */
  readonly asOf: string | undefined
  /** Told the exact body of each request before it goes. */
  readonly note: (text: string) => void
}

/** Sends what one outbox holds, in one round: claim, encode, send, judge, settle. Every try is in the ledger. */
export async function deliver(world: World, route: Sending, ledger: Attempts, options: DeliverOptions): Promise<Delivery> {
  const waits = whyItWaits(world, route, options.force)
  if (waits !== undefined) {
    const { losses, held } = route.outbox.bound()
    new Round(world, route, ledger).lose(losses)
    return { route: route.name, delivered: 0, kept: held, dropped: 0, reason: waits, passedOver: [] }
  }
  const { claimed, losses, held, passedOver } = route.outbox.claim(options.most, world.now(), {
    first: options.first,
    recorded: (id) => ledger.has(id),
  })
  const round = new Round(world, route, ledger, { held, passedOver })
  round.lose(losses)
  const early = claimed.filter(({ message }) => options.asOf !== undefined && message.timestamp < options.asOf)
  round.lose(
    early.map(({ message }) => ({ id: message.id, reason: 'it happened before you agreed' })),
    early,
  )
  const rest = claimed.filter((one) => !early.includes(one))
  if (rest.length === 0) return round.result()
  try {
    await send(world, route, rest, round, options)
  } finally {
    round.releaseRest(claimed)
  }
  return round.result()
}

/** Why nothing is tried now, if nothing is. */
function whyItWaits(world: World, route: Sending, force: boolean): string | undefined {
  if (route.missing !== undefined || force) return route.missing
  const until = route.breaker.openUntil(world.now())
  return until === undefined ? undefined : `it failed a moment ago; tried again in ${Math.ceil((until - world.now()) / 60_000)} min`
}

async function send(world: World, route: Sending, claimed: Claimed[], round: Round, options: DeliverOptions): Promise<void> {
  const { turn } = route.memo
  if (turn === undefined) return sendNow(world, route, claimed, round, options)
  const sent = () => sendNow(world, route, claimed, round, options).then(() => true)
  try {
    const done = await inTurn(turn, world.pid, options.deadline - world.monotonic(), sent)
    if (done === undefined) round.wait('another run was reporting')
  } catch (error) {
    round.wait(`its totals cannot be kept: ${(error as Error).message}`)
  }
}

async function sendNow(world: World, route: Sending, claimed: Claimed[], round: Round, options: DeliverOptions): Promise<void> {
  const destination = await route.load()
  const waiting = [claimed.map(({ message }) => message)]
  for (let messages = waiting.shift(); messages !== undefined; messages = waiting.shift()) {
    const { requests, refused, learned } = await encodeEach(destination, messages, route.settings, route.memo.recall())
    if (learned !== undefined) route.memo.keep(learned)
    round.lose(
      refused.map(({ message, reason }) => ({ id: message.id, reason })),
      claimed,
    )
    for (const request of requests) {
      if (world.monotonic() >= options.deadline) return
      options.note(withoutSecrets(`to ${route.name}: ${describeRequest(request)}\n${request.body}`, route.secrets))
      const response = await perform(world, route.connection, request, options.deadline)
      const verdicts = destination
        .judge(request, response)
        .map((verdict) => ({ ...verdict, reason: withoutSecrets(verdict.reason, route.secrets) }))
      options.note(`from ${route.name}: ${'failure' in response ? response.failure : response.status}`)
      if (isRefusedWhole(response, verdicts)) waiting.push(...halves(request.messages))
      else round.take({ request, response, verdicts }, claimed)
      if (verdicts.some(({ result }) => result === 'retry')) return
    }
  }
}

/**
 * One bad event must not take the others with it: a batch that is refused whole goes again in halves. An answer that says
 * 2xx and refuses each event by itself has judged them all.
 */
function isRefusedWhole(response: Response, verdicts: readonly Verdict[]): boolean {
  const isJudgedOneByOne = 'status' in response && response.status >= 200 && response.status < 300
  return verdicts.length > 1 && !isJudgedOneByOne && verdicts.every(({ result }) => result === 'drop')
}

function halves(messages: readonly Message[]): Message[][] {
  const middle = Math.ceil(messages.length / 2)
  return [messages.slice(0, middle), messages.slice(middle)]
}
