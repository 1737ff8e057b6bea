import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { readingLast } from '../../src/spans/make-words.ts'
import { testdir } from '../support/testdir.ts'

const FOLDER = testdir({ Makefile: '', 'both/makefile': '', 'both/Makefile': '', 'all/GNUmakefile': '', 'all/makefile': '', 'none/x': '' })

test.each<[string, string]>([
  ['build', '-f Makefile -f T build'],
  ['-j4 build', '-f Makefile -f T -j4 build'],
  ['-C both build', '-f makefile -f T -C both build'],
  ['-C none -C ../all', '-f GNUmakefile -f T -C none -C ../all'],
  ['--directory=both', '-f makefile -f T --directory=both'],
  ['-f a.mk build', '-f a.mk -f T build'],
  ['-fa.mk build -k', '-fa.mk -f T build -k'],
  ['build -kf a.mk x=1', 'build -kf a.mk -f T x=1'],
  ['--file=a --makefile b build', '--file=a --makefile b -f T build'],
  ['--mak a build', '--mak a -f T build'],
  ['-I -f build', '-f Makefile -f T -I -f build'],
  ['-f a -- -f b', '-f a -f T -- -f b'],
  ['-f -', '-f - -f T'],
])('make %s', (words, expected) => {
  expect(readingLast(words.split(' '), FOLDER, 'T')?.join(' ')).toBe(expected)
})

test('a folder without a makefile', () => {
  expect(readingLast(['build'], path.join(FOLDER, 'none'), 'T')).toBeUndefined()
})
