import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { v7 } from 'uuid'
import { honeycombAnswer, receiver, status } from '../support/receiver.ts'
import { FUZZ, FUZZ_PATIENCE_MS, harm, harmed, type Json, oneOf } from './cases.ts'
import { agreed, onlyIn, runTarget, runWords } from './runs.ts'

const there = await receiver()
afterAll(() => there.close())

const KINDS = [
  { destination: { type: 'segment', writeKey: 'key', host: there.url }, accept: status(200, {}, '{"success":true}') },
  { destination: { type: 'honeycomb', dataset: 'builds', apiHost: there.url }, accept: honeycombAnswer() },
  { destination: { type: 'otlp', endpoint: there.url }, accept: status(200) },
  { destination: { type: 'prometheus', pushgateway: there.url }, accept: status(202) },
  { destination: { type: 'file', path: 'metrics.jsonl' }, accept: status(500) },
] as const

/** A scene for each kind of destination, with two events that wait. */
async function scene(kind: (typeof KINDS)[number]) {
  const at = await agreed({ project: 'Demo', destinations: [kind.destination] }, { HONEYCOMB_API_KEY: 'key' })
  const outbox = onlyIn(path.join(at.state, 'outbox'))
  fs.mkdirSync(outbox, { recursive: true })
  return { ...kind, at, outbox, waiting: fs.readdirSync(outbox) }
}

const connect = async ({ host, port }: { host: string; port: number }) => net.connect({ host, port })

test(
  'an outbox with an event of any harm: the others arrive, it is sent or dropped, and no run is held up',
  async () => {
    const scenes = (await Promise.all(KINDS.map(scene))) as [Awaited<ReturnType<typeof scene>>, ...Awaited<ReturnType<typeof scene>>[]]
    const check = async (done: Parameters<typeof harmed>[1], turn: number) => {
      const { at, outbox, accept, destination } = oneOf(turn, scenes)
      at.again()
      there.answer = accept
      there.requests.length = 0
      const message = { ...MESSAGE, id: v7({ msecs: Date.now() }), timestamp: new Date().toISOString() }
      fs.mkdirSync(outbox, { recursive: true })
      fs.writeFileSync(path.join(outbox, `${message.id}.json`), harmed(message as Json, done))
      await runTarget(at.world({ connect }))
      await runWords(at.world({ connect }), turn % 2 === 0 ? ['flush'] : ['flush', '--json'])
      // What is no event any more is put aside, to be looked at.
      const left = fs.readdirSync(outbox).filter((name) => !name.endsWith('.json.damaged'))
      expect([destination.type, left]).toEqual([destination.type, []])
      if (turn % 4 === 0) await runWords(at.world(), ['log'])
    }
    await fc.assert(fc.asyncProperty(harm, fc.nat(), check), FUZZ)
  },
  FUZZ_PATIENCE_MS,
)

const MESSAGE = {
  event: 'demo.command.run',
  anonymousId: '5f3c9f0e-31a1-4c0b-9f7e-0d6f5a0c9e11',
  properties: {
    command: 'build',
    duration_ms: 5,
    start_time: '2026-11-01T12:00:00.000Z',
    exit_status: 0,
    outcome: 'success',
    cpu_count: 2,
    is_ci: false,
    run_id: '00f067aa0ba902b7',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    parent_run_id: 'a3ce929d0e0e4736',
  },
  spans: [{ id: 'b7ad6b7169203331', target: 'lib', start: 1_793_000_000_000, duration_ms: 5, outcome: 'success', depth: 0 }],
}
