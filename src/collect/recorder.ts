import { createHash } from 'node:crypto'
import * as path from 'node:path'
import { agreedWords, testWord, wordsFor } from '../event/agreed-words.ts'
import { observedFacts } from '../event/build.ts'
import { type Message, newMessageId, observationName } from '../event/message.ts'
import { serialize } from '../event/serialize.ts'
import type { Span } from '../event/span.ts'
import { Ledger } from '../journal/ledger.ts'
import { OUTBOX_MOST } from '../journal/outbox.ts'
import { fieldTable } from '../project/field-table.ts'
import { writeEvent } from '../record/journal.ts'
import { segmentClientVersion, version } from '../version.ts'
import type { World } from '../world.ts'
import type { Agreement } from './agreement.ts'
import type { Collector, Observation, Part } from './collector.ts'
import { idOf, Reported } from './reported.ts'

/** A build has some tens of stages. */
const MOST_PARTS = 200

/**
 * Turns observations into events, in the ledger and in the outboxes: what happened once is recorded once, ever, and of
 * heartbeats only the last ones wait.
 */
export class Recorder {
  readonly ledger: Ledger
  private readonly world: World
  private readonly collector: Pick<Collector, 'name' | 'partsKey'>
  private readonly reported: Reported
  /** Until everything was looked at once, the ledger may have what `reported` has not: its writer may have been killed. */
  private sure = false
  private shown = 0
  /** What each heartbeat said last; the ledger has it whenever that changes. */
  private beats = new Map<string, string>()

  /** `folder` is the project's; `place` tells several of one project apart. */
  constructor(world: World, collector: Pick<Collector, 'name' | 'partsKey' | 'place'>, folder: string) {
    this.world = world
    this.collector = collector
    this.ledger = new Ledger(folder)
    this.reported = new Reported(path.join(folder, 'collect', `${collector.name}-${collector.place}.json`))
  }

  /** Records what one look at everything gave. Throws the file system's error; then what is not recorded is tried with the next look. */
  recordLook(agreement: Agreement, observations: readonly Observation[]): void {
    const once = observations.filter(({ identity }) => identity !== undefined)
    this.shown = once.length
    this.recordOnce(agreement, once)
    this.sure = true
    const beats = observations.filter(({ identity }) => identity === undefined)
    if (beats.length > 0) this.recordBeats(agreement, beats)
    this.rest()
  }

  /** Writes what was reported so far. What was recorded since the last time the ledger knows. Throws the file system's error. */
  rest(): void {
    this.reported.write(this.shown)
  }

  /** Records what was seen between two looks. Throws the file system's error. */
  recordSeen(agreement: Agreement, observations: readonly Observation[]): void {
    this.recordOnce(
      agreement,
      observations.filter(({ identity }) => identity !== undefined),
    )
  }

  private recordOnce(agreement: Agreement, observations: readonly Observation[]): void {
    const from = agreement.now.entry?.decision?.asOf ?? ''
    for (const one of observations.toSorted((a, b) => (a.at < b.at ? -1 : 1))) {
      const id = idOf(one.identity ?? '', Date.parse(one.at))
      if (this.reported.has(id)) continue
      // What happened before the yes is nobody's business; it is not looked at again.
      if (one.at >= from && (this.sure || !this.ledger.has(id))) this.write(agreement, one, this.message(agreement, one, id))
      this.reported.add(id)
    }
  }

  private recordBeats(agreement: Agreement, observations: readonly Observation[]): void {
    for (const { outbox } of agreement.routes) for (const id of this.reported.heartbeats) outbox.withdraw(id)
    const ids: string[] = []
    const said = new Map<string, string>()
    // In a full outbox, what happened goes before how things are.
    const room = agreement.routes.filter(({ outbox }) => outbox.count() + observations.length <= OUTBOX_MOST)
    for (const one of observations) {
      const message: Message = { ...this.message(agreement, one, newMessageId(this.world.now())), heartbeat: true }
      ids.push(message.id)
      const subject = `${one.kind} ${message.properties.name ?? ''}`
      const text = JSON.stringify(message.properties)
      said.set(subject, text)
      if (this.beats.get(subject) !== text) this.write({ ...agreement, routes: room }, one, message)
      else this.wait({ ...agreement, routes: room }, one, message)
    }
    this.beats = said
    this.reported.heartbeats = agreement.routes.length > 0 ? ids : []
  }

  private write({ routes }: Agreement, { kind }: Observation, message: Message): void {
    writeEvent(
      this.ledger,
      kind,
      message,
      routes.filter((route) => route.takes(kind)),
    )
  }

  private wait({ routes }: Agreement, { kind }: Observation, message: Message): void {
    for (const { outbox } of routes.filter((route) => route.takes(kind))) {
      outbox.prepare(message)
      outbox.commit(message.id)
    }
  }

  private message({ project, now, sender }: Agreement, { kind, at, facts, parts = [] }: Observation, id: string): Message {
    const { world, collector } = this
    const agreed = now.standing.fields
    const test = testWord(world.env.SEND_METRICS_TEST, ...wordsFor(project, agreedWords(agreed)).tests)
    const all = observedFacts(facts, { toolVersion: version, test })
    const mayHaveParts = collector.partsKey !== undefined && agreed.includes(collector.partsKey)
    const spans = mayHaveParts ? parts.slice(0, MOST_PARTS).map((part, nr) => spanOf(part, spanId(id, nr))) : []
    return {
      id,
      event: observationName(project, collector.name),
      anonymousId: sender,
      timestamp: at,
      properties: serialize(kind, all, agreed, fieldTable(project, world.now())),
      ...(spans.length > 0 && { spans }),
      nodeVersion: world.nodeVersion,
      clientVersion: segmentClientVersion,
    }
  }
}

function spanOf({ name, durationMs, ...part }: Part, id: string): Span {
  return { id, target: name, duration_ms: durationMs, depth: 0, ...part }
}

/** 16 hexadecimal digits, the same with every record. */
function spanId(id: string, nr: number): string {
  return createHash('sha256').update(`${id} ${nr}`).digest('hex').slice(0, 16)
}
