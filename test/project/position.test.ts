import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { located, locatedReason } from '../../src/project/position.ts'
import { testdir } from '../support/testdir.ts'

const folder = testdir({ 'a.json': '{\n  "list": [1, {"a": 2}],\r\n  x\n', 'good.json': '{\n "list": [1,\n{"a": 2}]}' })
const [bad, good] = ['a.json', 'good.json'].map((name) => path.join(folder, name)) as [string, string]

describe('what is no JSON, in the words of one engine or another', () => {
  test.each([
    ["is damaged: Expected property name or '}' in JSON at position 31", "is damaged: Expected property name or '}'"],
    ["is damaged: Expected property name or '}' in JSON at position 31 (line 3 column 3)", "is damaged: Expected property name or '}'"],
    ['cannot be read: Unexpected token x in JSON at position 31', 'cannot be read: Unexpected token x'],
    ['cannot be read: Unexpected token \'x\', "x" is not valid JSON', 'cannot be read: Unexpected token \'x\', "x" is not valid JSON'],
    ['is damaged: Unexpected end of JSON input', 'is damaged: Unexpected end of JSON input'],
  ])('%s', (said, what) => {
    expect(locatedReason(bad, said)).toEqual({ file: `${bad}:3:3`, what })
  })

  test.each(['EACCES: permission denied', 'is damaged: it has no "projects"'])('%s has no position', (what) => {
    expect(locatedReason(bad, what)).toEqual({ file: bad, what })
  })

  test('of a file that is gone, or was mended meanwhile, neither', () => {
    const what = 'Unexpected end of JSON input'
    for (const file of [path.join(folder, 'gone.json'), good]) expect(locatedReason(file, what)).toEqual({ file, what })
  })
})

test.each<[readonly (string | number)[], 'value' | 'key', string]>([
  [['list'], 'value', ':2:10'],
  [['list'], 'key', ':2:2'],
  [['list', 1, 'a'], 'value', ':3:7'],
  [['list', 1, 'a'], 'key', ':3:2'],
  [['list', 1, 'b'], 'value', ':3:1'],
  [['nothing'], 'value', ':1:1'],
  [['nothing'], 'key', ''],
])('%j, its %s', (at, kind, position) => {
  const place = kind === 'key' ? { key: at } : { value: at }
  expect(located({ file: good, what: 'x', at: place }).file).toBe(`${good}${position}`)
})
