import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type MakeFlags, readMakeFlags } from '../../src/wrap/make-flags.ts'
import { testdir } from '../support/testdir.ts'

const NONE: MakeFlags = { dry: false, printDirectory: false, parallel: false, jobserver: undefined }
const dry = { dry: true }
const pool = (jobserver: string) => ({ parallel: true, jobserver })

type Row = [name: string, makeflags: string | undefined, expected: Partial<MakeFlags>]

describe('MAKEFLAGS as each version of make writes it', () => {
  test.each<Row>([
    ['not set', undefined, {}],
    ['empty', '', {}],
    ['a cluster', 'n', dry],
    ['a longer cluster', 'kn', dry],
    ['-q', 'q', dry],
    ['-t', 't', dry],
    ['-p', 'p', dry],
    ['harmless letters', 'ikBerRsS', {}],
    ['-w', 'w', { printDirectory: true }],
    ['-k -C', 'kw', { printDirectory: true }],
    ['a blank first: no cluster', ' n', {}],
    ['a cluster with a dash, behind a blank', ' -n', dry],
    ['3.81 -j4', ' --jobserver-fds=3,4 -j', pool('3,4')],
    ['3.81 -n -j4', 'n --jobserver-fds=3,4 -j', { ...dry, ...pool('3,4') }],
    ['3.81 -n -l 2 -i: the argument in a word of its own', 'nl 2 -i', dry],
    ['3.81 -l 2 -k with a dry letter behind', 'l 2 -kn', dry],
    ['3.81 -I n', 'I n -k', {}],
    ['3.81 a variable and no flags: no --', 'FOO=n', {}],
    ['3.81 two variables', 'FOO=n BAR=-n', {}],
    ['3.81 a variable whose name begins with a dash', 'A=1 -n=2', {}],
    ['3.81 a flag and a variable', ' -j FOO=-n', { parallel: true }],
    ['4.3 -j4', ' -j4 --jobserver-auth=3,4', pool('3,4')],
    ['4.3 -k -j4', 'k -j4 --jobserver-auth=3,4', pool('3,4')],
    ['4.3 -j', ' -j', { parallel: true }],
    ['4.3 -j1', ' -j1', {}],
    ['4.3 -n -j3 -k A=1', 'kn -j3 --jobserver-auth=3,4 -- A=1', { ...dry, ...pool('3,4') }],
    ['4.4 -j4', ' -j4 --jobserver-auth=fifo:/tmp/GMfifo17', pool('fifo:/tmp/GMfifo17')],
    ['4.4 pipes, closed by make: the last one counts', ' -j4 --jobserver-auth=3,4 --jobserver-auth=-2,-2', pool('-2,-2')],
  ])('%s', (_name, makeflags, expected) => {
    expect(readMakeFlags(makeflags, [])).toEqual({ ...NONE, ...expected })
  })
})

describe('what in MAKEFLAGS only looks like a flag', () => {
  test.each<Row>([
    ['a variable named like a flag', ' -- BAR=--dry-run', {}],
    ['a variable whose value is a flag', ' -- FOO=n', {}],
    ['a value with blanks', ' -- FOO=a\\ -n\\ b', {}],
    ['a value with blanks and no --', 'FOO=a\\ -n', {}],
    ['-I with an attached argument of dry letters', ' -Inqtp', {}],
    ['a cluster that ends in -I', ' -kInqtp', {}],
    ['a cluster with a dry letter before -I', ' -nIfoo', dry],
    ['-l', ' -l3', {}],
    ['-O', ' -Otarget', {}],
    ['--eval of a recipe', ' --eval=x:;@echo\\ -n', {}],
    ['--no-print-directory', ' --no-print-directory', {}],
    ['-n after it, as 3.81 has it', ' --no-print-directory -n', dry],
    ['-w taken back', 'w --no-print-directory', {}],
    ['--debug and --trace', ' --debug=n --trace', {}],
    ['--warn-undefined-variables', 'k --warn-undefined-variables', {}],
  ])('%s', (_name, makeflags, expected) => {
    expect(readMakeFlags(makeflags, [])).toEqual({ ...NONE, ...expected })
  })
})

describe('words given to make after --', () => {
  test.each<[string[], Partial<MakeFlags>]>([
    [[], {}],
    [['-n'], dry],
    [['-kn'], dry],
    [['--dry-run'], dry],
    [['--just-print'], dry],
    [['--recon'], dry],
    [['--question'], dry],
    [['--touch'], dry],
    [['--print-data-base'], dry],
    [['--dry'], dry],
    ...['--dr', '--ju', '--just-pr', '--r', '--re', '--que', '--to', '--print-da'].map((word): [string[], object] => [[word], dry]),
    ...['--d', '--j', '--q', '--qu', '--quie', '--t', '--tr', '--print-d', '--dru'].map((word): [string[], object] => [[word], {}]),
    [['n', 'FOO=-n', 'FOO=n'], {}],
    [['BAR=--dry-run', '-n'], dry],
    [['--', '-n'], {}],
    [['-C', '-n'], {}],
    [['-f', '-n'], {}],
    [['-W', 'n', '-o', 'q', '-I', 't'], {}],
    [['-kf', '-n'], {}],
    [['-fn'], {}],
    [['-l', '2', '-n'], dry],
    [['-l', '-n'], dry],
    [['-O', '-n'], dry],
    [['-j', '4'], { parallel: true }],
    [['-j4'], { parallel: true }],
    [['-j', 'all'], { parallel: true }],
    [['-j', '1'], {}],
    [['-j1'], {}],
    [['-j4', '-j1'], {}],
    [['--jobs'], { parallel: true }],
    [['--jobs=8'], { parallel: true }],
    [['--jobs=1'], {}],
    [['-j', '4', '-n'], { parallel: true, ...dry }],
    [['-w'], { printDirectory: true }],
    [['--print-directory'], { printDirectory: true }],
    [['--no-print-directory'], {}],
  ])('%j', (words, expected) => {
    expect(readMakeFlags(undefined, words)).toEqual({ ...NONE, ...expected })
  })

  test('GNUMAKEFLAGS counts, too', () => {
    expect(readMakeFlags('k', [], '-n')).toEqual({ ...NONE, ...dry })
    expect(readMakeFlags(undefined, [], 'n -j4')).toEqual({ ...NONE, ...dry, parallel: true })
    expect(readMakeFlags(undefined, [], 'FOO=-n')).toEqual(NONE)
  })

  test('they come on top of MAKEFLAGS', () => {
    expect(readMakeFlags('w -j4 --jobserver-auth=3,4', ['-n'])).toEqual({ dry: true, printDirectory: true, ...pool('3,4') })
  })
})

describe('MAKEFLAGS as the make on this machine writes it', () => {
  // The line has a +, so that it runs even where make only shows, asks or touches.
  const folder = testdir({ Makefile: 'all:\n\t+@printf "%s" "[$$MAKEFLAGS]" >&2\n' })
  test.each<[string[], Pick<MakeFlags, 'dry' | 'parallel' | 'printDirectory'>]>(
    [
      { words: [] },
      { words: ['-n'], dry: true },
      { words: ['-kn', '-j3', 'A=1'], dry: true, parallel: true },
      { words: ['-q'], dry: true },
      { words: ['-t'], dry: true },
      { words: ['-p'], dry: true },
      { words: ['--dry-run'], dry: true },
      { words: ['--just-print', '-s'], dry: true },
      ...['--dr', '--ju', '--r', '--que', '--to', '--print-da'].map((word) => ({ words: [word], dry: true })),
      { words: ['-j4'], parallel: true },
      { words: ['-j'], parallel: true },
      { words: ['-j1'] },
      { words: ['-O', '-j2'], parallel: true },
      { words: ['-w'], printDirectory: true },
      { words: ['-k', '-s', '-i', '-B', '-e', '-r', '-R'] },
      { words: ['-I/nqtp', '-l2'] },
      { words: ['--eval=X=n'] },
      { words: ['FOO=n'] },
      { words: ['BAR=--dry-run'] },
      { words: ['BAZ=a -n b'] },
      { words: ['-k', 'n=-n', 'Q=\'" -n $$ # \\ -n'] },
      { words: ['-s', '--', 'FOO=-n'] },
    ].map(({ words, ...said }) => [words, { dry: false, parallel: false, printDirectory: false, ...said }]),
  )('make %j', (words, expected) => {
    const env = { PATH: process.env.PATH }
    const { stderr } = spawnSync('make', ['--no-builtin-rules', ...words], { cwd: folder, env })
    const seen = /\[([\s\S]*)\]/u.exec(stderr.toString())?.[1]
    expect(seen).toBeDefined()
    expect(readMakeFlags(seen, [])).toMatchObject(expected)
  })
})

test('property: no value of a variable makes a run dry, parallel or talkative', () => {
  const escaped = (value: string) => value.replace(/[\s\\]/gu, '\\$&')
  fc.assert(
    fc.property(fc.constantFrom('', ' -- ', 'k -- ', ' -j1 -- '), fc.string(), (before, value) => {
      expect(readMakeFlags(`${before}FOO=${escaped(value)}`, [`FOO=${value}`])).toEqual(NONE)
    }),
  )
})

test('property: no text at all makes it fail', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (makeflags, words) => {
      expect(typeof readMakeFlags(makeflags, words).dry).toBe('boolean')
    }),
  )
})
