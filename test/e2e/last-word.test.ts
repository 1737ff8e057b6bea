import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, editProject, editStore, QUESTION_MORE, status, stored } from '../support/answers.ts'
import { status as answers, type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const own = (more: object) => ({
  name: 'own_a',
  type: 'integer',
  purpose: 'cache hits',
  reviewBy: '2099-12-31',
  from: 'env:CACHE_HITS',
  min: 0,
  max: 9,
  ...more,
})
const last = () => segmentEvents(there).at(-1)?.properties ?? {}

/** Makes every yes so old that it has run out. */
function age(at: Scratch): void {
  editStore(at, ({ decision }) => {
    if (decision) Object.assign(decision, { at: '2025-01-02T00:00:00.000Z', asOf: '2025-01-02T00:00:00.000Z' })
  })
}

describe('a person has the last word', () => {
  test('a no after a yes that had run out: what waited is gone, and a later yes sends none of it', async () => {
    const at = scratch({ to: there.url })
    there.answer = answers(500)
    await at.agree()
    await at.make(['build'])
    age(at)
    await answer(at, 'no\r')
    expect(at.waiting()).toEqual([])
    there.answer = answers(200)
    there.requests.length = 0
    await at.tool(['consent', 'on'])
    expect(segmentEvents(there).map(({ properties }) => properties.choice)).toEqual(['accept'])
  })

  test('consent on sends nothing that happened before it', async () => {
    const at = scratch({ to: there.url })
    there.answer = answers(500)
    expect((await at.make(['build'], { CI: 'true', SEND_METRICS: 'on' })).code).toBe(0)
    expect(at.waiting()).toHaveLength(1)
    there.answer = answers(200)
    there.requests.length = 0
    await at.tool(['consent', 'on'])
    expect(segmentEvents(there)).toHaveLength(1)
    expect(at.waiting()).toEqual([])
  })

  test('a no given elsewhere while a question about more stands is not overturned by a yes to it', async () => {
    const at = scratch({ to: there.url, env: { CACHE_HITS: '3' } })
    await at.agree()
    editProject(at, { fields: [own({})] })
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION_MORE)
    await at.tool(['consent', 'off', '--silent'])
    screen.type('yes\r')
    await screen.ended
    expect(await status(at)).toMatchObject({ effective: 'off', decidedBy: 'stored' })
  })

  test('a yes to more does not make the whole yes younger', async () => {
    const at = scratch({ to: there.url, env: { CACHE_HITS: '3' } })
    await at.agree()
    const before = stored(at)[0]?.decision?.at
    editProject(at, { fields: [own({})] })
    await answer(at, 'yes\r', QUESTION_MORE)
    expect(stored(at)[0]?.decision).toMatchObject({ at: before, extendedAt: expect.any(String) })
  })

  test('a field of the team that changes its meaning under the same name is asked for anew', async () => {
    const at = scratch({ to: there.url, env: { CACHE_HITS: '3', WHOM: 'alice' } })
    editProject(at, { fields: [own({})] })
    await at.agree()
    await at.make(['build'])
    expect(last()).toMatchObject({ own_a: 3 })
    editProject(at, {
      fields: [own({ type: 'enum', min: undefined, max: undefined, values: ['alice', 'bob'], from: 'env:WHOM', purpose: 'who ran it' })],
    })
    await at.make(['build'])
    expect(last()).toMatchObject({ command: 'build' })
    expect(last()).not.toHaveProperty('own_a')
  })

  test('an entry without destinations and a no for one with them stay apart', async () => {
    const at = scratch({ to: there.url })
    editProject(at, { destinations: [] })
    await at.tool(['consent', 'on'])
    editProject(at, { destinations: [{ type: 'segment', writeKey: 'key', host: there.url }] })
    await at.tool(['consent', 'off'])
    editProject(at, { destinations: [] })
    await at.tool(['consent', 'on'])
    editProject(at, { destinations: [{ type: 'segment', writeKey: 'key', host: there.url }] })
    expect(await status(at)).not.toMatchObject({ effective: 'on' })
  })

  test('a question about more is never put in CI', async () => {
    const at = scratch({ to: there.url, env: { CI: 'true', SEND_METRICS: 'on', CACHE_HITS: '3' } })
    await at.tool(['consent', 'local'])
    editProject(at, { fields: [own({})] })
    const screen = at.screen('make', ['build'])
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw()).not.toContain(QUESTION_MORE)
  })
})
