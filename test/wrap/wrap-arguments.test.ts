import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { didYouMean } from '../../src/did-you-mean.ts'
import { say } from '../../src/messages.ts'
import { parseWrapArguments } from '../../src/wrap/wrap-arguments.ts'

const request = {
  target: 'build',
  name: undefined,
  forwarded: false,
  files: [],
  make: undefined,
  verbose: false,
  spans: false,
  makeArguments: [],
}
const line = { target: undefined, make: 'make' }

describe('what wrap is asked to run', () => {
  test.each<[string[], object]>([
    [['build'], {}],
    [['--verbose', 'build'], { verbose: true }],
    [['build', '--verbose'], { verbose: true }],
    [['-f', 'a.mk', 'build'], { files: ['a.mk'] }],
    [['-fa.mk', '--file', 'b.mk', '--file=c.mk', 'build'], { files: ['a.mk', 'b.mk', 'c.mk'] }],
    [['--make', '/opt/gmake', 'build'], { make: '/opt/gmake' }],
    [['--make=gmake', 'build'], { make: 'gmake' }],
    [['--make=a=b', 'build'], { make: 'a=b' }],
    [['build', '--'], {}],
    [['build', '--', '-j4', 'FOO=1', 'BAR=a b', '--help', '--'], { makeArguments: ['-j4', 'FOO=1', 'BAR=a b', '--help', '--'] }],
    [['build', '--', '', ' '], { makeArguments: ['', ' '] }],
    [['-'], { target: '-' }],
    [['a b'], { target: 'a b' }],
    [['--name', 'ci', 'build'], { name: 'ci' }],
    [['--', 'make'], line],
    [['--', 'make', '-k', 'build', 'X=1', '--', 'test'], { ...line, makeArguments: ['-k', 'build', 'X=1', '--', 'test'] }],
    [['--', './my make', '--help'], { target: undefined, make: './my make', makeArguments: ['--help'] }],
    [['--verbose', '--name=all of it', '--', 'make'], { ...line, verbose: true, name: 'all of it' }],
    [['--forwarded', '--', 'make'], { ...line, forwarded: true }],
    // A value is taken as it is, even if it looks like an option.
    [['--make', '--verbose', 'build'], { make: '--verbose' }],
  ])('%j', (words, expected) => {
    expect(parseWrapArguments(words)).toEqual({ request: { ...request, ...expected } })
  })

  test.each([[['--help']], [['build', '-h']], [['--verbose', '--help', 'x', 'y']]])('%j asks for help', (words) => {
    expect(parseWrapArguments(words)).toEqual({ help: true })
  })
})

function mistakeIn(words: string[]): string | undefined {
  const parsed = parseWrapArguments(words)
  return 'mistake' in parsed ? parsed.mistake(say, 'send-metrics', didYouMean) : undefined
}

describe('what it cannot understand', () => {
  test.each<[string[], RegExp]>([
    [[], /needs a target/u],
    [['--'], /needs a target/u],
    [['--', ''], /needs a target/u],
    [['--name', 'a'], /needs a target/u],
    [['--', '-k', 'build'], /after -- comes make itself.* -- make -k$/u],
    [['--make', 'gmake', '--', 'make', 'build'], /^--make and -f go with a target/u],
    [['-f', 'a.mk', '--', 'make', 'build'], /^--make and -f go with a target/u],
    [['--forwarded', 'build'], /--forwarded is for a generated GNUmakefile/u],
    [['--name=', 'build'], /^--name needs a value$/u],
    [[''], /target is empty/u],
    [['FOO=1'], /'FOO=1' is not a target.*after --/u],
    [['build', 'test'], /unexpected 'test'.* -- test$/u],
    [['build', '-j4'], /no option '-j4'; make's own options go after --/u],
    [['build', '--verbos'], /no option '--verbos'; did you mean --verbose\?/u],
    [['build', '--makefile=x'], /no option '--makefile=x'; did you mean --make\?/u],
    [['--make'], /^--make needs a value$/u],
    [['--file=', 'build'], /^--file needs a value$/u],
    [['-f'], /^-f needs a value$/u],
    [['--make', '', 'build'], /^--make needs a value$/u],
    [['--verbose=1', 'build'], /no option '--verbose=1'/u],
  ])('%j', (words, mistake) => {
    expect(mistakeIn(words)).toMatch(mistake)
  })

  test('a hostile target is named without its control characters', () => {
    expect(mistakeIn(['a=\u001b[2Jb'])).toContain('a=\\u001b[2Jb')
  })
})

test('property: words behind the first -- always reach make untouched', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(parseWrapArguments(['build', '--', ...words])).toEqual({ request: { ...request, makeArguments: words } })
    }),
  )
})

test('property: any words give a request, help or a mistake, and never a fault', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('--', '-f', '--make', '--help', 'a=b', '-'))), (words) => {
      expect(Object.keys(parseWrapArguments(words))).toHaveLength(1)
    }),
  )
})
