import { describe, expect, test } from '@jest/globals'
import { notWritten, withoutPersonal } from '../../src/makefile/personal-names.ts'

describe('a word that tells of a person', () => {
  test.each([...'-.+^$()[]{}|\\*?/@_ &~#!,:;=<>'])('may hold %j', (character) => {
    const word = `mary${character}ann`
    expect(withoutPersonal([`up-${word}`, 'upmary'], [word]).personal).toEqual([`up-${word}`])
    expect(notWritten([word], `all: up-${word}`)).toEqual(character === '#' ? [word] : [])
  })
})
