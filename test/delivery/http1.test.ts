import { describe, expect, test } from '@jest/globals'
import { AnswerReader, requestBytes } from '../../src/delivery/http1.ts'

const NL = '\r\n'
const answer = (...lines: string[]) => Buffer.from(lines.join(NL))

/** Feeds bytes in parts of a size; what was read, and whether the reader knew that it was all. */
function read(bytes: Buffer, size = bytes.length) {
  const reader = new AnswerReader()
  let whole = false
  for (let at = 0; at < bytes.length && !whole; at += size) whole = reader.add(bytes.subarray(at, at + size))
  return { whole, failure: reader.failure, status: reader.answer()?.status, body: reader.answer()?.body, headers: reader.answer()?.headers }
}

describe('an answer', () => {
  test.each<[string, Buffer, object]>([
    ['with a length', answer('HTTP/1.1 200 OK', 'Content-Length: 2', '', '{}'), { whole: true, status: 200, body: '{}' }],
    ['longer than its length', answer('HTTP/1.1 200 OK', 'Content-Length: 2', '', '{}rest'), { whole: true, body: '{}' }],
    ['without a length, which ends with the connection', answer('HTTP/1.1 500 No', '', 'why'), { whole: false, status: 500, body: 'why' }],
    [
      'in chunks, with an extension and a trailer',
      answer('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '3;x=y', 'abc', 'A', '0123456789', '0', 'T: 1', '', ''),
      { whole: true, body: 'abc0123456789' },
    ],
    [
      'after interim ones',
      answer('HTTP/1.1 100 Continue', '', 'HTTP/1.1 103 Early', 'Link: x', '', 'HTTP/1.1 204 No', '', ''),
      { whole: true, status: 204 },
    ],
    ['of HTTP/1.0 without words', answer('HTTP/1.0 429', 'Retry-After:  7 ', '', ''), { status: 429, headers: { 'retry-after': '7' } }],
    ['with a header that comes twice', answer('HTTP/1.1 200 OK', 'A: 1', 'a: 2', '', ''), { headers: { a: '1, 2' } }],
  ])('%s is the same in parts of any size', (_name, bytes, expected) => {
    for (const size of [bytes.length, 1, 2, 3, 7]) expect(read(bytes, size)).toMatchObject({ failure: undefined, ...expected })
  })

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])('%s is no answer in HTTP', (_name, text) => {
    for (const size of [text.length, 1])
      expect(read(Buffer.from(text), size)).toMatchObject({ whole: true, failure: 'did not answer in HTTP', status: undefined })
  })

  test('a head without end is not read on', () => {
    expect(read(Buffer.from(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(20_000)}`), 1_000).failure).toBe('answered with headers that are too long')
  })

  test('a body without end is not read on', () => {
    const { whole, status, body } = read(Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(300_000)}`), 10_000)
    expect([whole, status, (body?.length ?? 0) < 300_000]).toEqual([true, 200, true])
  })
})

describe('a request', () => {
  test('asks for the connection to be closed, with the body as UTF-8', () => {
    const text = requestBytes('POST', '/v1/batch', { Host: 'a.b' }, 'ü').toString()
    expect(text).toBe('POST /v1/batch HTTP/1.1\r\nHost: a.b\r\nConnection: close\r\n\r\nü')
  })

  test.each([['a\r\nB: c'], ['a\nb'], ['\u0000'], ['☃']])('cannot carry %j in its head', (value) => {
    expect(() => requestBytes('POST', '/', { A: value })).toThrow('characters that HTTP cannot carry')
  })
})
