import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { honeycombAnswer, type Receiver, receiver, segmentEvents, status } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

let [one, other]: Receiver[] = []
beforeEach(async () => {
  ;[one, other] = await Promise.all([receiver(), receiver()])
})
afterEach(() => Promise.all([one?.close(), other?.close()]))

function project(): Scratch {
  const destinations = [
    { type: 'segment', writeKey: 'key', host: one?.url },
    { type: 'honeycomb', dataset: 'builds', apiHost: other?.url },
    { type: 'file', path: 'events.jsonl' },
  ]
  return scratch({ project: { destinations }, env: { HONEYCOMB_API_KEY: 'key' } })
}

test('without a yes nothing is sent', async () => {
  const at = project()
  for (const decision of [undefined, 'off', 'local']) {
    if (decision) await at.tool(['consent', decision])
    const { code, stdout, stderr } = await at.tool(['doctor', '--send-test'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/a test event needs your yes, and nothing was sent: .*; see send-metrics consent/u)
  }
  expect([one?.connections, other?.connections]).toEqual([0, 0])
})

test('one marked event is shown, goes to each, and what each said is told', async () => {
  const at = project()
  if (other) other.answer = honeycombAnswer()
  await at.agree(one)
  const { code, stdout } = await at.tool(['doctor', '--send-test'])
  expect(code).toBe(0)
  const [event, ...none] = segmentEvents(one as Receiver)
  expect(none).toEqual([])
  expect(event?.properties).toMatchObject({ is_test: 'yes', command: 'other' })
  const sent = { ...JSON.parse(one?.requests[0]?.body ?? '{}'), writeKey: '…' }
  expect(stdout).toContain(JSON.stringify(sent, undefined, 2))
  expect(stdout).toMatch(/^segment-\w+: delivered, 200: accepted$/mu)
  expect(stdout).toMatch(/^honeycomb-\w+: delivered, 200: accepted$/mu)
  expect(stdout).toMatch(/^file-\w+: delivered: written$/mu)
  const lines = (await at.log()).filter(({ type }) => type !== 'consent').slice(-4)
  expect(lines.map(({ type }) => type)).toEqual(['run', 'attempt', 'attempt', 'attempt'])
  expect(lines[0]).toMatchObject({ id: event?.messageId, is_test: 'yes' })
})

test('one that refuses is told, exits 1, and nothing waits', async () => {
  const at = project()
  if (other) other.answer = honeycombAnswer()
  await at.agree(one)
  if (other) other.answer = status(401)
  const { code, stdout } = await at.tool(['doctor', '--send-test'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^honeycomb-\w+: NOT DELIVERED, 401: refused the key \(401\); see HONEYCOMB_API_KEY$/mu)
  expect(at.waiting()).toEqual([])
})

test('what is missing is told before anything is tried, and --json has it all', async () => {
  const at = project()
  await at.agree(one)
  const { code, stdout } = await at.tool(['doctor', '--send-test', '--json'], { HONEYCOMB_API_KEY: undefined })
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ result: 'delivered', status: 200, to: expect.stringContaining('POST http') }),
    expect.objectContaining({ result: 'retry', status: null, reason: 'no key; set HONEYCOMB_API_KEY' }),
    expect.objectContaining({ result: 'delivered', reason: 'written' }),
  ])
})
