import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver, type SegmentEvent, segmentEvents, status } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const ids = () => segmentEvents(there).map((event) => event.messageId)

/** Runs that only write, because the receiver was in trouble at the first. */
async function withBacklog(runs: number): Promise<Scratch> {
  const at = scratch({ to: there.url })
  await at.agree(there)
  there.answer = status(500)
  for (let run = 0; run < runs; run++) await at.wrap(['build'])
  there.requests.length = 0
  there.answer = status(200)
  return at
}

describe('on disk before the network is tried', () => {
  test('the ledger and the outbox hold the event when the request arrives', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const state = path.join(at.home, '.local/state/send-metrics')
    let ledger = ''
    let waiting: string[] = []
    there.answer = (request, response, socket) => {
      const runs = filesUnder(state).filter((file) => file.includes('/runs-'))
      ledger = runs.map((file) => fs.readFileSync(path.join(state, file), 'utf8')).join('')
      waiting = at.waiting().map((event) => event.id)
      status(200)(request, response, socket)
    }
    await at.wrap(['build'])
    const [event] = segmentEvents(there)
    expect(waiting).toEqual([event?.messageId])
    const recorded = ledger
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(recorded.find((line) => line.id === event?.messageId)).toEqual({
      type: 'run',
      id: event?.messageId,
      ...event?.properties,
      // To the second on this machine alone.
      commit_time_here: expect.stringMatching(/^\d{4}-.*Z$/u),
    })
    expect(at.waiting()).toEqual([])
  })

  test('a later run sends what stayed, oldest first, in one batch, under the same IDs', async () => {
    const at = await withBacklog(3)
    const waiting = at.waiting()
    expect(waiting).toHaveLength(3)
    letTryAgain(at)
    await at.wrap(['build'])
    expect(there.requests).toHaveLength(1)
    expect(ids().slice(0, 3)).toEqual(waiting.map((event) => event.id))
    expect(
      segmentEvents(there)
        .slice(0, 3)
        .map((event) => event.properties),
    ).toEqual(waiting.map((event) => event.properties))
    expect(ids()).toHaveLength(4)
    expect(ids()).toEqual(ids().toSorted())
    expect(at.waiting()).toEqual([])
  })

  test('runs side by side lose nothing and send nothing twice', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    await Promise.all(Array.from({ length: 6 }, () => at.wrap(['build'])))
    await at.tool(['flush'])
    const runs = (await at.log()).filter((line) => line.type === 'run').map((line) => line.id)
    expect(runs).toHaveLength(6)
    expect(ids().toSorted()).toEqual(runs.toSorted())
  })
})

/** As if the five minutes after a failure were over. */
function letTryAgain(at: Scratch): void {
  const state = path.join(at.home, '.local/state/send-metrics')
  for (const file of filesUnder(state).filter((name) => name.endsWith('breaker.json'))) fs.rmSync(path.join(state, file))
}

describe('send-metrics flush', () => {
  test('sends a backlog that is larger than a batch, oldest first, and each event once', async () => {
    const at = await withBacklog(1)
    const [file] = filesUnder(at.home).filter((name) => name.includes('/outbox/'))
    const seed = path.join(at.home, file as string)
    const message = JSON.parse(fs.readFileSync(seed, 'utf8'))
    for (let number = 0; number < 450; number++) {
      const id = message.id.slice(0, -4) + number.toString(16).padStart(4, '0')
      fs.writeFileSync(path.join(path.dirname(seed), `${id}.json`), JSON.stringify({ ...message, id }))
    }
    const waiting = at.waiting().map((event) => event.id)
    expect(await at.tool(['flush'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^45[01] sent to segment-\w+\n$/u) })
    expect(ids()).toEqual(waiting)
    expect(there.requests.length).toBeGreaterThan(1)
    for (const { body } of there.requests) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(500 * 1024)
  })

  test('--json is a list with an object for each destination', async () => {
    const at = await withBacklog(2)
    const { stdout } = await at.tool(['flush', '--json'])
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ delivered: 2, kept: 0, dropped: 0 })])
  })

  test('with nothing waiting connects nowhere', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    expect(await at.tool(['flush'])).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing waiting') })
    expect(there.connections).toBe(0)
  })
})

describe('send-metrics log', () => {
  test('--json has a line for each event and each try, with the documented keys', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    await at.wrap(['build'])
    const event = segmentEvents(there)[0] as SegmentEvent
    const lines = await at.log()
    expect(lines.map((line) => line.type)).toEqual(['consent', 'attempt', 'run', 'attempt'])
    expect(lines[2]).toEqual({ type: 'run', id: event.messageId, ...event.properties, commit_time_here: expect.any(String) })
    expect(lines[3]).toEqual({
      type: 'attempt',
      at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/u),
      to: there.url,
      destination: expect.stringMatching(/^segment-\w+$/u),
      status: 200,
      result: 'delivered',
      reason: 'accepted',
      events: [event.messageId],
    })
  })

  test('for people has the target, how long it took and how it ended', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'local'])
    await at.wrap(['build'])
    const { stdout } = await at.tool(['log'])
    expect(stdout).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} {2}run {6}build +\d+\.\d s {2}success \(0\)\n$/u)
    expect((await at.tool(['log', '--last', '1'])).stdout).toBe(stdout)
  })

  test('--last with what is no number: one line, exit 2', async () => {
    const ended = await scratch().tool(['log', '--last', 'x'])
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^send-metrics: .*--last[^\n]*whole number/u) })
    expect(ended.stderr).not.toContain('    at ')
  })

  test('a line that a crash cut short spoils no other', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'local'])
    await at.wrap(['build'])
    const [runs] = filesUnder(at.home).filter((file) => file.includes('/runs-'))
    fs.appendFileSync(path.join(at.home, runs as string), '{"type":"run","id":"half')
    await at.wrap(['build'])
    expect((await at.log()).map((line) => line.command)).toEqual(['build', 'build'])
  })
})

describe('send-metrics preview', () => {
  test('sends nothing, and has the body that later arrives', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const { code, stdout } = await at.tool(['preview', 'build', '--json'])
    expect(code).toBe(0)
    expect(there.connections).toBe(0)
    const [shown] = JSON.parse(stdout)
    await at.wrap(['build'])
    const sent = JSON.parse(there.requests[0]?.body ?? '')
    expect(shown.to).toBe(`POST ${there.url}/v1/batch`)
    expect(shapeOf(shown.body)).toEqual(shapeOf(sent))
    expect(shown.body.batch[0].anonymousId).toBe(sent.batch[0].anonymousId)
  })

  test('before a yes shows all there is, and writes nothing', async () => {
    const at = scratch({ to: there.url })
    const { stdout, stderr } = await at.tool(['preview', 'build', '--json'])
    expect(JSON.parse(stdout)[0].body.batch[0].properties.command).toBe('build')
    expect(stderr).toContain('the anonymous ID is made with the first event')
    expect(there.connections).toBe(0)
    // Node's own cache of compiled code is no record of anybody.
    expect(filesUnder(at.home).filter((file) => !file.startsWith('.cache/'))).toEqual([])
  })

  test('without a target: exit 2', async () => {
    expect(await scratch({ to: there.url }).tool(['preview'])).toMatchObject({ code: 2, stdout: '' })
  })
})

/** The keys of an object, at every depth, with the type of what they hold. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([key, inner]) => [key, shapeOf(inner)]),
  )
}

describe('a destination that is a file', () => {
  test('gets a line for each event', async () => {
    const at = scratch({ project: { destinations: [{ type: 'file', path: 'runs.jsonl' }] } })
    await at.agree()
    await at.wrap(['build'])
    const lines = fs
      .readFileSync(path.join(at.repo, 'runs.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => line.event)).toEqual(['demo.consent.change', 'demo.command.run'])
    expect(lines[1]).toMatchObject({ command: 'build', exit_status: 0 })
  })

  test('beside another one: trouble of the one is no trouble of the other', async () => {
    const destinations = [
      { type: 'segment', writeKey: 'key', host: there.url },
      { type: 'file', path: 'no-such-folder/runs.jsonl' },
    ]
    const at = scratch({ project: { destinations } })
    await at.agree(there)
    await at.wrap(['build'])
    expect(segmentEvents(there)).toHaveLength(1)
    expect(at.waiting().map((event) => event.event)).toEqual(['demo.consent.change', 'demo.command.run'])
    fs.mkdirSync(path.join(at.repo, 'no-such-folder'))
    expect((await at.tool(['flush'])).code).toBe(0)
    expect(at.waiting()).toEqual([])
    expect(there.requests).toHaveLength(1)
  })
})
