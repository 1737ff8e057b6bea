import type * as net from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { shortBudget } from '../support/patience.ts'
import { type Answer, type Receiver, receiver, segmentEvents, status } from '../support/receiver.ts'
import { type LogLine, type Scratch, scratch } from '../support/scratch.ts'
import { type Stranger, stranger } from '../support/trouble.ts'

const MAKEFILE = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo out; echo err >&2; exit 3\n'

let there: Receiver
let other: Stranger | undefined
beforeEach(async () => {
  there = await receiver()
})
afterEach(async () => {
  await Promise.all([there.close(), other?.close()])
  other = undefined
})

/** For receivers that use up whatever time they are given. */
const impatient = () => ({ budgetMs: shortBudget(1_500) })

/** Agreed while the receiver was well; from then on it is in trouble, or a stranger or nobody is at its address. */
async function agreed(instead?: ((socket: net.Socket) => void) | 'nobody', project = {}): Promise<Scratch> {
  const at = scratch({ to: there.url, makefile: MAKEFILE, project })
  expect((await at.tool(['consent', 'on'])).code).toBe(0)
  there.requests.length = 0
  if (instead === undefined) return at
  await there.close()
  if (instead !== 'nobody') other = await stranger(instead, there.port)
  return at
}

/** Runs the target by hand and wrapped, which must look the same; returns the wrapped run's lines in the log. */
async function sameResult(at: Scratch): Promise<LogLine[]> {
  const already = (await at.log()).length
  const direct = await at.make(['impl-build'])
  const wrapped = await at.wrap(['build'])
  expect(wrapped).toEqual(direct)
  expect(wrapped.code).toBe(2)
  return (await at.log()).slice(already)
}

function attemptOf(lines: readonly LogLine[]): LogLine {
  const attempts = lines.filter((line) => line.type === 'attempt')
  expect(attempts).toHaveLength(1)
  return attempts[0] as LogLine
}

async function deliveredOnceLater(at: Scratch, lines: readonly LogLine[]): Promise<void> {
  const run = lines.find((line) => line.type === 'run')
  expect(at.waiting().map((event) => event.id)).toEqual([run?.id])
  await other?.close()
  other = undefined
  await there.close()
  there = await receiver(there.port)
  expect((await at.tool(['flush'])).code).toBe(0)
  expect((await at.tool(['flush'])).code).toBe(0)
  expect(segmentEvents(there).map((event) => event.messageId)).toEqual([run?.id])
  expect(at.waiting()).toEqual([])
}

describe('the event is delivered', () => {
  test('by a 200', async () => {
    const at = await agreed()
    expect(attemptOf(await sameResult(at))).toMatchObject({ status: 200, result: 'delivered', reason: 'accepted' })
    expect(there.requests).toHaveLength(1)
    expect(at.waiting()).toEqual([])
  })

  test('by a 200 whose body never ends', async () => {
    const at = await agreed(undefined, impatient())
    there.answer = (_request, response) => {
      response.writeHead(200)
      response.write('{')
    }
    expect(attemptOf(await sameResult(at))).toMatchObject({ status: 200, result: 'delivered' })
  })
})

describe('the event is dropped with a reason', () => {
  test.each([400, 413])('by a %i, which would not get better', async (code) => {
    const at = await agreed()
    there.answer = status(code)
    const attempt = attemptOf(await sameResult(at))
    expect(attempt).toMatchObject({ status: code, result: 'drop', reason: expect.stringContaining(String(code)) })
    expect(at.waiting()).toEqual([])
  })
})

describe('the event is kept, and delivered once later under the same ID', () => {
  const answers: readonly [string, Answer, object][] = [
    ['429 with Retry-After', status(429, { 'Retry-After': '60' }), { status: 429, reason: 'asked to slow down (429)' }],
    ['500', status(500), { status: 500, reason: 'answered 500' }],
    ['503 with Retry-After', status(503, { 'Retry-After': '60' }), { status: 503, reason: 'answered 503' }],
    ['302', status(302, { Location: '/portal' }), { status: 302, reason: expect.stringContaining('captive portal') }],
    ['nothing, for as long as it takes', () => {}, { status: null, reason: 'did not answer in time' }],
    ['a connection cut', (_request, _response, socket) => socket.destroy(), { status: null, reason: 'cut the connection' }],
  ]

  test.each(answers)('after %s', async (_name, answer, expected) => {
    const at = await agreed(undefined, impatient())
    there.answer = answer
    const lines = await sameResult(at)
    expect(attemptOf(lines)).toMatchObject({ result: 'retry', ...expected })
    expect(there.requests).toHaveLength(1)
    await deliveredOnceLater(at, lines)
  })

  test('after what is not HTTP', async () => {
    const at = await agreed((socket) => socket.end('\u0000\u0001 220 mail.example.invalid ESMTP\r\n'))
    const lines = await sameResult(at)
    expect(attemptOf(lines)).toMatchObject({ status: null, result: 'retry', reason: 'did not answer in HTTP' })
    await deliveredOnceLater(at, lines)
  })

  test('after an answer that drips and never gets to an end of its headers', async () => {
    const timers: NodeJS.Timeout[] = []
    const dripping = (socket: net.Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      timers.push(setInterval(() => socket.write('X-More: 1\r\n'), 20))
      socket.on('close', () => timers.map(clearInterval))
    }
    const at = await agreed(dripping, impatient())
    const lines = await sameResult(at)
    expect(attemptOf(lines)).toMatchObject({ status: null, result: 'retry', reason: 'did not answer in time' })
    await deliveredOnceLater(at, lines)
  })

  test('where nobody listens', async () => {
    const at = await agreed('nobody')
    const lines = await sameResult(at)
    expect(attemptOf(lines)).toMatchObject({ status: null, result: 'retry', reason: 'refused the connection' })
    await deliveredOnceLater(at, lines)
  })

  test('under a name that is not known', async () => {
    const at = scratch({ to: 'http://nowhere.invalid', makefile: MAKEFILE })
    expect((await at.tool(['consent', 'on'])).code).toBe(0)
    expect((await at.wrap(['build'])).code).toBe(2)
    expect((await at.tool(['flush'])).code).toBe(1)
    const lines = await at.log()
    expect(lines.findLast(({ type }) => type === 'attempt')).toMatchObject({ status: null, result: 'retry' })
    expect(at.waiting().map(({ id }) => id)).toContain(lines.find(({ type }) => type === 'run')?.id)
  })
})

describe('after a failure', () => {
  test('later runs write and do not try, until the breaker closes', async () => {
    const at = await agreed()
    there.answer = status(500)
    await sameResult(at)
    const connections = there.connections
    const lines = await sameResult(at)
    expect(lines.map((line) => line.type)).toEqual(['run'])
    expect(there.connections).toBe(connections)
    there.answer = status(200)
    await at.tool(['flush'])
    expect(at.waiting()).toEqual([])
    expect(attemptOf(await sameResult(at))).toMatchObject({ result: 'delivered' })
  })

  test('doctor says that it failed and what to do', async () => {
    const at = await agreed()
    there.answer = status(500)
    await sameResult(at)
    const { code, stdout } = await at.tool(['doctor'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/PROBLEM {2}segment: .* 1 waiting; it failed/u)
    expect(stdout).toContain('send-metrics flush tries at once')
  })

  test('flush tells what is kept and why, and exits 1', async () => {
    const at = await agreed()
    there.answer = status(500)
    await sameResult(at)
    expect(await at.tool(['flush'])).toMatchObject({ code: 1, stdout: expect.stringMatching(/^1 kept for segment-\w+: answered 500\n$/u) })
  })

  test('Ctrl-C while sending ends it at once, and the event stays', async () => {
    const at = await agreed()
    let asked = () => {}
    const arrived = new Promise<void>((resolve) => {
      asked = resolve
    })
    there.answer = () => asked()
    const screen = at.screen('send-metrics', ['wrap', 'build', '--make', 'true'])
    await arrived
    screen.type('\x03')
    expect((await screen.ended).signal).toBe(2)
    await deliveredOnceLater(at, await at.log().then((lines) => lines.filter((line) => line.type === 'run')))
  })
})
