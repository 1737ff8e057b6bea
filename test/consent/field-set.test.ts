import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Decision } from '../../src/consent/decision.ts'
import { resolve } from '../../src/consent/resolve.ts'
import { addition, decide, extend, statement } from '../../src/consent/wording.ts'
import { FIELDS, type Field, fieldNames } from '../../src/event/fields.ts'
import { type Facts, serialize } from '../../src/event/serialize.ts'
import { DEMO, projectOf } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const AUDIENCE = { tool: 'send-metrics', titles: ['Segment (https://api.segment.io)'], stateFolder: '~/.local/state/send-metrics' }
const project = () => projectOf({ cwd: testdir({ 'send-metrics.json': JSON.stringify(DEMO) }), uid: process.getuid?.() })
const PLACE = 'segment host="https://api.segment.io" writeKey="key"'

const row = (name: string): Field => ({
  name,
  type: 'integer',
  kinds: ['run'],
  group: 'run',
  words: `words of ${name}`,
  description: '',
  example: 1,
})

/** Three versions of the table: the second adds a field, the third adds one and drops one. */
const FIRST = [row('a'), row('b')]
const SECOND = [...FIRST, row('c')]
const THIRD = [row('b'), row('c'), row('d')]
const FACTS: Facts = { a: 1, b: 2, c: 3, d: 4, never_announced: 5 }

function yesTo(table: readonly Field[]): Decision {
  const text = statement(project(), AUDIENCE, 80, table)
  return decide('on', 'question', project(), { text, fields: fieldNames(table), places: [PLACE], now: NOW, version: '1.0.0' })
}

/** What is sent under a decision when the tool has this table. */
function sent(stored: Decision, table: readonly Field[]): object {
  const quiet = {
    switch: undefined,
    doNotTrack: undefined,
    ci: undefined,
    projectOff: false,
    allOffAt: undefined,
    policy: undefined,
    foreignHome: undefined,
  }
  const { fields } = resolve({ ...quiet, stored, fields: fieldNames(table), places: [PLACE], retentionDays: 365, now: NOW })
  return serialize('run', FACTS, fields, table)
}

describe('three versions of the table', () => {
  const first = yesTo(FIRST)
  const more = { text: 'more', fields: ['c'], places: [], now: NOW + 1, version: '1.1.0' }

  test('a yes to the first sends the first, whatever the table grows to', () => {
    expect(sent(first, FIRST)).toEqual({ a: 1, b: 2 })
    expect(sent(first, SECOND)).toEqual({ a: 1, b: 2 })
  })

  test('a field that goes is not sent any more, and no other takes its place', () => {
    expect(sent(first, THIRD)).toEqual({ b: 2 })
  })

  test('a yes to the difference adds the difference, and nothing of the next version', () => {
    const second = extend(first, more)
    expect(sent(second, SECOND)).toEqual({ a: 1, b: 2, c: 3 })
    expect(sent(second, THIRD)).toEqual({ b: 2, c: 3 })
    expect(second).toMatchObject({ fieldSet: ['a', 'b', 'c'], recipients: [PLACE], asOf: first.asOf, toolVersion: '1.1.0' })
    expect(second.text).toBe(`${first.text}\n\nmore`)
  })

  test('a field that comes back is covered by the yes that knew it', () => {
    expect(sent(first, THIRD)).not.toHaveProperty('a')
    expect(sent(first, SECOND)).toHaveProperty('a')
  })

  test('the question about a difference names it, when it was agreed before, and nothing else', () => {
    const text = addition(project(), { titles: [], fields: ['c'], since: first.at, local: false }, 80, SECOND)
    expect(text).toBe(
      [
        'Demo asks for more than you agreed to on 2026-11-21. New:',
        'Run:       words of c',
        'No:        keeps what you agreed to, and nothing more',
      ].join('\n'),
    )
  })
})

/** Wraps are undone, so that words can be looked for. */
const plain = (text: string) => text.replace(/\s+/gu, ' ')

describe('the question names what the serializer lets through', () => {
  const sets = fc.subarray([...FIELDS], { minLength: 1 })
  const everything: Facts = Object.fromEntries(FIELDS.map(({ name, example }) => [name, example]))

  test('property: for any table, a field is named if and only if a yes to that text lets it through', () => {
    fc.assert(
      fc.property(sets, (table) => {
        const text = plain(statement(project(), AUDIENCE, 80, table))
        // A name that is a part of another one's words is looked for with the sign behind it.
        const named = FIELDS.filter(({ words }) => new RegExp(`(?:: |, )${words}(?:,| [A-Z])`, 'u').test(text))
        const agreed = decide('on', 'question', project(), { text, fields: fieldNames(table), places: [PLACE], now: NOW, version: '1' })
        const through = (['run', 'consent'] as const).flatMap((kind) => Object.keys(serialize(kind, everything, agreed.fieldSet, table)))
        expect(named.map(({ name }) => name)).toEqual(FIELDS.map(({ name }) => name).filter((name) => through.includes(name)))
      }),
      { numRuns: 50 },
    )
  })

  test('a field that the text did not name does not pass, even if it is in the table', () => {
    const agreed = yesTo(FIELDS.filter(({ group }) => group !== 'git'))
    const through = Object.keys(serialize('run', everything, agreed.fieldSet))
    expect(through.filter((name) => name.startsWith('git'))).toEqual([])
    expect(through).toContain('command')
  })
})
