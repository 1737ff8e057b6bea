import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isWithin, listedNames, OTHER, reportedName } from '../../src/event/allowlist.ts'

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
    expect(reportedName(target, listedNames(LIST))).toBe(known ? target : OTHER)
  })

  test('an empty list reports none', () => {
    expect(reportedName('build', listedNames([]))).toBe(OTHER)
  })

  test.each([
    ['test:unit', true],
    ['größe', true],
    ['buildAndTestTheWholeThing', true],
    ['dev.up.lms+cms-web', true],
    ['anything at all', false],
    ['/tmp/alice-smith/secret.o', false],
    ['alice@example.com', false],
    ['bell\u0007', false],
  ])('%% alone reports %j: %j', (target, known) => {
    expect(reportedName(target, listedNames(['%']))).toBe(known ? target : OTHER)
  })

  test('what is listed in full is the list’s own word', () => {
    for (const word of ['out/a.o', 'alice@example.com', 'db.example.com']) expect(reportedName(word, listedNames([word]))).toBe(word)
  })

  test('a token of which a part stands in the pattern is none the less one', () => {
    expect(reportedName('ghp_abcdef', listedNames(['ghp_%']))).toBe(OTHER)
    expect(reportedName('deploy-0123456789abcdef0123', listedNames(['deploy-0123456789%']))).toBe(OTHER)
  })
})

describe('without a list', () => {
  test.each([
    ['build', true],
    ['dev.up.lms+cms', true],
    ['test-unit_2', true],
    ['a:b@c', false],
    ['test:unit', false],
    ['alice@example.com', false],
    ['x'.repeat(201), false],
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
    expect(reportedName(target, listedNames(undefined))).toBe(known ? target : OTHER)
  })

  test('property: a name that is reported never holds a slash, a blank or a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (target) => {
        expect(reportedName(target, listedNames(undefined))).toMatch(/^[A-Za-z0-9_.+-]+$/u)
      }),
    )
  })
})

describe('a pattern that was covered', () => {
  test.each([
    ['build', ['build'], true],
    ['build', ['%'], true],
    ['dev.up.lms', ['dev.up.%'], true],
    ['dev.up.c%', ['dev.up.%'], true],
    ['dev.%.up', ['dev.%'], true],
    ['dev.up.%', ['dev.up.%'], true],
    ['dev.%', ['dev.up.%'], false],
    ['%', ['build', 'dev.%'], false],
    ['build2', ['build'], false],
    // What `%` has nothing of is not in it.
    ['out/%', ['%'], false],
    ['out/a.o', ['%'], false],
    ['a@b', ['%'], false],
    // The ends must not share characters.
    ['aba', ['ab%ba'], false],
    ['build', undefined, true],
    ['dev.up.%', undefined, true],
    ['test:%', undefined, false],
    ['out/a.o', undefined, false],
  ])('%j by %j: %j', (pattern, list, isCovered) => {
    expect(isWithin(pattern, listedNames(list))).toBe(isCovered)
  })

  test('property: reports no name that was not', () => {
    const part = fc
      .string({ unit: fc.constantFrom('a', 'b', '%', '.', '/', '@'), maxLength: 5 })
      .filter((text) => text.split('%').length < 3)
    fc.assert(
      fc.property(part, part, fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '@'), maxLength: 8 }), (pattern, wider, target) => {
        if (!isWithin(pattern, listedNames([wider]))) return
        const named = reportedName(target, listedNames([pattern]))
        if (named === target) expect(reportedName(target, listedNames([wider]))).toBe(target)
      }),
      { numRuns: 5_000 },
    )
  })
})
