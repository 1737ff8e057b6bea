import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { OUTBOX_DAYS, OUTBOX_MOST, Outbox } from '../../src/journal/outbox.ts'
import { PassedOver } from '../../src/journal/passed-over.ts'
import { message, put } from '../support/events.ts'
import { deadPid } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

const NOW = Date.now()
const MINUTE = 60_000
const DAY = 86_400_000

function scratch(pid = process.pid) {
  const folder = path.join(testdir(), 'outbox')
  return { folder, outbox: new Outbox(folder, pid), names: () => fs.readdirSync(folder).sort() }
}

/** The number of a process that has just ended. */

describe('putting in and claiming', () => {
  test('an event is a file of its own, readable by nobody else, and nothing is left beside it', () => {
    const { folder, outbox, names } = scratch()
    const one = message()
    put(outbox, one)
    const file = path.join(folder, `${one.id}.json`)
    expect(names()).toEqual([`${one.id}.json`])
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(one)
    expect([fs.statSync(folder).mode & 0o777, fs.statSync(file).mode & 0o777]).toEqual([0o700, 0o600])
  })

  test('the oldest are claimed first, as many as asked for', () => {
    const { outbox } = scratch()
    const all = [3, 1, 2, 4].map((minutes) => message({}, NOW - minutes * MINUTE))
    for (const one of all) put(outbox, one)
    const { claimed, losses } = outbox.claim(3, NOW)
    expect(claimed.map((one) => one.message)).toEqual([all[3], all[0], all[2]])
    expect(losses).toEqual([])
    expect(outbox.count()).toBe(4)
    expect(outbox.claim(9, NOW).claimed.map((one) => one.message)).toEqual([all[1]])
  })

  test('one event may go before older ones, and takes the place of one of them', () => {
    const { outbox } = scratch()
    const all = [3, 2, 1].map((minutes) => message({}, NOW - minutes * MINUTE))
    for (const one of all) put(outbox, one)
    expect(outbox.claim(2, NOW, { first: all[2]?.id }).claimed.map((one) => one.message)).toEqual([all[0], all[2]])
  })

  test('what is settled is gone, what is released waits again under the same ID', () => {
    const { outbox, names } = scratch()
    const [gone, stays] = [message({}, NOW - 2), message({}, NOW - 1)]
    put(outbox, gone)
    put(outbox, stays)
    const { claimed } = outbox.claim(2, NOW)
    expect(names().every((name) => name.endsWith(`.${process.pid}-${NOW}.claim`))).toBe(true)
    if (claimed[0]) outbox.settle(claimed[0])
    if (claimed[1]) outbox.release(claimed[1])
    expect(names()).toEqual([`${stays.id}.json`])
    expect(outbox.claim(2, NOW).claimed.map((one) => one.message)).toEqual([stays])
  })
})

describe('a folder that others use or spoil', () => {
  test('releasing and settling what somebody emptied meanwhile is no error', () => {
    const { outbox } = scratch()
    put(outbox, message())
    const { claimed } = outbox.claim(1, NOW)
    expect(outbox.empty()).toBe(1)
    for (const one of claimed) outbox.release(one)
    for (const one of claimed) outbox.settle(one)
    expect(outbox.count()).toBe(0)
  })

  test('a folder that is not there holds nothing', () => {
    const { outbox } = scratch()
    expect([outbox.count(), outbox.damaged(), outbox.claim(5, NOW), outbox.empty()]).toEqual([
      0,
      [],
      { claimed: [], losses: [], held: 0, passedOver: new PassedOver() },
      0,
    ])
  })

  test('where nothing can be written it throws and leaves nothing behind', () => {
    const folder = testdir({ 'outbox/x': '' })
    const outbox = new Outbox(path.join(folder, 'outbox/x'), process.pid)
    expect(() => put(outbox, message())).toThrow(/ENOTDIR|EEXIST/u)
    expect(fs.readdirSync(path.join(folder, 'outbox'))).toEqual(['x'])
  })

  test('files of others and half-written ones are not events', () => {
    const { folder, outbox } = scratch()
    put(outbox, message())
    const one = message()
    fs.writeFileSync(path.join(folder, `${one.id}.json.77.tmp`), '{"id"')
    fs.writeFileSync(path.join(folder, 'README'), '')
    expect(outbox.count()).toBe(1)
    expect(outbox.claim(9, NOW).claimed).toHaveLength(1)
  })
})

describe('claims of others', () => {
  test('a living process keeps what it holds', () => {
    const { folder, outbox } = scratch()
    put(outbox, message())
    outbox.claim(1, NOW)
    expect(new Outbox(folder, process.ppid).claim(1, NOW + MINUTE)).toMatchObject({ claimed: [], losses: [] })
  })

  test('a dead one gives it back', () => {
    const { folder, outbox } = scratch(deadPid())
    const one = message()
    put(outbox, one)
    outbox.claim(1, NOW)
    expect(new Outbox(folder, process.pid).claim(1, NOW + 1).claimed.map((back) => back.message)).toEqual([one])
  })

  test.each([
    ['long ago', 11 * MINUTE],
    ['in a future that a clock invented', -11 * MINUTE],
  ])('a claim made %s is void even if its number lives', (_name, age) => {
    const { folder, outbox } = scratch()
    put(outbox, message({}, NOW - DAY))
    outbox.claim(1, NOW - age)
    expect(new Outbox(folder, process.ppid).claim(1, NOW).claimed).toHaveLength(1)
  })
})

describe('its bounds', () => {
  test(`never more than ${OUTBOX_MOST}: the oldest go, and each is told`, () => {
    const { outbox } = scratch()
    const all = Array.from({ length: OUTBOX_MOST + 3 }, (_, at) => message({}, NOW - 10_000 + at))
    for (const one of all) put(outbox, one)
    const { losses, held } = outbox.bound()
    const { claimed } = outbox.claim(1, NOW)
    expect(held).toBe(OUTBOX_MOST)
    expect(losses.map(({ id }) => id)).toEqual(all.slice(0, 3).map(({ id }) => id))
    expect(losses[0]?.reason).toContain(String(OUTBOX_MOST))
    expect(claimed.map((one) => one.message.id)).toEqual([all[3]?.id])
    expect(outbox.count()).toBe(OUTBOX_MOST)
  })

  test('whoever claims lets the oldest go, too, however few it claims', () => {
    const { outbox } = scratch()
    const all = Array.from({ length: OUTBOX_MOST + 2 }, (_, at) => message({}, NOW - 10_000 + at))
    for (const one of all) put(outbox, one)
    const { claimed, losses } = outbox.claim(1, NOW, { first: all.at(-1)?.id })
    expect(losses.map(({ id }) => id)).toEqual(all.slice(0, 2).map(({ id }) => id))
    expect(claimed.map((one) => one.message.id)).toEqual([all.at(-1)?.id])
  })

  test(`none for longer than ${OUTBOX_DAYS} days`, () => {
    const { outbox } = scratch()
    const [old, edge] = [message({}, NOW - OUTBOX_DAYS * DAY - 1), message({}, NOW - OUTBOX_DAYS * DAY)]
    put(outbox, old)
    put(outbox, edge)
    const { claimed, losses } = outbox.claim(9, NOW)
    expect(losses).toEqual([{ id: old.id, reason: expect.stringContaining(`${OUTBOX_DAYS} days`) }])
    expect(claimed.map((one) => one.message)).toEqual([edge])
  })
})

const SPAN = { id: '0123456789abcdef', target: 'lint', start: NOW, duration_ms: 1, outcome: 'success', depth: 0 }

describe('a damaged file', () => {
  const one = message()
  test.each<[string, string]>([
    ['empty', ''],
    ['cut short', JSON.stringify(one).slice(0, 40)],
    ['another ID inside', JSON.stringify(message())],
    ['no event', JSON.stringify({ ...one, event: undefined })],
    ['no anonymous ID', JSON.stringify({ ...one, anonymousId: undefined })],
    ['no time', JSON.stringify({ ...one, timestamp: 5 })],
    ['no properties', JSON.stringify({ ...one, properties: undefined })],
    ['properties that are null', JSON.stringify({ ...one, properties: null })],
    ['properties that are a list', JSON.stringify({ ...one, properties: [] })],
    ['a property that is a list', JSON.stringify({ ...one, properties: { command: ['build'] } })],
    ['a start that is no time', JSON.stringify({ ...one, properties: { start_time: 'soon' } })],
    ['a duration that is a text', JSON.stringify({ ...one, properties: { duration_ms: '5' } })],
    ['a time that is none', JSON.stringify({ ...one, timestamp: '+999999-01-01' })],
    ['spans that are a text', JSON.stringify({ ...one, spans: 'abc' })],
    ['a span that is null', JSON.stringify({ ...one, spans: [null] })],
    ['a span later than any time', JSON.stringify({ ...one, spans: [{ ...SPAN, start: 1e300 }] })],
    ['a span that ends later than any time', JSON.stringify({ ...one, spans: [{ ...SPAN, duration_ms: 1e300 }] })],
    ['a span without an outcome', JSON.stringify({ ...one, spans: [{ ...SPAN, outcome: 'fine' }] })],
    ["Node's version as a number", JSON.stringify({ ...one, nodeVersion: 20 })],
    ['null', 'null'],
  ])('%s: set aside and told, and its neighbour goes on', (_name, text) => {
    const { folder, outbox, names } = scratch()
    const good = message({}, NOW + 1)
    put(outbox, good)
    fs.writeFileSync(path.join(folder, `${one.id}.json`), text)
    expect(outbox.damaged()).toEqual([`${one.id}.json`])
    const { claimed, losses } = outbox.claim(9, NOW)
    expect(claimed.map((held) => held.message)).toEqual([good])
    expect(losses).toEqual([{ id: one.id, reason: expect.stringContaining(`${one.id}.json.damaged`) }])
    expect(names()).toContain(`${one.id}.json.damaged`)
    expect(outbox.damaged()).toEqual([`${one.id}.json.damaged`])
    expect(outbox.claim(9, NOW).losses).toEqual([])
  })
})

describe('an event that a process had prepared when it died', () => {
  function prepared() {
    const folder = testdir()
    const dead = spawnSync('true').pid
    const one = message()
    new Outbox(folder, dead).prepare(one)
    return { outbox: new Outbox(folder, process.pid), one }
  }

  test('is delivered if the ledger has it', () => {
    const { outbox, one } = prepared()
    expect(outbox.claim(9, NOW, { recorded: (id) => id === one.id }).claimed.map((back) => back.message)).toEqual([one])
  })

  test('never was, if the ledger does not have it: after ten minutes it goes', () => {
    const { outbox } = prepared()
    expect(outbox.claim(9, Date.now() + 11 * MINUTE, { recorded: () => false })).toMatchObject({ claimed: [], losses: [] })
    expect(fs.readdirSync(outbox.folder)).toEqual([])
  })

  test('is left alone before, because its process may live in a container that shares the home folder', () => {
    const { outbox, one } = prepared()
    expect(outbox.claim(9, Date.now() + 9 * MINUTE, { recorded: () => false })).toMatchObject({ claimed: [], losses: [] })
    expect(fs.readdirSync(outbox.folder)).toEqual([expect.stringContaining(one.id)])
  })

  test('and that was taken back while its process lived after all waits once', () => {
    const folder = testdir()
    const pid = deadPid()
    const [elsewhere, one] = [new Outbox(folder, pid), message()]
    elsewhere.prepare(one)
    const here = new Outbox(folder, process.pid)
    for (const claimed of here.claim(9, NOW, { recorded: () => true }).claimed) here.release(claimed)
    elsewhere.commit(one.id)
    expect(here.claim(9, NOW).claimed.map((back) => back.message)).toEqual([one])
  })

  test('is left alone while its process lives', () => {
    const folder = testdir()
    new Outbox(folder, process.pid).prepare(message())
    new Outbox(folder, process.ppid).claim(9, NOW, { recorded: () => true })
    expect(fs.readdirSync(folder)).toHaveLength(1)
  })
})
