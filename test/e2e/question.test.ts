import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type EventKind, FIELDS } from '../../src/event/fields.ts'
import { otherTerminal } from '../support/answers.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import type { Terminal } from '../support/terminal.ts'

const QUESTION = 'Your answer'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const names = (kind: EventKind, without: readonly string[] = []) =>
  FIELDS.filter((field) => field.kinds.includes(kind) && !without.includes(field.name))
    .map((field) => field.name)
    .sort()

const events = () => segmentEvents(there).map((event) => event.event)

/** Runs a target at a terminal to its end; what was typed answers the question. */
async function answer(at: Scratch, keys: string): Promise<Terminal> {
  const screen = at.screen('make', ['build'])
  await screen.until(QUESTION)
  screen.type(keys)
  expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  return screen
}

async function runsUnasked(at: Scratch, words: readonly string[] = ['build'], env = {}): Promise<Terminal> {
  const screen = at.screen('make', words, env)
  expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  expect(screen.raw()).not.toContain(QUESTION)
  return screen
}

async function decision(at: Scratch): Promise<string> {
  return JSON.parse((await at.tool(['consent', '--json'])).stdout).stored ?? 'undecided'
}

describe('the question at a terminal', () => {
  test('comes after the target, on stderr and not on stdout', async () => {
    const at = scratch({ to: there.url })
    const other = await otherTerminal(at)
    const screen = at.screen('sh', ['-c', `make build >${other.file}`])
    await screen.until(QUESTION)
    await other.screen.until('built')
    screen.type('no\r')
    await screen.ended
    expect(screen.raw()).not.toContain('built')
    other.screen.type('end\r')
    await other.screen.ended
    expect(other.screen.raw()).toBe('ready\r\nbuilt\r\nend\r\n')
  })

  test('yes: the run arrives with exactly the documented keys, and the next one without a question', async () => {
    const at = scratch({ to: there.url, project: { defaultBranch: 'main' } })
    const first = await answer(at, 'yes\r')
    expect(first.raw().indexOf('built')).toBeLessThan(first.raw().indexOf(QUESTION))
    expect(there.requests).toHaveLength(1)
    const [consent, run] = segmentEvents(there)
    expect([consent?.event, run?.event]).toEqual(['demo.consent.change', 'demo.command.run'])
    expect(consent?.properties).toMatchObject({ choice: 'accept', previous_consent: 'none' })
    expect(Object.keys(consent?.properties ?? {}).sort()).toEqual(names('consent'))
    expect(Object.keys(run?.properties ?? {}).sort()).toEqual(names('run', ['parent_run_id', 'ci_provider']))
    await runsUnasked(at)
    expect(events()).toEqual(['demo.consent.change', 'demo.command.run', 'demo.command.run'])
    expect(new Set(segmentEvents(there).map((event) => event.anonymousId)).size).toBe(1)
    expect(new Set(segmentEvents(there).map((event) => event.messageId)).size).toBe(3)
  })

  test('no: nothing is sent or recorded, and nobody is asked again', async () => {
    const at = scratch({ to: there.url })
    await answer(at, 'no\r')
    await runsUnasked(at)
    expect(await decision(at)).toBe('off')
    expect(there.connections).toBe(0)
    expect(filesUnder(path.join(at.home, '.local'))).toEqual([])
  })

  test('local: the run stays on this machine', async () => {
    const at = scratch({ to: there.url })
    await answer(at, 'local\r')
    await runsUnasked(at)
    expect(await decision(at)).toBe('local')
    expect((await at.log()).map((line) => line.type)).toEqual(['run', 'run'])
    expect(at.waiting()).toEqual([])
    expect(there.connections).toBe(0)
  })

  test('an answer that is none is asked for again', async () => {
    const at = scratch({ to: there.url })
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION)
    screen.type('maybe\r')
    await screen.until('Please answer')
    screen.type('\x7f\x7f\x7f\x7f\x7fyes\r')
    await screen.ended
    expect(await decision(at)).toBe('on')
  })
})

describe('an answer that is refused', () => {
  test.each([
    ['asdf', 'no', 'off'],
    ['what?', 'no', 'off'],
    ['maybe later', 'local', 'local'],
    ['', 'yes', 'on'],
  ])('%j, then %s: the second counts by itself', async (first, second, choice) => {
    const at = scratch({ to: there.url })
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION)
    screen.type(`${first}\r`)
    await screen.until('Please answer')
    screen.type(`${second}\r`)
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(await decision(at)).toBe(choice)
  })
})

describe('silence never consents', () => {
  test.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
    ['an empty answer and Ctrl-C', '\r\x03'],
  ])('%s: undecided, exit 0, and not asked again', async (_name, keys) => {
    const at = scratch({ to: there.url })
    await answer(at, keys)
    expect(await decision(at)).toBe('undecided')
    await runsUnasked(at)
    expect(there.connections).toBe(0)
  })

  test('left alone: undecided, and the exit code is the target’s', async () => {
    const at = scratch({ to: there.url, env: { SEND_METRICS_ASK_SECONDS: '1' } })
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION)
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(await decision(at)).toBe('undecided')
    await runsUnasked(at)
    expect(there.connections).toBe(0)
  })

  test('keys typed while the target ran are no answer', async () => {
    const at = scratch({
      to: there.url,
      makefile: 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo ready; head -c 1 typed >/dev/null\n',
    })
    const screen = at.screen('sh', ['-c', 'mkfifo typed; make build'])
    await screen.until('ready')
    screen.type('yes\r')
    await screen.until('yes')
    fs.writeFileSync(path.join(at.repo, 'typed'), 'x')
    await screen.ended
    expect(await decision(at)).toBe('undecided')
    expect(there.connections).toBe(0)
  })

  test('a terminal that is closed at the question', async () => {
    const at = scratch({ to: there.url })
    const screen = at.screen('send-metrics', ['wrap', 'build'])
    await screen.until(QUESTION)
    screen.close()
    await screen.ended
    expect(await decision(at)).toBe('undecided')
    expect(there.connections).toBe(0)
  })

  test('asked again when 24 hours have passed', async () => {
    const at = scratch({ to: there.url })
    await answer(at, '\x03')
    const file = path.join(at.home, '.config/send-metrics/config.json')
    const store = JSON.parse(fs.readFileSync(file, 'utf8'))
    for (const entry of Object.values<{ askAfter: string }>(store.projects)) {
      expect(Date.parse(entry.askAfter) - Date.now()).toBeGreaterThan(86_300_000)
      entry.askAfter = new Date(Date.now() - 1).toISOString()
    }
    fs.writeFileSync(file, JSON.stringify(store))
    await answer(at, 'no\r')
  })
})
