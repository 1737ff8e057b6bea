import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Choice, Decision } from '../../src/consent/decision.ts'
import { asksNotToTrack, type ConsentFacts, environmentSwitch, type Layer, resolve, type Standing } from '../../src/consent/resolve.ts'

const stored = (decision: Choice): Decision => ({
  decision,
  at: '2026-11-01T12:00:00.000Z',
  method: 'question',
  text: 'the text',
  textHash: 'hash',
  fieldSet: ['command', 'outcome'],
  recipients: ['segment a', 'segment b'],
  toolVersion: '0.1.0',
})

const QUIET: ConsentFacts = {
  switch: undefined,
  doNotTrack: undefined,
  ci: undefined,
  projectOff: false,
  stored: undefined,
  fields: ['command', 'duration_ms', 'outcome'],
  places: ['segment b', 'segment c'],
}

describe('who decides', () => {
  test.each<[string, Partial<ConsentFacts>, Standing['effective'], Layer]>([
    ['nobody', {}, 'undecided', 'nobody'],
    ['a yes', { stored: stored('on') }, 'on', 'stored'],
    ['local', { stored: stored('local') }, 'local', 'stored'],
    ['a no', { stored: stored('off') }, 'off', 'stored'],
    ['SEND_METRICS=off', { stored: stored('on'), switch: 'off' }, 'off', 'SEND_METRICS'],
    ['SEND_METRICS=nonsense', { stored: stored('on'), switch: 'yess' }, 'off', 'SEND_METRICS'],
    ['SEND_METRICS empty', { stored: stored('on'), switch: '' }, 'on', 'stored'],
    ['SEND_METRICS=local on a yes', { stored: stored('on'), switch: 'local' }, 'local', 'SEND_METRICS'],
    ['SEND_METRICS=local on a no', { stored: stored('off'), switch: 'local' }, 'off', 'stored'],
    ['SEND_METRICS=local, undecided', { switch: 'local' }, 'undecided', 'nobody'],
    ['SEND_METRICS=on at home', { switch: 'on' }, 'undecided', 'nobody'],
    ['SEND_METRICS=on on local', { stored: stored('local'), switch: 'on' }, 'local', 'stored'],
    ['SEND_METRICS=on on a no', { stored: stored('off'), switch: 'on' }, 'off', 'stored'],
    ['DO_NOT_TRACK', { stored: stored('on'), doNotTrack: '1' }, 'off', 'DO_NOT_TRACK'],
    ['DO_NOT_TRACK before SEND_METRICS=on', { switch: 'on', ci: 'X', doNotTrack: '1' }, 'off', 'DO_NOT_TRACK'],
    ['CI', { stored: stored('on'), ci: 'X' }, 'off', 'ci'],
    ['CI with local', { stored: stored('on'), ci: 'X', switch: 'local' }, 'off', 'ci'],
    ["CI with the owner's yes", { switch: 'on', ci: 'X' }, 'on', 'SEND_METRICS'],
    ["the owner's yes in CI over a stored no", { stored: stored('off'), switch: 'on', ci: 'X' }, 'off', 'stored'],
    ['the project file', { stored: stored('on'), projectOff: true }, 'off', 'project'],
    ["the project file over the owner's yes", { switch: 'on', ci: 'X', projectOff: true }, 'off', 'project'],
  ])('%s', (_name, facts, effective, decidedBy) => {
    expect(resolve({ ...QUIET, ...facts })).toMatchObject({ effective, decidedBy })
  })

  test('a yes covers the fields that were agreed to and the places that both sides know', () => {
    expect(resolve({ ...QUIET, stored: stored('on') })).toMatchObject({ fields: ['command', 'outcome'], places: ['segment b'] })
  })

  test('a reason names what was set and when it was said', () => {
    expect(resolve({ ...QUIET, switch: 'nope' }).reason).toBe('SEND_METRICS=nope is set')
    expect(resolve({ ...QUIET, stored: stored('on') }).reason).toBe('you said yes on 2026-11-01')
  })
})

test.each([
  [undefined, undefined],
  ['', undefined],
  ['on', 'on'],
  ['ON', 'on'],
  ['1', 'on'],
  ['true', 'on'],
  ['yes', 'on'],
  ['Local', 'local'],
  ['off', 'off'],
  ['0', 'off'],
  ['false', 'off'],
  ['no', 'off'],
  [' on', 'off'],
])('SEND_METRICS=%j means %j', (value, choice) => {
  expect(environmentSwitch(value)).toBe(choice)
})

test.each([
  [undefined, false],
  ['', false],
  ['0', false],
  ['false', false],
  ['FALSE', false],
  ['1', true],
  ['true', true],
  ['no', true],
  [' ', true],
])('DO_NOT_TRACK=%j means %j', (value, quiet) => {
  expect(asksNotToTrack(value)).toBe(quiet)
})

const names = fc.subarray(['command', 'duration_ms', 'outcome', 'git_dirty'])
const sites = fc.subarray(['segment a', 'segment b', 'file c'])
const decisions = fc.record({ choice: fc.constantFrom<Choice>('on', 'local', 'off'), fieldSet: names, recipients: sites })
const anyFacts: fc.Arbitrary<ConsentFacts> = fc.record({
  switch: fc.oneof(fc.constantFrom(undefined, '', 'on', 'ON', 'yes', '1', 'local', 'off'), fc.string()),
  doNotTrack: fc.oneof(fc.constantFrom(undefined, '', '0', '1', 'false'), fc.string()),
  ci: fc.constantFrom(undefined, undefined, 'GitHub Actions', 'CI'),
  projectOff: fc.boolean(),
  stored: fc.option(
    decisions.map(({ choice, ...covered }) => ({ ...stored(choice), ...covered })),
    { nil: undefined },
  ),
  fields: names,
  places: sites,
})
const RANK = { off: 0, undecided: 0, local: 1, on: 2 } as const
const subset = (part: readonly string[], whole: readonly string[]) => part.every((one) => whole.includes(one))
const ownersYes = (facts: ConsentFacts) => facts.ci !== undefined && environmentSwitch(facts.switch) === 'on'

describe('properties of the resolver', () => {
  test('nothing is on without a stored yes, except SEND_METRICS=on in CI', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        if (resolve(facts).effective === 'on') expect(facts.stored?.decision === 'on' || ownersYes(facts)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('every layer can only lower what is stored, except SEND_METRICS=on in CI', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const most = ownersYes(facts) ? 'on' : (facts.stored?.decision ?? 'undecided')
        expect(RANK[resolve(facts).effective]).toBeLessThanOrEqual(RANK[most])
      }),
      { numRuns: 2_000 },
    )
  })

  test('a stored no is final, whatever else is set', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(resolve({ ...facts, stored: stored('off') }).effective).toBe('off')
      }),
    )
  })

  test('fields and places never exceed what was agreed to', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { effective, decidedBy, fields, places } = resolve(facts)
        const byOwner = effective === 'on' && decidedBy === 'SEND_METRICS'
        expect(subset(fields, byOwner ? facts.fields : (facts.stored?.fieldSet ?? []))).toBe(true)
        expect(subset(places, byOwner ? facts.places : (facts.stored?.recipients ?? []))).toBe(true)
        expect(subset(places, facts.places)).toBe(true)
        if (effective !== 'on') expect(places).toEqual([])
        if (effective === 'off' || effective === 'undecided') expect(fields).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  test('setting a switch to off, DO_NOT_TRACK or the project file to off always silences', () => {
    fc.assert(
      fc.property(anyFacts, fc.constantFrom({ switch: 'off' }, { doNotTrack: '1' }, { projectOff: true }), (facts, silence) => {
        expect(resolve({ ...facts, ...silence }).effective).toBe('off')
      }),
    )
  })
})
