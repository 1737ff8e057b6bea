import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { rawServer } from '../support/raw-server.ts'
import { damaged, FUZZ, FUZZ_PATIENCE_MS, type Harm, harm, oneOf } from './cases.ts'
import { agreed, onlyIn, runTarget, runWords } from './runs.ts'

/** Answers of real receivers, kind ones and others. */
const BODIES = [
  '{"success":true}',
  '[{"status":202},{"status":202},{"status":202}]',
  '{"partialSuccess":{}}',
  '<html><p>no</p></html>',
  'OK',
  '',
]
const HEADS = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: LENGTH\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/1.1 202 Accepted\r\nConnection: close\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\n\r\n',
  'HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: LENGTH\r\n\r\n',
  'HTTP/1.1 400 Bad Request\r\nContent-Length: LENGTH\r\n\r\n',
  'HTTP/1.1 429 Too Many\r\nRetry-After: 1800\r\nContent-Length: LENGTH\r\n\r\n',
  'HTTP/1.0 503 Busy\r\nRetry-After: Wed, 21 Oct 2099 07:28:00 GMT\r\n\r\n',
]
const answers = fc.record({
  head: fc.constantFrom(...HEADS),
  body: fc.oneof(fc.constantFrom(...BODIES), fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('x'.repeat(100_000))),
  damages: harm.map(({ damages }: Harm) => damages),
})

let answer = ''
const there = await rawServer((socket) => socket.end(Buffer.from(answer)))
afterAll(() => there.close())
const connect = async ({ host, port }: { host: string; port: number }) => net.connect({ host, port })
const DESTINATIONS = [
  { type: 'segment', writeKey: 'key', host: there.url },
  { type: 'honeycomb', dataset: 'builds', apiHost: there.url },
  { type: 'otlp', endpoint: there.url },
  { type: 'prometheus', pushgateway: there.url },
]

interface Attempt {
  readonly result: string
  readonly status: number | null
  readonly events: string[]
}

test(
  'a receiver that answers anything: the run ends as it would, and each event is delivered, dropped or kept',
  async () => {
    const scenes = await Promise.all(
      DESTINATIONS.map(async (destination) => {
        const at = await agreed({ project: 'Demo', destinations: [destination] }, { HONEYCOMB_API_KEY: 'key' })
        return { at, outbox: onlyIn(path.join(at.state, 'outbox')) }
      }),
    )
    const check = async ({ head, body, damages }: { head: string; body: string; damages: Harm['damages'] }, turn: number) => {
      const { at, outbox } = oneOf(turn, scenes as [(typeof scenes)[0], ...typeof scenes])
      at.again()
      const before = fs.readdirSync(outbox)
      const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`
      answer = damaged(head.replace('LENGTH', String(Buffer.byteLength(body))) + (head.includes('chunked') ? chunk : body), damages)
      const world = at.world({ connect })
      await runTarget(world)
      const kept = fs.readdirSync(outbox)
      const attempts = fs
        .readdirSync(at.state)
        .filter((name) => name.startsWith('attempts-'))
        .flatMap((name) => fs.readFileSync(path.join(at.state, name), 'utf8').trim().split('\n'))
        .map((line) => JSON.parse(line) as Attempt)
      const settled = new Set(attempts.filter(({ result }) => result !== 'retry').flatMap(({ events }) => events))
      // What is gone was answered for; nothing is there and settled.
      for (const name of before) expect([name, kept.includes(name)]).toEqual([name, !settled.has(name.slice(0, 36))])
      for (const { result, status } of attempts) if (result === 'delivered') expect(String(status)).toMatch(/^2\d\d$/u)
      await runWords(at.world(), turn % 2 === 0 ? ['log'] : ['log', '--json'])
    }
    await fc.assert(fc.asyncProperty(answers, fc.nat(), check), FUZZ)
  },
  FUZZ_PATIENCE_MS,
)
