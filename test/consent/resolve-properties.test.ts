import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Choice, Decision } from '../../src/consent/decision.ts'
import { type ConsentFacts, environmentSwitch, resolve } from '../../src/consent/resolve.ts'

const DAY_MS = 86_400_000
const NOW = Date.parse('2026-11-21T12:00:00Z')
const names = fc.subarray(['command', 'duration_ms', 'outcome', 'git_dirty'])
const sites = fc.subarray(['segment a', 'segment b', 'file c'])
const ages = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 30, 31, 364, 365, 366) }, fc.integer({ min: 0, max: 4000 }))
const times = ages.map((days) => new Date(NOW - days * DAY_MS).toISOString())
const terms = fc.constantFrom(1, 30, 365, 3650)

const decisions: fc.Arbitrary<Decision> = fc.record({
  decision: fc.constantFrom<Choice>('on', 'on', 'on', 'local', 'off'),
  at: times,
  retentionDays: fc.option(terms, { nil: undefined }),
  method: fc.constantFrom('question', 'command'),
  text: fc.constant('the text'),
  textHash: fc.constant('hash'),
  fieldSet: names,
  recipients: sites,
  toolVersion: fc.constant('0.1.0'),
})

/** Every layer there is, with each of its values and some that nobody meant. */
const anyFacts: fc.Arbitrary<ConsentFacts> = fc.record({
  switch: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(undefined, '', 'on', 'ON', 'yes', '1') },
    fc.constantFrom('local', 'off', 'Off', 'yess'),
    fc.string(),
  ),
  doNotTrack: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(undefined, '', '0', 'false') }, fc.string()),
  ci: fc.constantFrom(undefined, undefined, undefined, 'GitHub Actions', 'CI'),
  projectOff: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
  stored: fc.option(decisions, { nil: undefined, freq: 6 }),
  allOffAt: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, times),
  policy: fc.constantFrom(undefined, undefined, undefined, 'off', 'local'),
  foreignHome: fc.constantFrom(undefined, undefined, undefined, 'it is theirs'),
  fields: names,
  places: sites,
  retentionDays: terms,
  now: fc.constant(NOW),
})

const RANK = { off: 0, undecided: 0, local: 1, on: 2 } as const
const MANY = { numRuns: 5_000 }
const subset = (part: readonly string[], whole: readonly string[]) => part.every((one) => whole.includes(one))

/** The one exception: nobody can be asked in CI, so SEND_METRICS=on there is the yes of whoever owns the pipeline. */
const ownersYesInCi = ({ ci, switch: value }: ConsentFacts) => ci !== undefined && environmentSwitch(value) === 'on'

/** A yes that holds: stored, younger than both retentions, and after any no to all projects. Worked out anew, by the words. */
function holdingYes({ stored, allOffAt, retentionDays, now }: ConsentFacts): Decision | undefined {
  if (stored?.decision !== 'on') return undefined
  const age = now - Date.parse(stored.at)
  const young = age <= retentionDays * DAY_MS && age <= (stored.retentionDays ?? Infinity) * DAY_MS
  return young && (allOffAt === undefined || Date.parse(stored.at) > Date.parse(allOffAt)) ? stored : undefined
}

describe('no combination of layers', () => {
  test('is on without a stored, unexpired yes that covers its fields and places, except SEND_METRICS=on in CI', () => {
    let on = 0
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { effective, fields, places } = resolve(facts)
        if (effective !== 'on' || ownersYesInCi(facts)) return
        on++
        const yes = holdingYes(facts)
        expect(yes).toBeDefined()
        expect(subset(fields, yes?.fieldSet ?? [])).toBe(true)
        expect(subset(places, yes?.recipients ?? [])).toBe(true)
      }),
      MANY,
    )
    // A property that is never put to the test says nothing.
    expect(on).toBeGreaterThan(50)
  })

  test('is on in CI against a stored no, a stored local, or a no to all projects', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const all = facts.allOffAt !== undefined && !(facts.stored && facts.stored.at > facts.allOffAt)
        if (facts.stored?.decision === 'off' || facts.stored?.decision === 'local' || all) expect(resolve(facts).effective).not.toBe('on')
      }),
      MANY,
    )
  })

  test('names a field or a place that the project does not have today, or any when nothing may be recorded', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { effective, fields, places } = resolve(facts)
        expect(subset(fields, facts.fields)).toBe(true)
        expect(subset(places, facts.places)).toBe(true)
        if (effective !== 'on') expect(places).toEqual([])
        if (effective === 'off' || effective === 'undecided') expect(fields).toEqual([])
      }),
      MANY,
    )
  })
})

const lowering: fc.Arbitrary<Partial<ConsentFacts>> = fc.constantFrom<Partial<ConsentFacts>>(
  { switch: 'off' },
  { switch: 'local' },
  { doNotTrack: '1' },
  { policy: 'off' },
  { policy: 'local' },
  { projectOff: true },
  { foreignHome: 'it is theirs' },
  { allOffAt: new Date(NOW).toISOString() },
  { retentionDays: 1 },
  { fields: [] },
  { places: [] },
)

describe('every layer only lowers', () => {
  test('setting it never raises the answer, nor what it covers', () => {
    fc.assert(
      fc.property(anyFacts, lowering, (facts, layer) => {
        // Any other value of SEND_METRICS takes the place of the owner's yes; that is no lowering by itself.
        const [before, after] = [resolve(facts), resolve({ ...facts, ...layer })]
        if (facts.policy === 'off' && layer.policy === 'local') return
        if (environmentSwitch(facts.switch) === 'off' && layer.switch === 'local') return
        expect(RANK[after.effective]).toBeLessThanOrEqual(RANK[before.effective])
        expect(subset(after.fields, before.fields)).toBe(true)
        expect(subset(after.places, before.places)).toBe(true)
      }),
      MANY,
    )
  })

  test("in somebody else's home nothing is recorded but what a pipeline's owner sends, and nobody is undecided", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { effective, decidedBy } = resolve({ ...facts, foreignHome: 'it is theirs' })
        expect(effective === 'off' || (effective === 'on' && decidedBy === 'SEND_METRICS' && ownersYesInCi(facts))).toBe(true)
      }),
      MANY,
    )
  })

  test('off in the environment, in the policy or in the project file is off, whatever else is set', () => {
    const silences = fc.constantFrom<Partial<ConsentFacts>>({ switch: 'off' }, { doNotTrack: '1' }, { policy: 'off' }, { projectOff: true })
    fc.assert(fc.property(anyFacts, silences, (facts, silence) => expect(resolve({ ...facts, ...silence }).effective).toBe('off')))
  })

  test('local in the environment or in the policy never sends, whatever else is set', () => {
    const layers = fc.constantFrom<Partial<ConsentFacts>>({ switch: 'local' }, { policy: 'local' })
    fc.assert(
      fc.property(anyFacts, layers, (facts, layer) => expect(resolve({ ...facts, ...layer }).effective).not.toBe('on')),
      MANY,
    )
  })

  test('SEND_METRICS=on outside CI changes nothing at all', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const outside = { ...facts, ci: undefined }
        expect(resolve({ ...outside, switch: 'on' })).toEqual(resolve({ ...outside, switch: undefined }))
      }),
      MANY,
    )
  })
})
