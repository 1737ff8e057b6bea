import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, editProject, QUESTION, QUESTION_MORE, runsUnasked, stored } from '../support/answers.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { scratch } from '../support/scratch.ts'

let there: Receiver
let later: Receiver
beforeEach(async () => {
  there = await receiver()
  later = await receiver()
})
afterEach(async () => {
  await there.close()
  await later.close()
})

const own = (name: string) => ({
  name,
  type: 'integer',
  purpose: `${name} for planning`,
  reviewBy: '2099-12-31',
  from: `env:${name}`,
  min: 0,
  max: 9,
})
const VALUES = { tries: '3', layers: '7' }
const last = () => segmentEvents(there).at(-1)?.properties ?? {}

/** A project to which somebody said yes, and which then asks for one field more. */
async function grown() {
  const at = scratch({ to: there.url, env: VALUES })
  await answer(at, 'yes\r')
  editProject(at, { fields: [own('tries')] })
  return at
}

describe('a field that is added', () => {
  test('is not sent until agreed to; the question is about it alone, once; a yes sends it from then on', async () => {
    const at = await grown()
    const before = stored(at)[0]?.decision
    const screen = await answer(at, 'yes\r', QUESTION_MORE)
    // The old set went on to the old recipient, before the question.
    expect(last()).not.toHaveProperty('tries')
    expect(segmentEvents(there)).toHaveLength(3)
    const asked = stripVTControlCharacters(screen.raw())
    expect(asked).toContain('tries (tries for planning)')
    expect(asked).not.toContain(QUESTION)
    for (const old of ['exit status', 'operating system', 'Never:']) expect(asked).not.toContain(old)
    await runsUnasked(at)
    expect(last()).toMatchObject({ tries: 3 })
    const now = stored(at)[0]?.decision
    expect(now?.fieldSet).toEqual([...(before?.fieldSet ?? []), 'tries: integer 0 to 9 from env:tries, tries for planning'])
    expect(now?.text).toContain(before?.text)
    expect(now?.text).toContain('tries for planning')
    expect(now?.textHash).not.toBe(before?.textHash)
    expect(now?.asOf).toBe(before?.asOf)
  })

  test('a no to it is remembered; what was agreed to goes on', async () => {
    const at = await grown()
    const before = stored(at)[0]?.decision
    await answer(at, 'no\r', QUESTION_MORE)
    await runsUnasked(at)
    expect(last()).toMatchObject({ command: 'build' })
    expect(last()).not.toHaveProperty('tries')
    expect(segmentEvents(there)).toHaveLength(4)
    expect(stored(at)[0]).toMatchObject({
      decision: before,
      declined: { fields: ['tries: integer 0 to 9 from env:tries, tries for planning'], places: [] },
    })
  })

  test('an answer that is none asks again another day, and changes nothing', async () => {
    const at = await grown()
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION_MORE)
    screen.type('constructor\r')
    await screen.until('Please answer yes or no')
    screen.type('\x03')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    await runsUnasked(at)
    expect(last()).not.toHaveProperty('tries')
    expect(segmentEvents(there)).toHaveLength(4)
  })

  test('is asked about with its details', async () => {
    const at = await grown()
    const screen = at.screen('make', ['build'], {}, { columns: 120 })
    await screen.until(QUESTION_MORE)
    screen.type('d\r')
    await screen.until('"tries": 3')
    screen.type('\x03')
    await screen.ended
  })
})

test('three versions: what was refused stays refused, what is new is asked about alone, what goes needs no question', async () => {
  const at = await grown()
  await answer(at, 'no\r', QUESTION_MORE)
  editProject(at, { fields: [own('tries'), own('layers')] })
  const screen = await answer(at, 'yes\r', QUESTION_MORE)
  expect(screen.raw()).toContain('layers for planning')
  expect(screen.raw()).not.toContain('tries for planning')
  await runsUnasked(at)
  expect(last()).toMatchObject({ layers: 7 })
  expect(last()).not.toHaveProperty('tries')
  editProject(at, { fields: [own('tries')] })
  await runsUnasked(at)
  expect(last()).not.toHaveProperty('layers')
  expect(last()).not.toHaveProperty('tries')
  expect(last()).toMatchObject({ command: 'build' })
})

describe('a destination that is added', () => {
  const both = () => ({ destinations: [there, later].map(({ url }) => ({ type: 'segment', writeKey: 'key', host: url })) })

  test('gets nothing until agreed to', async () => {
    const at = scratch({ to: there.url })
    await answer(at, 'yes\r')
    editProject(at, both())
    const screen = await answer(at, 'yes\r', QUESTION_MORE)
    expect(screen.raw()).toContain(`also through Segment (http://127.0.0.1:${later.port})`)
    expect(screen.raw()).not.toContain('exit status')
    expect(later.connections).toBe(0)
    await runsUnasked(at)
    expect(segmentEvents(later).map(({ properties }) => properties.command)).toEqual(['build'])
    expect(segmentEvents(there)).toHaveLength(4)
  })

  test('a no to it is remembered', async () => {
    const at = scratch({ to: there.url })
    await answer(at, 'yes\r')
    editProject(at, both())
    await answer(at, 'no\r', QUESTION_MORE)
    await runsUnasked(at)
    expect(later.connections).toBe(0)
    expect(segmentEvents(there)).toHaveLength(4)
  })
})

test('`consent on` agrees to all there is today', async () => {
  const at = await grown()
  await answer(at, 'no\r', QUESTION_MORE)
  await at.agree()
  await runsUnasked(at)
  expect(last()).toMatchObject({ tries: 3 })
  expect(stored(at)[0]).not.toHaveProperty('declined')
})

test('after a no, nobody is asked whatever is added', async () => {
  const at = scratch({ to: there.url })
  await answer(at, 'no\r')
  editProject(at, { fields: [own('tries')] })
  await runsUnasked(at)
  expect(there.connections).toBe(0)
})
