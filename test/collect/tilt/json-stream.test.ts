import * as fs from 'node:fs'
import { expect, test } from '@jest/globals'
import { JsonStream } from '../../../src/collect/tilt/json-stream.ts'

const bytes = fs.readFileSync('test/fixtures/tilt/watch-dockerimages.txt')
const whole = new JsonStream().push(bytes)

test('the recorded stream has six objects', () => {
  expect(whole).toHaveLength(6)
  expect(whole.map((one) => Object.keys((one as { status: object }).status)[0])).toEqual([
    'completed',
    'completed',
    'building',
    'building',
    'completed',
    'completed',
  ])
})

test('the recorded stream, cut at every byte, gives the same objects', () => {
  const wrong: number[] = []
  for (let cut = 0; cut <= bytes.length; cut++) {
    const stream = new JsonStream()
    const values = [...stream.push(bytes.subarray(0, cut)), ...stream.push(bytes.subarray(cut))]
    if (values.length !== whole.length) wrong.push(cut)
  }
  expect(wrong).toEqual([])
})

test('the recorded stream byte by byte gives the same objects', () => {
  const stream = new JsonStream()
  expect([...bytes].flatMap((byte) => stream.push(Uint8Array.of(byte)))).toEqual(whole)
})

test.each([
  ['braces and quotes in texts', '{"a":"}{\\"}"}{"b":"\\\\"}', [{ a: '}{"}' }, { b: '\\' }]],
  ['characters of several bytes', '{"a":"käse 🧀"}', [{ a: 'käse 🧀' }]],
  ['words between objects', 'W1121 warning: "x"\n{"a":1} ] , {"b":2}', [{ a: 1 }, { b: 2 }]],
  ['an object that is none', '{"a":}{"b":2}', [{ b: 2 }]],
  ['half an object', '{"a":1}{"b":', [{ a: 1 }]],
  ['nothing', '', []],
])('%s, byte by byte', (_name, text, expected) => {
  const stream = new JsonStream()
  expect([...Buffer.from(text)].flatMap((byte) => stream.push(Uint8Array.of(byte)))).toEqual(expected)
})

test('an object that never ends is let go, and what follows is read', () => {
  const stream = new JsonStream()
  stream.push(Buffer.from('{"a":"'))
  const part = Buffer.from('x'.repeat(1024 * 1024))
  for (let mb = 0; mb < 9; mb++) expect(stream.push(part)).toEqual([])
  expect(stream.push(Buffer.from('{"b":2}'))).toEqual([{ b: 2 }])
})
