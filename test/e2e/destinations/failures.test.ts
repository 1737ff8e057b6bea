import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { carrying, KINDS, type Kind } from '../../support/destinations.ts'
import { shortBudget } from '../../support/patience.ts'
import { type Answer, type Receiver, receiver, status } from '../../support/receiver.ts'
import { type LogLine, type Scratch, scratch } from '../../support/scratch.ts'
import { nobody, stranger } from '../../support/trouble.ts'

const MAKEFILE = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo out; echo err >&2; exit 3\n'

let there: Receiver
let closing: (() => Promise<void>)[] = []
beforeEach(async () => {
  there = await receiver()
})
afterEach(async () => {
  await Promise.all([there.close(), ...closing.map((close) => close())])
  closing = []
})

/** Agreed while the receiver was well; `via` is an address that may lead elsewhere. */
async function agreed(kind: Kind, url = there.url, project = {}): Promise<Scratch> {
  const at = scratch({ makefile: MAKEFILE, env: kind.env, project: { destinations: [kind.declare(url)], ...project } })
  there.answer = kind.accept
  await at.tool(['consent', 'on'])
  there.requests.length = 0
  return at
}

/** Runs the target by hand and wrapped, which must look the same; returns the wrapped run's lines in the log. */
async function sameResult(at: Scratch): Promise<LogLine[]> {
  const already = (await at.log()).length
  const direct = await at.make(['impl-build'])
  expect(await at.wrap(['build'])).toEqual(direct)
  expect(direct.code).toBe(2)
  return (await at.log()).slice(already)
}

function attemptOf(lines: readonly LogLine[]): LogLine | undefined {
  const attempts = lines.filter((line) => line.type === 'attempt')
  expect(attempts).toHaveLength(1)
  return attempts[0]
}

async function deliveredOnceLater(at: Scratch, kind: Kind, lines: readonly LogLine[]): Promise<void> {
  const id = String(lines.find((line) => line.type === 'run')?.id)
  expect(at.waiting().map((event) => event.id)).toContain(id)
  there.requests.length = 0
  there.answer = kind.accept
  expect((await at.tool(['flush'])).code).toBe(0)
  expect((await at.tool(['flush'])).code).toBe(0)
  expect(carrying(there, id, kind)).toBe(1)
  expect(at.waiting()).toEqual([])
}

describe.each(KINDS)('$type', (kind) => {
  test('what is accepted is delivered', async () => {
    const at = await agreed(kind)
    expect(attemptOf(await sameResult(at))).toMatchObject({ result: 'delivered', destination: expect.stringMatching(`^${kind.type}-`) })
    expect(there.requests).toHaveLength(1)
    expect(at.waiting()).toEqual([])
  })

  test.each([400, 413])('a %i, which would not get better, drops the event with a reason', async (code) => {
    const at = await agreed(kind)
    there.answer = status(code)
    expect(attemptOf(await sameResult(at))).toMatchObject({ status: code, result: 'drop', reason: expect.stringContaining(String(code)) })
    expect(at.waiting()).toEqual([])
  })

  const answers: readonly [string, Answer, object][] = [
    ['429 without Retry-After', status(429), { status: 429, reason: 'asked to slow down (429)' }],
    ['500', status(500), { status: 500, reason: 'answered 500' }],
    ['503 with Retry-After', status(503, { 'Retry-After': '60' }), { status: 503, reason: 'answered 503' }],
    ['302', status(302, { Location: '/portal' }), { status: 302, reason: expect.stringContaining('captive portal') }],
    ['401', status(401), { status: 401 }],
    ['nothing, for as long as it takes', () => {}, { status: null, reason: 'did not answer in time' }],
    ['a connection cut', (_request, _response, socket) => socket.destroy(), { status: null, reason: 'cut the connection' }],
  ]
  test.each(answers)('after %s it is kept, and delivered once later', async (_name, answer, expected) => {
    const at = await agreed(kind, there.url, { budgetMs: shortBudget(1_500) })
    there.answer = answer
    const lines = await sameResult(at)
    expect(attemptOf(lines)).toMatchObject({ result: 'retry', ...expected })
    await deliveredOnceLater(at, kind, lines)
  })

  test('what is not HTTP, and nobody at all, keep it', async () => {
    const garbage = await stranger((socket) => socket.end('\u0000\u0001 220 mail.example.invalid ESMTP\r\n'))
    closing.push(garbage.close)
    for (const [url, reason] of [
      [garbage.url, 'did not answer in HTTP'],
      [await nobody(), 'refused the connection'],
      ['http://nowhere.invalid', expect.any(String)],
    ] as const) {
      const at = await agreed(kind, url)
      // The yes itself was the first to fail; a later run does not wait for the same again.
      expect((await at.log()).find((line) => line.type === 'attempt')).toMatchObject({ result: 'retry', reason })
      const lines = await sameResult(at)
      expect(lines.map((line) => line.type)).toEqual(['run'])
      expect(at.waiting()).toHaveLength(2)
    }
  })
})

test("each entry of Honeycomb's answer is judged by itself", async () => {
  const [honeycomb] = KINDS as [Kind]
  const at = await agreed(honeycomb)
  there.answer = status(500)
  for (const _ of [1, 2, 3]) await sameResult(at)
  const ids = at.waiting().map(({ id }) => id)
  expect(ids).toHaveLength(3)
  there.answer = ({ body }, response) => {
    const sent = (JSON.parse(body) as { data: { message_id: string } }[]).map(({ data }) => data.message_id)
    const results = [{ status: 202 }, { status: 400, error: 'Event has too many columns.' }, { status: 503 }]
    response.end(JSON.stringify(sent.map((id) => results[ids.indexOf(id)])))
  }
  expect((await at.tool(['flush'])).code).toBe(1)
  expect(at.waiting().map(({ id }) => id)).toEqual([ids[2]])
  const attempts = (await at.log()).filter((line) => line.type === 'attempt')
  expect(attempts.map(({ result, reason, events }) => ({ result, reason, events }))).toEqual(
    expect.arrayContaining([
      { result: 'delivered', reason: 'accepted', events: [ids[0]] },
      { result: 'drop', reason: 'refused this event with 400: Event has too many columns.', events: [ids[1]] },
      { result: 'retry', reason: 'answered 503 for this event', events: [ids[2]] },
    ]),
  )
})
