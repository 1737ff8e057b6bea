import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { runFacts } from '../../src/event/build.ts'
import { type EventKind, FIELDS, fieldNames } from '../../src/event/fields.ts'
import { type Facts, serialize } from '../../src/event/serialize.ts'

const ALL = fieldNames()
const KINDS: readonly EventKind[] = ['run', 'consent']
const one = (facts: Facts, kind: EventKind = 'run') => serialize(kind, facts, ALL)

describe('the gate', () => {
  test.each<[string, Facts, Facts]>([
    ['what the table has', { command: 'build', duration_ms: 5, git_dirty: false }, { command: 'build', duration_ms: 5, git_dirty: false }],
    ['nothing that it has not', { hostname: 'h', path: '/home/me', branch: 'secret' }, {}],
    ['nothing of another kind of event', { choice: 'accept', command: 'x' }, { command: 'x' }],
    ['nothing that is not known', { command: undefined }, {}],
    ['zero, false and an empty text', { duration_ms: 0, is_ci: false, command: '' }, { duration_ms: 0, is_ci: false, command: '' }],
    ['a negative status', { exit_status: -2 }, { exit_status: -2 }],
  ])('lets through %s', (_name, facts, properties) => {
    expect(one(facts)).toEqual(properties)
  })

  test.each<[string, Facts]>([
    ['text for an integer', { duration_ms: '5' }],
    ['a fraction for an integer', { duration_ms: 0.5 }],
    ['no number', { duration_ms: Number.NaN }],
    ['no end', { duration_ms: Number.POSITIVE_INFINITY }],
    ['more than is exact', { duration_ms: 2 ** 53 }],
    ['a boolean for an integer', { exit_status: true }],
    ['a number for text', { command: 5 }],
    ['text for a boolean', { git_dirty: 'true' }],
    ['a number for a boolean', { is_ci: 1 }],
    ['an object for text', { command: {} as unknown as string }],
  ])('keeps back %s', (_name, facts) => {
    expect(one(facts)).toEqual({})
  })

  test('an old decision goes on covering the old fields only', () => {
    const facts = { command: 'build', outcome: 'success', duration_ms: 5 }
    expect(serialize('run', facts, ['command', 'outcome', 'a_field_that_went_away'])).toEqual({ command: 'build', outcome: 'success' })
    expect(serialize('run', facts, [])).toEqual({})
  })
})

describe('texts', () => {
  test.each([
    ['50 characters stay', 'x'.repeat(50), 'x'.repeat(50)],
    ['51 are cut', 'x'.repeat(51), 'x'.repeat(50)],
    ['a character of two places counts as one, and stays whole', `${'x'.repeat(49)}😀😀`, `${'x'.repeat(49)}😀`],
    ['half a character is replaced', 'a\uD83Db', 'a\uFFFDb'],
    ['control characters are replaced', 'a\u0000b\u001b[2J\nc', 'a\uFFFDb\uFFFD[2J\uFFFDc'],
  ])('%s', (_name, text, expected) => {
    expect(one({ command: text })).toEqual({ command: expected })
  })

  test('each text has the length of the table', () => {
    for (const { name, kinds, most } of FIELDS.filter(({ type, precision }) => type === 'string' && precision === undefined)) {
      const properties = serialize(kinds[0] as EventKind, { [name]: 'y'.repeat(600) }, ALL)
      expect([name, properties[name]]).toEqual([name, 'y'.repeat(most ?? 50)])
    }
  })
})

const value = fc.oneof(fc.string({ maxLength: 80, unit: 'binary' }), fc.integer(), fc.double(), fc.boolean(), fc.constant(undefined))
const keys = fc.oneof(fc.constantFrom(...ALL), fc.constantFrom('__proto__', 'constructor', 'toString'), fc.string())
const anyFacts = fc.dictionary(keys, value)
const agreed = fc.array(keys)

describe('properties of the gate', () => {
  test('what comes out is in the table, of this kind, and agreed to', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), anyFacts, agreed, (kind, facts, covered) => {
        for (const key of Object.keys(serialize(kind, facts, covered))) {
          expect(covered).toContain(key)
          expect(FIELDS.find(({ name, kinds }) => name === key && kinds.includes(kind))).toBeDefined()
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('every value is of its type and within its length, and the same again when it goes through twice', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), anyFacts, (kind, facts) => {
        const properties = serialize(kind, facts, ALL)
        for (const { name, type, most = 50 } of FIELDS) {
          const out = properties[name]
          if (out === undefined) continue
          expect(type === 'integer' ? Number.isSafeInteger(out) : typeof out === type).toBe(true)
          if (typeof out === 'string') expect([...out].length).toBeLessThanOrEqual(most)
        }
        expect(serialize(kind, properties, ALL)).toEqual(properties)
      }),
      { numRuns: 1_000 },
    )
  })
})

test('the facts of a real run all pass: nothing is measured that is not announced', () => {
  const run = {
    goals: ['build'],
    startedAt: 0,
    durationMs: 4.6,
    exitStatus: 0,
    outcome: 'success',
    runId: 'r',
    parentRunId: 'p',
    traceId: 't',
  }
  const place = { git: {}, machine: {}, ci: 'X', toolVersion: '1', test: 'no' }
  const facts = runFacts(run, place, [])
  expect(one(facts)).toEqual(facts)
  expect(facts).toMatchObject({ duration_ms: 5, is_test: 'no', is_ci: true, start_time: '1970-01-01T00:00:00.000Z' })
})

test('the table names each field once, in plain snake case, with an example that passes the gate', () => {
  expect(new Set(ALL).size).toBe(FIELDS.length)
  for (const { name, kinds, example } of FIELDS) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/u)
    expect(serialize(kinds[0] as EventKind, { [name]: example }, [name])).toEqual({ [name]: example })
  }
})

test.each([
  ['2026-11-20T16:02:11Z', '2026-11-20T00:00:00Z'],
  ['2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z'],
  ['2026-11-20', undefined],
  ['alice at 2026-11-20T16:02:11Z', undefined],
])('of a time that may only go to the day, %j is %j', (time, day) => {
  expect(one({ git_commit_time: time }).git_commit_time).toBe(day)
})
