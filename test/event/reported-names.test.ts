import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DEFAULT_GOAL, listedNames, OTHER, reportedNames } from '../../src/event/allowlist.ts'

const LIST = listedNames(['build', 'test', 'lint', 'deploy-%', 'g++'])
const long = (length: number, end = '') => `deploy-${'x'.repeat(length - 'deploy-'.length - end.length)}${end}`

describe('the name of a run of several goals', () => {
  test.each<[string[], string]>([
    [[], DEFAULT_GOAL],
    [['build'], 'build'],
    [['build', 'test'], 'build+test'],
    [['test', 'build'], 'build+test'],
    [['test', 'build', 'test'], 'build+test'],
    [['secret'], OTHER],
    [['secret', 'build', 'hidden'], `build+${OTHER}`],
    [['g++', 'build'], 'build+g++'],
    [[long(50)], long(50)],
    // As of `wrap <target>`; the gate cuts it.
    [[long(51)], long(51)],
    [[long(51), long(51)], long(51)],
    [[long(51), 'build'], 'build+…'],
    // Just as many characters as there may be, and one more.
    [['build', long(44)], `build+${long(44)}`],
    [['build', long(45)], 'build+…'],
    [['build', 'lint', 'test', long(20, 'a'), long(20, 'b')], `build+${long(20, 'a')}+${long(20, 'b')}+…`],
    // The first one is too long for company; a shorter one further on is not.
    [[long(49), 'test'], 'test+…'],
    [[long(50, 'a'), long(50, 'b')], OTHER],
  ])('%j', (goals, name) => {
    expect(reportedNames(goals, LIST)).toBe(name)
  })

  test('without a list, what does not look like a target is other', () => {
    expect(reportedNames(['build', 'out/a.o', '/home/me'], listedNames(undefined))).toBe(`build+${OTHER}`)
  })

  test('property: several have at most 50 characters, of whole names on the list, the same in any order', () => {
    const goal = fc.oneof(
      fc.constantFrom('build', 'test', 'lint', 'secret'),
      fc.integer({ min: 8, max: 60 }).map((length) => long(length)),
    )
    fc.assert(
      fc.property(fc.array(goal), (goals) => {
        const name = reportedNames(goals, LIST)
        if (new Set(goals).size < 2) return
        expect([...name].length).toBeLessThanOrEqual(50)
        expect(reportedNames(goals.toReversed(), LIST)).toBe(name)
        const known = [...goals, OTHER, DEFAULT_GOAL, '…']
        expect(name.split('+').filter((part) => !known.includes(part))).toEqual([])
      }),
    )
  })
})
