import { describe, expect, test } from '@jest/globals'
import { personalWords, withoutPersonal } from '../../src/makefile/personal-names.ts'

describe('a word that tells of a person', () => {
  test.each([...'-.+^$()[]{}|\\*?/@_ &~#!,:;=<>'])('may hold %j', (character) => {
    const word = `mary${character}ann`
    const names = [`up-${word}`, 'upmary']
    expect(withoutPersonal(names, { words: [word], phrases: [] }, '').personal).toEqual([`up-${word}`])
    const written = withoutPersonal(names, { words: [word], phrases: [] }, `all: up-${word}`)
    expect(written.personal).toEqual(character === '#' ? [`up-${word}`] : [])
  })

  const git = { names: ['Anna Berg', 'a.berg'], addresses: ['git@example.com:acme/shop.git', 'https://t0ken@example.org/b/shop.git'] }
  const anna = personalWords({ env: { USER: 'anna' }, home: '/home/anna/x' }, ['/srv/anna src/shop'], git)
  test.each([
    ['devanna', true],
    ['anna', true],
    ['up-Anna-Berg', true],
    ['annaberg-up', true],
    ['A_BERG', true],
    ['db-_srv_anna-src_shop', true],
    ['srv-anna-src-shop-up', true],
    ['image-git-example-com-acme-shop-git', true],
    ['example.org-b-shop', true],
    ['berg', false],
    ['shop', false],
    ['annex', false],
    ['acme-shop', false],
  ])('%s tells of one: %s', (name, is) => {
    expect(withoutPersonal([name], anna, 'annex: ; @echo').personal).toEqual(is ? [name] : [])
    expect(withoutPersonal([name], anna, `${name}: ; @echo`).personal).toEqual([])
  })
})
