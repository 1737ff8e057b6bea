import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, QUESTION, stored } from '../support/answers.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import type { Terminal } from '../support/terminal.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const SHOP = {
  project: 'Shop',
  recipient: 'the tools team at Example Ltd',
  policyUrl: 'https://example.com/build-metrics',
  destinations: [{ type: 'segment', writeKey: 'key' }],
}

/** The question as it stands, waiting for an answer. */
async function waiting(at: Scratch, env = {}, size = {}): Promise<Terminal> {
  const screen = at.screen('make', ['build'], env, size)
  await screen.until(QUESTION)
  return screen
}

async function leave(screen: Terminal): Promise<void> {
  screen.type('\x03')
  await screen.ended
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own colours are looked for
const COLOUR = /\u001b\[[\d;]*m/u

describe('the screen', () => {
  test.each([
    [80, 24, 'with colour', {}],
    [80, 24, 'without colour', { NO_COLOR: '1' }],
    [40, 60, 'with colour', {}],
    [40, 60, 'without colour', { NO_COLOR: '1' }],
  ])('%i by %i, %s', async (columns, rows, _name, env) => {
    const screen = await waiting(scratch({ project: SHOP }), env, { columns, rows })
    expect(await screen.screen()).toMatchSnapshot()
    expect(COLOUR.test(screen.raw())).toBe(!('NO_COLOR' in env))
    await leave(screen)
  })

  test('on 80 by 24 the whole of it is to be seen at once', async () => {
    const screen = await waiting(scratch({ project: SHOP }))
    const seen = await screen.screen()
    expect(seen).toContain('Shop asks:')
    expect(seen).toContain(QUESTION)
    await leave(screen)
  })

  test('read aloud, it comes in the order in which it is meant: plain text first, then one line that asks', async () => {
    const screen = await waiting(scratch({ project: SHOP }))
    const text = screen.raw().slice(0, screen.raw().indexOf('Policy:'))
    // Nothing moves about, is drawn, or is said by colour alone.
    expect(text).toBe(stripVTControlCharacters(text))
    expect(stripVTControlCharacters(screen.raw())).not.toMatch(/[\u2500-\u259f\u25a0-\u25ff]/u)
    const labels = [...text.matchAll(/^([A-Z]\w*):/gmu)].map(([, label]) => label)
    expect(labels).toEqual(['To', 'Why', 'Run', 'Checkout', 'Machine', 'Answer', 'Tool', 'IDs', 'Never', 'Kept', 'Change'])
    await leave(screen)
  })
})

describe('an answer has to be given', () => {
  test('nothing is preselected: Enter alone asks again', async () => {
    const at = scratch({ to: there.url })
    const screen = await waiting(at)
    screen.type('\r')
    await screen.until('Please answer')
    await leave(screen)
    expect(stored(at)[0]?.decision).toBeUndefined()
    expect(there.connections).toBe(0)
  })

  test.each(['constructor', '__proto__', 'toString', 'on', 'true', 'yes please', 'of course'])('%s is none', async (word) => {
    const at = scratch({ to: there.url })
    const screen = await waiting(at)
    screen.type(`${word}\r`)
    await screen.until('Please answer')
    await leave(screen)
    expect(stored(at)[0]?.decision).toBeUndefined()
    expect(there.connections).toBe(0)
  })

  test.each([
    ['YES', 'on'],
    [' l ', 'local'],
    ['n', 'off'],
  ])('%j is %s', async (word, choice) => {
    const at = scratch({ to: there.url })
    await answer(at, `${word}\r`)
    expect(stored(at)[0]?.decision).toMatchObject({ decision: choice, method: 'question' })
  })
})

describe('d for details', () => {
  /** The event between the question and the question that comes again. */
  async function details(screen: Terminal, key = 'd', time = 1): Promise<Record<string, unknown>> {
    const before = screen.raw().length
    screen.type(`${key}\r`)
    await screen.until(new RegExp(`(?:[\\s\\S]*?\\n\\}\\r?\\n[\\s\\S]*?${QUESTION}){${time}}`, 'u'))
    const text = stripVTControlCharacters(screen.raw().slice(before))
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
  }

  test('shows the very event that is sent after a yes, and asks again', async () => {
    const at = scratch({ to: there.url })
    const screen = await waiting(at, {}, { columns: 120 })
    const shown = await details(screen)
    expect(there.connections).toBe(0)
    screen.type('yes\r')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    const run = segmentEvents(there).find(({ event }) => event === 'demo.command.run')
    expect(shown.run_id).toMatch(/^[0-9a-f]{16}$/u)
    // Before a yes there is no secret for one.
    expect({ ...run?.properties, git_commit_pseudonym: '0'.repeat(16) }).toEqual(shown)
  })

  test('twice shows the same, and a no after it sends nothing', async () => {
    const at = scratch({ to: there.url })
    const screen = await waiting(at, {}, { columns: 120 })
    const first = await details(screen)
    expect(await details(screen, 'details', 2)).toEqual(first)
    screen.type('no\r')
    await screen.ended
    expect(there.connections).toBe(0)
    expect(at.waiting()).toEqual([])
  })
})
