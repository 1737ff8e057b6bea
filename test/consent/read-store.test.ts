import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Decision, Entry } from '../../src/consent/decision.ts'
import { parseStore, readStore, soundDecision } from '../../src/consent/read-store.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const YES: Decision = {
  decision: 'on',
  at: '2026-11-01T12:00:00.000Z',
  method: 'question',
  text: 'the text',
  textHash: 'hash',
  fieldSet: ['command'],
  recipients: ['segment'],
  toolVersion: '0.1.0',
}
const ENTRY: Entry = { id: 'demo-1', project: 'Demo', recipient: 'R', where: ['segment'], anonymousId: null, decision: YES }

/** Without one key, as a file looks that was written by hand or cut short. */
function without<T extends object>(value: T, key: keyof T): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T
}

describe('a decision that is whole', () => {
  test('a yes with everything, whether or not an ID was made', () => {
    expect(soundDecision(ENTRY)).toEqual(YES)
    expect(soundDecision({ ...ENTRY, anonymousId: 'ab' })).toEqual(YES)
    expect(soundDecision({ ...ENTRY, decision: { ...YES, decision: 'local' } })?.decision).toBe('local')
  })

  test.each<keyof Decision>(['decision', 'at', 'textHash', 'fieldSet', 'recipients'])('a yes without %s is none', (key) => {
    expect(soundDecision({ ...ENTRY, decision: without(YES, key) })).toBeUndefined()
  })

  test('a yes without the place for an ID is none', () => {
    expect(soundDecision(without(ENTRY, 'anonymousId'))).toBeUndefined()
  })

  test.each<[string, object]>([
    ['an unknown answer', { decision: 'yes' }],
    ['a time that is none', { at: 'yesterday' }],
    ['a beginning that is no time', { asOf: 'then' }],
    ['a beginning that is no text', { asOf: 5 }],
    ['a retention that is no number, and would never end', { retentionDays: 'long' }],
    ['a retention of null', { retentionDays: null }],
    ['fields that are no list', { fieldSet: 'command' }],
    ['fields that are no texts', { fieldSet: [1] }],
    ['recipients that are no list', { recipients: { a: 1 } }],
  ])('a yes with %s is none', (_name, part) => {
    expect(soundDecision({ ...ENTRY, decision: { ...YES, ...part } as Decision })).toBeUndefined()
  })

  test('a no counts however little else is there', () => {
    const entry = { ...without(ENTRY, 'anonymousId'), decision: { decision: 'off' } as Decision }
    expect(soundDecision(entry)).toMatchObject({ decision: 'off', at: '', fieldSet: [], recipients: [], text: '' })
  })

  test('a no with parts that are not what they should be counts, without those parts', () => {
    const decision = { ...YES, decision: 'off', at: 5, fieldSet: 'x', recipients: ['r'], stranger: 1 } as unknown as Decision
    expect(soundDecision({ ...ENTRY, decision })).toEqual({ ...YES, decision: 'off', at: '', fieldSet: [], recipients: ['r'] })
  })

  test.each([[{ ...YES, decision: true }], [[]], [null], [5], ['off']])('%j may have been a no, and counts as one', (decision) => {
    expect(soundDecision({ ...ENTRY, decision: decision as unknown as Decision })).toMatchObject({ decision: 'off', fieldSet: [] })
  })

  test.each([undefined, { ...ENTRY, decision: undefined }, { ...ENTRY, decision: 'on' as unknown as Decision }])(
    'no decision: %j',
    (entry) => {
      expect(soundDecision(entry)).toBeUndefined()
    },
  )
})

describe('entries in a store', () => {
  const store = (entry: unknown) => JSON.stringify({ version: 1, projects: { x: entry, good: ENTRY } })

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['no id', without(ENTRY, 'id')],
    ['an id that leaves the folder', { ...ENTRY, id: '../up' }],
    ['an id of 81 characters', { ...ENTRY, id: 'x'.repeat(81) }],
    ['a name that is no text', { ...ENTRY, project: 1 }],
    ['no recipient', without(ENTRY, 'recipient')],
    ['places that are no texts', { ...ENTRY, where: [1] }],
    ['an ID that is no text', { ...ENTRY, anonymousId: 5 }],
  ])('%s is left out and told of, its neighbour stays', (_name, entry) => {
    expect(parseStore(store(entry))).toEqual({ entries: [ENTRY], progress: false, problem: expect.stringContaining('is not sound in x') })
  })

  test('an id that is a folder of its own kind never names the folder itself or the one above', () => {
    for (const id of ['.', '..']) expect(parseStore(store({ ...ENTRY, id })).entries).toEqual([ENTRY])
  })

  test.each([
    ['', /is damaged/u],
    ['{"projects": {', /is damaged/u],
    ['\u0000\u0000\u0000', /is damaged/u],
    ['[]', /no "projects"/u],
    ['null', /no "projects"/u],
    ['{"projects": []}', /no "projects"/u],
  ])('%j is damaged', (text, problem) => {
    expect(parseStore(text)).toEqual({ entries: [], problem: expect.stringMatching(problem) })
  })

  test('property: no text makes it fail, and no cut of a store makes a yes of half of one', () => {
    const whole = store(null)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat(whole.length - 1).map((at) => whole.slice(0, at)),
        ),
        (text) => {
          expect(parseStore(text).entries).toEqual([])
        },
      ),
    )
  })
})

describe('the file', () => {
  const world = (home: string | undefined) => testWorld({ home, platform: 'linux' })
  const file = '.config/send-metrics/config.json'

  test('none: nobody has decided, nothing is wrong, and nothing is written', () => {
    const home = testdir()
    expect(readStore(world(home))).toEqual({ file: path.join(home, file), entries: [], problem: undefined })
    expect(fs.readdirSync(home)).toEqual([])
  })

  test('no home: says what to set', () => {
    expect(readStore(world(undefined))).toMatchObject({ entries: [], problem: expect.stringMatching(/HOME or XDG_CONFIG_HOME/u) })
  })

  test('a whole one', () => {
    const home = testdir({ [file]: JSON.stringify({ version: 1, projects: { x: ENTRY } }) })
    expect(readStore(world(home)).entries).toEqual([ENTRY])
  })

  test('a folder in its place', () => {
    expect(readStore(world(testdir({ [`${file}/x`]: '' })))).toMatchObject({ entries: [], problem: 'is not a file of decisions' })
  })

  test('one of more than 4 MB is not ours', () => {
    const huge = JSON.stringify({ version: 1, projects: { x: ENTRY }, y: 'y'.repeat(4 * 1024 * 1024) })
    expect(readStore(world(testdir({ [file]: huge })))).toMatchObject({ entries: [], problem: 'is not a file of decisions' })
  })

  test('a file where its folder should be', () => {
    expect(readStore(world(testdir({ '.config': '' })))).toMatchObject({ entries: [] })
  })
})
