import { expect, test } from '@jest/globals'
import { didYouMean } from '../src/did-you-mean.ts'

const NAMES = ['build', 'test', 'lint', 'dev.provision', '--make', '--file', 'on', 'off']

test.each([
  ['tset', 'test'],
  ['biuld', 'build'],
  ['dev.provison', 'dev.provision'],
  ['lin', 'lint'],
  ['LINT', 'lint'],
  ['onn', 'on'],
  ['of', 'off'],
  ['dev', 'dev.provision'],
  ['--makefile', '--make'],
  ['--fil', '--file'],
  ['deploy', undefined],
  ['build', undefined],
  ['', undefined],
  ['--', undefined],
])('%j may be meant as %s', (word, name) => expect(didYouMean(word, NAMES)).toBe(name))

test('what two names begin with says nothing', () => expect(didYouMean('dev', ['dev.provision', 'dev.up.all'])).toBeUndefined())
