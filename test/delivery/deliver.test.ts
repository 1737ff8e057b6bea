import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Breaker } from '../../src/delivery/breaker.ts'
import { deliver, type Route } from '../../src/delivery/deliver.ts'
import type { Destination, Response, Verdict } from '../../src/destinations/destination.ts'
import { file } from '../../src/destinations/file.ts'
import type { Message } from '../../src/event/message.ts'
import { type AttemptLine, Ledger } from '../../src/journal/ledger.ts'
import { Outbox } from '../../src/journal/outbox.ts'
import { message, put } from '../support/events.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const NOW = Date.now()
const delivered: Verdict = { result: 'delivered', reason: 'accepted' }
const drop: Verdict = { result: 'drop', reason: 'too old' }
const retry: Verdict = { result: 'retry', reason: 'busy', retryAfterMs: 20 * 60_000 }

interface Behaviour {
  /** Verdicts of one request after the other. */
  readonly verdicts?: Verdict[][]
  readonly refuse?: (message: Message) => boolean
  readonly perRequest?: number
}

/** A destination on paper: encodes into requests of a few messages, and judges as it is told. */
function standIn({ verdicts = [], refuse = () => false, perRequest = 100 }: Behaviour): Destination {
  let next = 0
  return {
    async encode(messages) {
      const sent = messages.filter((one) => !refuse(one))
      const refused = messages.filter(refuse).map((one) => ({ message: one, reason: 'it does not fit' }))
      const parts = Array.from({ length: Math.ceil(sent.length / perRequest) }, (_, at) =>
        sent.slice(at * perRequest, (at + 1) * perRequest),
      )
      const requests = parts.map((part) => ({
        url: 'http://x/',
        method: 'POST',
        headers: {},
        body: part.map(({ id }) => id).join(),
        messages: part,
      }))
      return { requests, refused }
    },
    judge: () => verdicts[next++] ?? [],
  }
}

function scratch(destination: Destination, events: number) {
  const state = testdir()
  const outbox = new Outbox(path.join(state, 'outbox'), process.pid)
  const all = Array.from({ length: events }, (_, at) => message({}, NOW - 1_000 + at))
  for (const one of all) put(outbox, one)
  const sent: string[] = []
  const answer: Response = { status: 200, headers: {}, body: '' }
  const send = async ({ body }: { body: string }) => {
    sent.push(body)
    return answer
  }
  const connection = { send } as unknown as Route['connection']
  const breaker = new Breaker(path.join(state, 'breaker'))
  const route: Route = {
    name: 'one',
    secrets: [],
    settings: { absolute: path.join(state, 'out.jsonl') },
    load: async () => destination,
    memo: { turn: undefined, recall: () => undefined, keep: () => {} },
    missing: undefined,
    takes: () => true,
    outbox,
    breaker,
    connection,
  }
  const ledger = new Ledger(path.join(state, 'ledger'))
  const attempts = () => [...ledger.lines(['attempts'])] as AttemptLine[]
  const world = testWorld({ now: () => NOW })
  const go = (more: object = {}) =>
    deliver(world, route, ledger, {
      deadline: performance.now() + 5_000,
      most: 100,
      force: false,
      asOf: undefined,
      note: () => {},
      ...more,
    })
  return { all, ids: all.map(({ id }) => id), sent, route, breaker, outbox, attempts, go, state }
}

describe('a round', () => {
  test('nothing waiting: nothing is loaded, sent or written', async () => {
    const scene = scratch(standIn({}), 0)
    const unloaded = { ...scene.route, load: () => Promise.reject(new Error('loaded')) }
    expect(
      await deliver(testWorld(), unloaded, new Ledger(scene.state), {
        deadline: 0,
        most: 9,
        force: false,
        asOf: undefined,
        note: () => {},
      }),
    ).toEqual({
      route: 'one',
      delivered: 0,
      kept: 0,
      dropped: 0,
      reason: 'nothing was waiting',
      passedOver: [],
    })
  })

  test('delivered: the outbox is empty and the ledger says so', async () => {
    const { ids, sent, attempts, go, outbox } = scratch(standIn({ verdicts: [[delivered, delivered]] }), 2)
    expect(await go()).toEqual({ route: 'one', delivered: 2, kept: 0, dropped: 0, reason: 'accepted', passedOver: [] })
    expect(sent).toEqual([ids.join()])
    expect(attempts()).toMatchObject([{ destination: 'one', status: 200, result: 'delivered', reason: 'accepted', events: ids }])
    expect(outbox.count()).toBe(0)
  })

  test('each event has its own fate: what is delivered or dropped goes, what is to be tried again stays under its ID', async () => {
    const { ids, attempts, go, outbox, breaker } = scratch(standIn({ verdicts: [[delivered, drop, retry]] }), 3)
    expect(await go()).toMatchObject({ delivered: 1, dropped: 1, kept: 1 })
    expect(attempts().map(({ result, events }) => [result, events])).toEqual([
      ['delivered', [ids[0]]],
      ['drop', [ids[1]]],
      ['retry', [ids[2]]],
    ])
    expect(breaker.openUntil(NOW)).toBe(NOW + 20 * 60_000)
    expect(outbox.claim(9, NOW).claimed.map((one) => one.message.id)).toEqual([ids[2]])
  })

  test('events that are each refused in an answer of 200 are not sent again', async () => {
    const { ids, sent, go } = scratch(standIn({ verdicts: [[drop, drop], [delivered], [delivered]] }), 2)
    expect(await go()).toMatchObject({ delivered: 0, dropped: 2, kept: 0 })
    expect(sent).toEqual([ids.join()])
  })

  test('events that were not answered stay', async () => {
    const { go, outbox, attempts } = scratch(standIn({ verdicts: [[delivered]] }), 3)
    expect(await go()).toMatchObject({ delivered: 1, kept: 2 })
    expect(attempts()[1]).toMatchObject({ result: 'retry', reason: 'was not answered' })
    expect(outbox.claim(9, NOW).claimed).toHaveLength(2)
  })
})

describe('what a round leaves for later, or lets go', () => {
  test('what never fits is dropped with its reason, and the rest goes on', async () => {
    const scene = scratch(standIn({ verdicts: [[delivered]], refuse: (one) => one.id === scene.ids[0] }), 2)
    expect(await scene.go()).toMatchObject({ delivered: 1, dropped: 1, kept: 0 })
    expect(scene.attempts()[0]).toMatchObject({ result: 'drop', status: null, reason: 'it does not fit', events: [scene.ids[0]] })
  })

  test('after a failure no further request is made in this round', async () => {
    const { sent, go, ids } = scratch(standIn({ verdicts: [[delivered], [retry], [delivered]], perRequest: 1 }), 3)
    expect(await go()).toMatchObject({ delivered: 1, kept: 2 })
    expect(sent).toEqual(ids.slice(0, 2))
  })

  test('no more than asked for, oldest first', async () => {
    const { sent, go, ids } = scratch(standIn({ verdicts: [[delivered, delivered]] }), 5)
    expect(await go({ most: 2 })).toMatchObject({ delivered: 2, kept: 3 })
    expect(sent).toEqual([ids.slice(0, 2).join()])
  })

  test('past the deadline nothing is sent and everything waits again', async () => {
    const { sent, go, outbox } = scratch(standIn({ verdicts: [[delivered]] }), 2)
    expect(await go({ deadline: performance.now() - 1 })).toMatchObject({ delivered: 0, kept: 2 })
    expect(sent).toEqual([])
    expect(outbox.claim(9, NOW).claimed).toHaveLength(2)
  })
})

describe('when something fails, and what is told', () => {
  test('a destination whose code fails loses nothing', async () => {
    const broken: Destination = { ...standIn({}), encode: () => Promise.reject(new Error('the code')) }
    const { go, outbox } = scratch(broken, 2)
    await expect(go()).rejects.toThrow('the code')
    expect(outbox.claim(9, NOW).claimed).toHaveLength(2)
  })

  test('what the outbox had to let go is in the ledger', async () => {
    const { go, outbox, attempts, ids } = scratch(standIn({ verdicts: [[delivered]] }), 1)
    fs.writeFileSync(path.join(outbox.folder, `${ids[0]}.json`), '{')
    expect(await go()).toMatchObject({ delivered: 0, dropped: 1 })
    expect(attempts()).toMatchObject([{ result: 'drop', events: ids, reason: expect.stringContaining('damaged') }])
  })

  test('the exact body of each request is told', async () => {
    const notes: string[] = []
    const { go, ids } = scratch(standIn({ verdicts: [[delivered]] }), 1)
    await go({ note: (text: string) => notes.push(text) })
    expect(notes).toEqual([`to one: POST http://x/\n${ids[0]}`, 'from one: 200'])
  })
})

describe('the breaker', () => {
  test('while it is open nothing is tried, unless forced', async () => {
    const { go, breaker, sent } = scratch(standIn({ verdicts: [[delivered]] }), 1)
    breaker.trip(NOW, undefined)
    expect(await go()).toEqual({
      route: 'one',
      delivered: 0,
      kept: 1,
      dropped: 0,
      reason: 'it failed a moment ago; tried again in 5 min',
      passedOver: [],
    })
    expect(sent).toEqual([])
    expect(await go({ force: true })).toMatchObject({ delivered: 1 })
    expect(breaker.openUntil(NOW)).toBeUndefined()
  })
})

describe('a file as destination', () => {
  test('gets one line an event, and the ledger no HTTP status', async () => {
    const { go, route, all, attempts } = scratch(file, 2)
    expect(await go()).toMatchObject({ delivered: 2, reason: 'written' })
    const lines = fs.readFileSync(String(route.settings.absolute), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      all.map(({ id, event, anonymousId, timestamp, properties }) => ({ messageId: id, event, anonymousId, timestamp, ...properties })),
    )
    expect(attempts()[0]?.status).toBeNull()
  })

  test('that cannot be written keeps the events', async () => {
    const { go, route, outbox } = scratch(file, 1)
    fs.mkdirSync(String(route.settings.absolute))
    expect(await go()).toMatchObject({ kept: 1, reason: expect.stringContaining('is a folder, not a file') })
    expect(outbox.count()).toBe(1)
  })
})
