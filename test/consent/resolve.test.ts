import { describe, expect, test } from '@jest/globals'
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
  allOffAt: undefined,
  policy: undefined,
  foreignHome: undefined,
  retentionDays: 365,
  now: Date.parse('2026-11-21T12:00:00Z'),
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
    ["the owner's yes in CI over a stored local", { stored: stored('local'), switch: 'on', ci: 'X' }, 'local', 'stored'],
    ["the owner's yes in CI over a no to all", { allOffAt: '2026-11-02T00:00:00.000Z', switch: 'on', ci: 'X' }, 'off', 'all-projects'],
    ['a policy of off', { stored: stored('on'), policy: 'off' }, 'off', 'policy'],
    ['a policy of local', { stored: stored('on'), policy: 'local' }, 'local', 'policy'],
    ['a policy of local on a no', { stored: stored('off'), policy: 'local' }, 'off', 'stored'],
    ['a policy of local, undecided', { policy: 'local' }, 'undecided', 'nobody'],
    ["a policy of local over the owner's yes", { policy: 'local', switch: 'on', ci: 'X' }, 'local', 'policy'],
    ["a policy of off over the owner's yes", { policy: 'off', switch: 'on', ci: 'X' }, 'off', 'policy'],
    ['a no to all, undecided here', { allOffAt: '2026-11-02T00:00:00.000Z' }, 'off', 'all-projects'],
    ['a no to all after a yes', { stored: stored('on'), allOffAt: '2026-11-02T00:00:00.000Z' }, 'off', 'all-projects'],
    ['a yes after a no to all', { stored: stored('on'), allOffAt: '2026-10-31T00:00:00.000Z' }, 'on', 'stored'],
    ['a yes on its last day', { stored: stored('on'), retentionDays: 20 }, 'on', 'stored'],
    ['a yes past the retention', { stored: stored('on'), retentionDays: 19 }, 'undecided', 'expiry'],
    ['a yes past the retention that it was given for', { stored: { ...stored('on'), retentionDays: 19 } }, 'undecided', 'expiry'],
    ['a no past the retention', { stored: stored('off'), retentionDays: 1 }, 'off', 'stored'],
    ['local past the retention', { stored: stored('local'), retentionDays: 1 }, 'local', 'stored'],
    ["a yes in somebody else's home", { stored: stored('on'), foreignHome: 'F' }, 'off', 'foreign-home'],
    ["local in somebody else's home", { stored: stored('local'), foreignHome: 'F' }, 'off', 'foreign-home'],
    ["a no in somebody else's home", { stored: stored('off'), foreignHome: 'F' }, 'off', 'stored'],
    ["a no to all in somebody else's home", { allOffAt: '2026-11-02T00:00:00.000Z', foreignHome: 'F' }, 'off', 'all-projects'],
    ["undecided in somebody else's home", { foreignHome: 'F' }, 'off', 'foreign-home'],
    ["the owner's yes in CI needs no home", { switch: 'on', ci: 'X', foreignHome: 'F' }, 'on', 'SEND_METRICS'],
    ["the owner's yes in CI, lowered to local, does", { switch: 'on', ci: 'X', policy: 'local', foreignHome: 'F' }, 'off', 'foreign-home'],
    ["the owner's yes in CI over somebody else's no", { stored: stored('off'), switch: 'on', ci: 'X', foreignHome: 'F' }, 'off', 'stored'],
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
