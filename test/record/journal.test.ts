import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Route } from '../../src/delivery/deliver.ts'
import { Ledger } from '../../src/journal/ledger.ts'
import { Outbox } from '../../src/journal/outbox.ts'
import { writeEvent } from '../../src/record/journal.ts'
import { message } from '../support/events.ts'
import { testdir } from '../support/testdir.ts'

/** A ledger and two outboxes, and an event. */
function scene() {
  const state = path.join(testdir(), 'state')
  const route = (name: string) => ({ name, outbox: new Outbox(path.join(state, 'outbox', name), process.pid) }) as Route
  const routes = [route('a'), route('b')]
  const event = message()
  const waiting = () => routes.map(({ outbox }) => outbox.count())
  return { state, routes, event, waiting, ledger: new Ledger(state), write: () => writeEvent(new Ledger(state), 'run', event, routes) }
}

describe('an event', () => {
  test('is in the ledger and waits in each outbox', () => {
    const { ledger, write, waiting, event } = scene()
    write()
    expect([...ledger.lines()]).toEqual([expect.objectContaining({ type: 'run', id: event.id })])
    expect(waiting()).toEqual([1, 1])
  })

  test.each<[string, (outbox: string) => void]>([
    ['a file in its place', (outbox) => fs.writeFileSync(outbox, '')],
    ['a link that leads nowhere', (outbox) => fs.symlinkSync('/nonexistent/x', outbox)],
  ])('is kept from no outbox by another that takes nothing: %s', (_name, spoil) => {
    const { state, ledger, write, waiting, event } = scene()
    fs.mkdirSync(path.join(state, 'outbox'), { recursive: true })
    spoil(path.join(state, 'outbox/a'))
    write()
    const lost = {
      type: 'attempt',
      destination: 'a',
      result: 'drop',
      reason: expect.stringContaining('could not wait'),
      events: [event.id],
    }
    expect([...ledger.lines()]).toEqual(expect.arrayContaining([expect.objectContaining({ id: event.id }), expect.objectContaining(lost)]))
    expect(waiting()).toEqual([0, 1])
  })

  test('that the ledger does not take waits nowhere, and the reason is thrown', () => {
    const { state, event, write, waiting } = scene()
    fs.mkdirSync(path.join(state, `runs-${event.timestamp.slice(0, 7)}.jsonl`), { recursive: true })
    expect(write).toThrow(/EISDIR|is a folder/u)
    expect(waiting()).toEqual([0, 0])
    expect(fs.readdirSync(path.join(state, 'outbox/a'))).toEqual([])
  })
})
