import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readCommandLine } from '../../src/wrap/make-command-line.ts'
import { testdir } from '../support/testdir.ts'

/** Command lines that make itself understands, with folders and files that are there. */
const LINES: readonly (readonly [line: string, ...goals: string[]])[] = [
  [''],
  ['a', 'a'],
  ['a b a', 'a', 'b', 'a'],
  ['-k a', 'a'],
  ['a -k b', 'a', 'b'],
  ['-j a', 'a'],
  ['-j 4 a', 'a'],
  ['-j4 a', 'a'],
  ['-kj 4 a', 'a'],
  ['--jobs a', 'a'],
  ['--jobs 4 a', 'a'],
  ['--jobs=4 a', 'a'],
  ['-l a', 'a'],
  ['-l 2.5 a', 'a'],
  ['-l 2 a', 'a'],
  ['--load-average 2 a', 'a'],
  ['--max-load=2 a', 'a'],
  ['-O a', 'a'],
  ['-Otarget a', 'a'],
  ['--output-sync a', 'a'],
  ['-f Makefile a', 'a'],
  ['-fMakefile a', 'a'],
  ['-kf Makefile a', 'a'],
  ['--file Makefile a', 'a'],
  ['--makefile=Makefile a', 'a'],
  ['--mak Makefile a', 'a'],
  ['-C sub -f ../Makefile a', 'a'],
  ['--directory sub --file ../Makefile a', 'a'],
  ['--dir . a', 'a'],
  ['-I sub a', 'a'],
  ['--include-dir sub a', 'a'],
  ['-o b a', 'a'],
  ['--old-file b a', 'a'],
  ['--assume-old b a', 'a'],
  ['-W b a', 'a'],
  ['--what-if b a', 'a'],
  ['--new-file=b a', 'a'],
  ['-E X=1 a', 'a'],
  ['--eval X=1 a', 'a'],
  ['--debug a', 'a'],
  ['--debug=n a', 'a'],
  ['X=1 a Y:=2 b Z+=3', 'a', 'b'],
  ['-- a', 'a'],
  ['a -- b X=1', 'a', 'b'],
  ['-s -- -k', '-k'],
  ['-', ''],
  ['./a', 'a'],
  ['././/a', 'a'],
  ['-rR --no-print-directory --warn-undefined-variables a', 'a'],
]

describe('the goals of a command line, as the make on this machine sees them', () => {
  const folder = testdir({ Makefile: '$(info [$(MAKECMDGOALS)])\n%: ; @:\nnothing: ;\n', 'sub/x': '' })
  test.each(LINES)('make %s', (line, ...goals) => {
    const words = line.split(' ').filter((word) => word !== '')
    const { stdout } = spawnSync('make', words, { cwd: folder, env: { PATH: process.env.PATH } })
    const seen = /\[([^\]]*)\]/u.exec(stdout.toString())?.[1]
    expect(seen).toBe(goals.join(' '))
    expect(readCommandLine(words).goals).toEqual(goals.filter((goal) => goal !== ''))
  })
})

test('folders are told apart from files and goals', () => {
  const { options } = readCommandLine(['-C', 'one', '-kt', '--directory=three', '-kC', 'four', '-Cfive', 'C'])
  expect(options.filter(({ name }) => name === 'C').map(({ value }) => value)).toEqual(['one', 'three', 'four', 'five'])
})

test('property: no words make it fail, and a goal is never an option or a variable before --', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('-', '-f', '-C', '--eval', '--constructor', '-j'))), (words) => {
      for (const goal of readCommandLine(words).goals) expect(goal).not.toContain('=')
    }),
  )
})
