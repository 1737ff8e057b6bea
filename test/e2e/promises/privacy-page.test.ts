import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Receiver, receiver, segmentEvents, status } from '../../support/receiver.ts'
import { type Scratch, scratch } from '../../support/scratch.ts'

// Sentences of docs/privacy.md that no other test is about; sentences.test.ts says which test holds which.

let there: Receiver
let at: Scratch
beforeEach(async () => {
  there = await receiver()
  at = scratch({ to: there.url })
  await at.agree(there)
})
afterEach(() => there.close())

const ids = () => [...new Set(segmentEvents(there).map(({ anonymousId }) => anonymousId))]
const shownId = async () => JSON.parse((await at.tool(['consent', '--json'])).stdout) as Record<string, unknown>

test('the ID is the same after off and on again, and consent shows it', async () => {
  await at.make(['build'])
  await at.tool(['consent', 'off', '--silent'])
  await at.tool(['consent', 'on'])
  await at.make(['build'])
  expect(ids()).toHaveLength(1)
  expect(JSON.stringify(await shownId())).toContain(ids()[0])
  expect((await at.tool(['consent'])).stdout).toContain(ids()[0])
})

test('new-id removes what waits under the old one', async () => {
  there.answer = status(500)
  await at.make(['build'])
  expect(at.waiting().length).toBeGreaterThan(0)
  await at.tool(['consent', 'new-id'])
  expect(at.waiting()).toEqual([])
})

test('what a coding agent runs is recorded and sent as any other run', async () => {
  await at.make(['build'], { CLAUDECODE: '1' })
  expect(segmentEvents(there).map(({ event }) => event)).toEqual([expect.stringMatching(/\.command\.run$/u)])
})

test('SEND_METRICS_DEBUG prints each request as it goes out', async () => {
  const { stderr } = await at.make(['build'], { SEND_METRICS_DEBUG: '1' })
  expect(stderr).toContain(there.url)
  expect(stderr).toContain(segmentEvents(there)[0]?.messageId)
})

test('whatever one deletes of the records is made again, and a yes goes on', async () => {
  await at.make(['build'])
  fs.rmSync(path.join(at.home, '.local'), { recursive: true })
  fs.rmSync(path.join(at.home, '.cache'), { recursive: true })
  expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
  expect(segmentEvents(there)).toHaveLength(2)
})

test('Prometheus gets totals by target and outcome, and nothing of a run, the checkout or the machine', async () => {
  const one = scratch({ project: { destinations: [{ type: 'prometheus', textfile: 'shop.prom' }] } })
  await one.agree()
  await one.make(['build'])
  const lines = fs.readFileSync(path.join(one.repo, 'shop.prom'), 'utf8').split('\n')
  const labels = lines.flatMap((line) => [...line.matchAll(/[{,](\w+)="/gu)].map(([, label]) => label))
  expect([...new Set(labels)].sort()).toEqual(['le', 'outcome', 'project', 'target'])
})
