import { describe, expect, test } from '@jest/globals'
import { JsonStream } from '../../src/collect/tilt/json-stream.ts'
import { stageName } from '../../src/collect/tilt/stages.ts'
import { parseStore } from '../../src/consent/read-store.ts'
import { AnswerReader } from '../../src/delivery/http1.ts'
import { otlpSettings } from '../../src/destinations/otlp-settings.ts'
import { proxyFor } from '../../src/destinations/proxy.ts'
import { retryAfterMs } from '../../src/destinations/retry-after.ts'
import { slug } from '../../src/event/message.ts'
import { RunLines } from '../../src/insight/read-lines.ts'
import { parseLine } from '../../src/journal/ledger-line.ts'
import { reasonOf } from '../../src/journal/passed-over.ts'
import { foldFamilies } from '../../src/makefile/fold-families.ts'
import { withIncludeLines } from '../../src/makefile/include-lines.ts'
import { listsIn } from '../../src/makefile/leave-out.ts'
import { references } from '../../src/makefile/list-uses.ts'
import { parseDatabase } from '../../src/makefile/parse-database.ts'
import { callsWrap, saysWrap } from '../../src/makefile/present-way.ts'
import { scanRules } from '../../src/makefile/scan-rules.ts'
import { printable } from '../../src/messages.ts'
import { readLines } from '../../src/spans/read-lines.ts'
import { fitted, wrapped } from '../../src/text-width.ts'
import { readMakeFlags } from '../../src/wrap/make-flags.ts'
import { expectLinear } from '../support/growth.ts'

/** What reads a text that comes from outside, each with what is worst for it: a start, what comes again and again, an end. */
type Reader = readonly [name: string, read: (text: string) => unknown, ...worst: (readonly [string, string, string])[]]

const RUN = { startedAt: 1_700_000_000_000, durationMs: 1_000, outcome: 'success', uptimeOffset: 0 } as const
const files = (text: string) => parseDatabase(`# Variables\n${text}\n# Implicit Rules\n# Files\n${text}\n# files hash-table stats:\n`)

const READERS: readonly Reader[] = [
  [
    'an answer',
    (text) => new AnswerReader().add(Buffer.from(text)),
    ['HTTP/1.1 200 OK\r\nA:', ' ', 'b\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nA: b', ' \t', 'c\r\n\r\n'],
    ['', 'HTTP/1.1 100 Continue\r\n\r\n', ''],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\na\r\n', ''],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '0', ''],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding:', ' chunked', ' x\r\n\r\n'],
  ],
  [
    'an answer in parts of a byte',
    (text) => {
      const reader = new AnswerReader()
      for (const byte of Buffer.from(text)) reader.add(Buffer.of(byte))
      return reader.answer()
    },
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\na\r\n', ''],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1;aaaaaaaa', ''],
    ['HTTP/1.1 200 OK\r\n\r\n', 'a', ''],
  ],
  ['a retry-after', (text) => retryAfterMs({ 'retry-after': text, date: text }), ['', '1', 'x'], ['', ' ', 'x'], ['Thu, ', '0', '']],
  [
    "a proxy's address, and whom it is not for",
    (text) => {
      const read = (env: Record<string, string>) => {
        try {
          return proxyFor(new URL('http://a.example'), env)
        } catch {
          return undefined
        }
      }
      return [read({ http_proxy: text }), read({ http_proxy: 'http://b', no_proxy: text })]
    },
    ['', '/', ''],
    ['', ' ', 'x'],
    ['', ',', 'x'],
    ['', ':', 'x'],
    ['', '.', ''],
    ['http://', '%', '@b'],
    ['http://', '@', 'b'],
    ['[', ']', ':x'],
  ],
  [
    'an address of OTLP',
    (text) => otlpSettings({ endpoint: text }, { OTEL_EXPORTER_OTLP_ENDPOINT: text, OTEL_EXPORTER_OTLP_HEADERS: text }),
    ['https://a', '/', 'x'],
    ['https://a', '/', '\n'],
    ['https://a', '?', ''],
    ['a=', ' ', ',b=c'],
  ],
  ['a name', (text) => [slug(text), printable(text)], ['a', '_', 'b'], ['a', ' -', 'b'], ['a', '\u0301', 'b']],
  ['a text for a terminal', (text) => [fitted(text, 60), wrapped(text, 60)], ['', 'a', ''], ['', ' ', ''], ['', 'a b', '']],
  ['an error', (text) => reasonOf(new Error(text)), ['', " '", 'x'], ['', ', a', "'"], ['a', ':', '']],
  [
    'the rules of a makefile',
    scanRules,
    ['a:', '\t', 'b\n'],
    ['a', '\t', ': b\n'],
    ['a', '\t', '\n'],
    ['a:', ' b \\\n', 'c\n'],
    ['a: b', '\\', '\n'],
    ['', '$(', ':\n'],
    ['', 'a:\n\tb\n', ''],
    ['', 'define a\n', ''],
    ['', 'ifeq (a,b)\n', ''],
    ['', 'override ', ': a\n'],
    ['.RECIPEPREFIX', ' ', 'x\n'],
    ['a: b', '\r', '\n'],
  ],
  [
    "make's database",
    files,
    ['a', ': ', 'b'],
    ['a', ':', '\n'],
    ['', 'define a\n', ''],
    ['define ', ' :', '\n'],
    ['', 'a = b\n', ''],
    ['a ', ':', '= b\n'],
    ['', '#  a\n', ''],
    ['', '\n', 'x'],
  ],
  [
    'the lines around a makefile',
    (text) => withIncludeLines(text, 'send-metrics.mk'),
    ['a', '\\', ''],
    ['a', '\n', 'x'],
    ['#!', '\r', 'x'],
  ],
  [
    'what a makefile calls',
    (text) => [
      saysWrap(text),
      callsWrap({ name: 'a', prerequisites: [], recipe: text, from: undefined, line: undefined }, { variables: new Map() }),
    ],
    ['', 'send-metrics', ''],
    ['', 'send-metrics ', 'x'],
    ['', '$$send_metrics ', ''],
    ['', '$(call a', ''],
    ['$(call ', ' ', 'x'],
    ['$(', 'a', ''],
  ],
  [
    'lists of files in a makefile',
    (text) => [listsIn(text), references(text)],
    ['', '$(wildcard ', ''],
    ['$(wildcard ', '*a', ')'],
    ['$(wildcard ', '[', ')'],
    ['$(wildcard ', '[]', ')'],
    ['$(wildcard ', './', ')'],
    ['include ', ' ', 'a\n'],
  ],
  ['names of targets', (text) => foldFamilies([text]), ['a', '-a', ''], ['', '-', 'a']],
  ['many targets', (text) => foldFamilies(text.split(' ').map((name, at) => `${name}${at}`)), ['', 'a-b-c ', 'd'], ['', 'aaa ', 'b']],
  [
    'MAKEFLAGS',
    (text) => readMakeFlags(text, [text], text),
    ['', '\\', ''],
    ['', ' ', 'x'],
    ['', ' --jobserver-auth=3,4', ''],
    ['', 'n', ''],
    ['-', 'j1', ''],
    ['', ' -j', ''],
  ],
  [
    'what ran inside',
    (text) => readLines(text, RUN),
    ['', 's 1 1 0 t1700000000 a\n', ''],
    ['', 'e 1 t1700000000 0\n', ''],
    ['s 1 1 0 t', '1', ' a\n'],
    ['s 1 1 0 t1', '.', ' a\n'],
    ['s 1 1 0 t1 ', ' ', '\n'],
  ],
  ['a line of the record', (text) => parseLine(text), ['{"type":"run","id":"', 'a', '"}'], ['', '[', ''], ['{"type":"run"', ',"a":1', '}']],
  [
    'the record for reports',
    (text) => {
      const lines = new RunLines()
      return [...lines.piece(Buffer.from(text)), ...lines.end()]
    },
    ['', '{}\n', ''],
    ['', '{"a":1}\r\n', ''],
    ['', '[', ''],
    ['{', '"command":"a",', '}'],
  ],
  ["Tilt's objects", (text) => new JsonStream().push(Buffer.from(text)), ['', '{', ''], ['', '{}', ''], ['{"', '\\', ''], ['', '{a', '}']],
  ["a stage's name", stageName, ['[', ' ', '1/2] RUN a'], ['[a ', '1/', '2] RUN'], ['[linux/', 'a', ' 1/1] RUN'], ['[', 'a', ']']],
  [
    'a damaged store of decisions',
    (text) => parseStore(text),
    ['', '"id":"a","project":"b","recipient":"c"', ''],
    ['', '"id":"', ''],
    ['"id":"', '\\"', ''],
    ['"all"', ' ', 'x'],
    ['"id":"a","project":"b","recipient":"c"', '"decision":{', 'x'],
  ],
]

describe('twice the input takes at most some twice the time', () => {
  test.each(READERS)('%s', (_name, read, ...worst) => {
    for (const [start, again, end] of worst) {
      try {
        expectLinear((characters) => {
          const text = `${start}${again.repeat(Math.ceil(characters / again.length))}${end}`
          return () => read(text)
        })
      } catch (error) {
        throw new Error(`${JSON.stringify(start)}, then ${JSON.stringify(again)} until ${JSON.stringify(end)}: ${(error as Error).message}`)
      }
    }
    expect(worst.length).toBeGreaterThan(0)
  })
})
