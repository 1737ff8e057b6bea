import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { OTHER, reportedName } from '../../src/event/allowlist.ts'

describe('with a list of targets', () => {
  const LIST = ['build', 'test.%', '%-up', 'dev.%.down', 'a.b']
  test.each([
    ['build', true],
    ['Build', false],
    ['build2', false],
    ['test.unit', true],
    ['test.', true],
    ['test', false],
    ['xtest.unit', false],
    ['docker-up', true],
    ['-up', true],
    ['up', false],
    ['dev.lms.down', true],
    // The ends must not share characters.
    ['dev.down', false],
    ['dev..down', true],
    // A dot is a dot.
    ['aXb', false],
    ['', false],
  ])('%j is reported by name: %j', (target, known) => {
    expect(reportedName(target, LIST)).toBe(known ? target : OTHER)
  })

  test('an empty list reports none', () => {
    expect(reportedName('build', [])).toBe(OTHER)
  })

  test('% alone reports all', () => {
    expect(reportedName('anything at all', ['%'])).toBe('anything at all')
  })
})

describe('without a list', () => {
  test.each([
    ['build', true],
    ['dev.up.lms+cms', true],
    ['test-unit_2', true],
    ['a:b@c', true],
    ['2fast', true],
    ['/home/me/secret', false],
    ['out/a.o', false],
    ['../up', false],
    ['-n', false],
    ['.hidden', false],
    ['a b', false],
    ['$(shell id)', false],
    ['build\n', false],
    ['bücher', false],
    ['', false],
  ])('%j is reported by name: %j', (target, known) => {
    expect(reportedName(target, undefined)).toBe(known ? target : OTHER)
  })

  test('property: a name that is reported never holds a slash, a blank or a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (target) => {
        expect(reportedName(target, undefined)).toMatch(/^[A-Za-z0-9_.:+@-]+$/u)
      }),
    )
  })
})
