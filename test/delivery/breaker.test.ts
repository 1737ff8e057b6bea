import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { BREAKER_MS, Breaker } from '../../src/delivery/breaker.ts'
import { testdir } from '../support/testdir.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const MINUTE = 60_000

function scratch(text?: string) {
  const folder = path.join(testdir(text === undefined ? {} : { 'b/breaker.json': text }), 'b')
  return { folder, breaker: new Breaker(folder) }
}

describe('the breaker', () => {
  test('is closed at first, and asking writes nothing', () => {
    const { folder, breaker } = scratch()
    expect(breaker.openUntil(NOW)).toBeUndefined()
    expect(fs.existsSync(folder)).toBe(false)
  })

  test.each<[string, number | undefined, number]>([
    ['five minutes', undefined, BREAKER_MS],
    ['no shorter than that', 1_000, BREAKER_MS],
    ['as long as was asked for', 20 * MINUTE, 20 * MINUTE],
    ['at most an hour', 1e12, 60 * MINUTE],
  ])('opens for %s', (_name, wanted, pause) => {
    const { folder, breaker } = scratch()
    breaker.trip(NOW, wanted)
    expect(breaker.openUntil(NOW)).toBe(NOW + pause)
    // Another process sees the same.
    expect(new Breaker(folder).openUntil(NOW + pause - 1)).toBe(NOW + pause)
    expect(breaker.openUntil(NOW + pause)).toBeUndefined()
  })

  test('closes when the destination answers', () => {
    const { breaker } = scratch()
    breaker.reset()
    breaker.trip(NOW, undefined)
    breaker.reset()
    expect(breaker.openUntil(NOW)).toBeUndefined()
  })

  test('a clock that was set back does not keep it open for years', () => {
    const { breaker } = scratch()
    breaker.trip(NOW, undefined)
    expect(breaker.openUntil(NOW - 24 * 60 * MINUTE)).toBeUndefined()
  })

  test.each(['', '{', 'null', '[]', '{"until":"soon"}', '{"until":null}'])('a damaged file counts as closed: %j', (text) => {
    expect(scratch(text).breaker.openUntil(NOW)).toBeUndefined()
  })

  test('nobody else can read it', () => {
    const { folder, breaker } = scratch()
    breaker.trip(NOW, undefined)
    expect(fs.statSync(path.join(folder, 'breaker.json')).mode & 0o777).toBe(0o600)
  })
})
