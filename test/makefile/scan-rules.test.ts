import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { scanRules } from '../../src/makefile/scan-rules.ts'

const seen = (text: string) =>
  scanRules(text).map(({ kind, targets, prerequisites, hasRecipe }) => [
    kind,
    targets.map(({ word }) => word).join(' '),
    prerequisites.map(({ word }) => word).join(' '),
    hasRecipe,
  ])

describe('the rules that are written in a makefile', () => {
  test.each<[string, string, (string | boolean)[][]]>([
    ['plain', 'a b: c | d\n\t@echo\n', [['plain', 'a b', 'c d', true]]],
    ['with the recipe on its line', 'a: b ; echo c: d\n', [['plain', 'a', 'b', true]]],
    ['double-colon', 'a:: b\n', [['double-colon', 'a', 'b', false]]],
    ['grouped', 'a b &: c\n', [['grouped', 'a b', 'c', false]]],
    ['static patterns', 'a-x: a-%: b-%\n', [['static-pattern', 'a-x', 'a-%: b-%', false]]],
    [
      'variables of a target',
      'a: B = c: d\na: export E := f\n',
      [
        ['variable', 'a', 'B = c: d', false],
        ['variable', 'a', 'export E := f', false],
      ],
    ],
    ['assignments', 'A = b: c\nA := b\nA ::= b: c\nA :::= b: c\nA ?= b: c\nA != echo b: c\nA += b: c\n', []],
    ['colons in references', `$(A:.c=.o) $${'{B:x=y}'}: c\n`, [['plain', `$(A:.c=.o) $${'{B:x=y}'}`, 'c', false]]],
    ['directives', 'include a: b\n-include c: d\nexport A: b\nvpath %: c\n', []],
    ['comments', '# a: b\na: # b: c\n', [['plain', 'a', '', false]]],
    ['a comment that goes on', '# a \\\nb: c\nd: e\n', [['plain', 'd', 'e', false]]],
    ['continuation lines', 'a \\\n b: \\\n  c \\\n  d\n', [['plain', 'a b', 'c d', false]]],
    ['define', 'define A\na: b\ndefine B\nendef\nc: d\nendef\ne: f\n', [['plain', 'e', 'f', false]]],
    [
      'lines of recipes',
      'a:\n\tb: c\n\n\t@echo d: e\nf: g\n',
      [
        ['plain', 'a', '', true],
        ['plain', 'f', 'g', false],
      ],
    ],
    ['a recipe behind a conditional', 'a:\nifdef X\n\tb: c\nendif\n', [['plain', 'a', '', true]]],
    ['a line with a tab and no rule before it', 'A = b\n\tc: d\n', [['plain', 'c', 'd', false]]],
    [
      'another prefix',
      '.RECIPEPREFIX = >\na:\n>b: c\n\td: e\n',
      [
        ['plain', 'a', '', true],
        ['plain', 'd', 'e', false],
      ],
    ],
    ['escaped characters', 'a\\:b: c\n', [['plain', 'a\\:b', 'c', false]]],
  ])('%s', (_name, text, rules) => {
    expect(seen(text)).toEqual(rules)
    expect(seen(text.replaceAll('\n', '\r\n'))).toEqual(rules)
  })

  test('branches of conditionals have names of their own', () => {
    const branches = scanRules('a:\nifdef X\nb:\nelse ifdef Y\nc:\nifeq (1,2)\nd:\nendif\nelse\ne:\nendif\nf:\n').map(({ branch }) =>
      branch.join(' '),
    )
    expect(branches[0]).toBe('')
    expect(branches.at(-1)).toBe('')
    expect(new Set(branches.slice(1, -1)).size).toBe(4)
  })

  test('property: every word stands where it is said to stand, whatever the text', () => {
    const pieces = fc.constantFrom(
      'a',
      'b-%',
      ':',
      '::',
      '&:',
      '=',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\\\n',
      '\\',
      '#',
      ';',
      '$(',
      '${',
      ')',
      '}',
      '$@',
      'define x\n',
      'endef\n',
      'ifdef x\n',
      'else\n',
      'endif\n',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('')
        for (const { targets, prerequisites } of scanRules(text))
          for (const { word, at } of [...targets, ...prerequisites]) expect(text.slice(at, at + word.length)).toBe(word)
      }),
      { numRuns: 2_000 },
    )
  })
})
