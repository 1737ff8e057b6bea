import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { idOf, Reported } from '../../src/collect/reported.ts'
import { testdir } from '../support/testdir.ts'

let file: string
beforeEach(() => {
  file = path.join(testdir(), 'collect/tilt-1.json')
})

test('the same build has the same ID for ever, whose first digits are its start', () => {
  const at = Date.parse('2026-11-21T09:35:59.363Z')
  expect(idOf('dockerimage u 1', at)).toBe('01a1fd76-6d83-77b7-ab20-2bedd1d2b093')
  expect(idOf('dockerimage u 1', at)).not.toBe(idOf('dockerimage u 2', at))
  expect(Number.parseInt(idOf('a', at).replace('-', '').slice(0, 12), 16)).toBe(at)
})

test('what was reported is known after a restart', () => {
  const before = new Reported(file)
  before.add('a')
  before.heartbeats = ['h']
  before.write(1)
  const after = new Reported(file)
  expect([after.has('a'), after.has('b'), after.heartbeats]).toEqual([true, false, ['h']])
})

test('nothing new, nothing written', () => {
  new Reported(file).write(0)
  expect(fs.existsSync(file)).toBe(false)
})

test('it does not grow, and keeps what was looked at last', () => {
  const reported = new Reported(file)
  reported.add('shown')
  for (let nr = 0; nr < 3_000; nr++) {
    reported.add(`id-${nr}`)
    if (nr % 500 === 0) expect(reported.has('shown')).toBe(true)
    reported.write(10)
  }
  const after = new Reported(file)
  expect(after.has('shown')).toBe(true)
  expect(after.has('id-1')).toBe(false)
  expect((JSON.parse(fs.readFileSync(file, 'utf8')) as { ids: string[] }).ids).toHaveLength(1_000)
})

test('with more on the screen, more is kept', () => {
  const reported = new Reported(file)
  for (let nr = 0; nr < 3_000; nr++) reported.add(`id-${nr}`)
  reported.write(2_000)
  expect(new Reported(file).has('id-1')).toBe(true)
})

test.each(['', '{', 'null', '[]', '{"ids":5,"heartbeats":[1]}'])('a file that holds %p counts as empty', (text) => {
  fs.mkdirSync(path.dirname(file))
  fs.writeFileSync(file, text)
  const reported = new Reported(file)
  expect([reported.has('a'), reported.heartbeats]).toEqual([false, []])
})
