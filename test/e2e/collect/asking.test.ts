import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fieldNames } from '../../../src/event/fields.ts'
import { DOCKER_FIELDS, TILT_FIELDS } from '../../../src/event/tilt-fields.ts'
import { answer, editProject, QUESTION, QUESTION_MORE, runsUnasked, stored } from '../../support/answers.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { scratch } from '../../support/scratch.ts'

/** What a yes covers where a project has no list of targets. */
const PLAIN = [...fieldNames(), 'command: any plain name'].sort()

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

describe('a project that does not ask for a collector', () => {
  test('asks for nothing of it, and a yes covers nothing of it', async () => {
    const at = scratch({ to: there.url })
    const screen = await answer(at, 'yes\r')
    expect(stripVTControlCharacters(screen.raw())).not.toMatch(/Tilt|Docker/u)
    expect(stored(at)[0]?.decision?.fieldSet).toEqual(PLAIN)
    await runsUnasked(at)
  })
})

describe('a project that begins to ask for it', () => {
  test('asks those who said yes about that alone, once', async () => {
    const at = scratch({ to: there.url })
    await answer(at, 'yes\r')
    editProject(at, { collect: ['tilt'] })
    const screen = await answer(at, 'yes\r', QUESTION_MORE)
    const asked = stripVTControlCharacters(screen.raw())
    for (const { words } of TILT_FIELDS) expect(asked.replace(/\s+/gu, ' ')).toContain(words)
    expect(asked).not.toContain('exit status')
    await runsUnasked(at)
    expect(stored(at)[0]?.decision?.fieldSet).toEqual([...PLAIN, ...fieldNames(TILT_FIELDS)])
  })
})

describe('without a question', () => {
  test('consent on lists all of it: there is no d', async () => {
    const at = scratch({ project: { collect: ['tilt'], dockerLimits: true } })
    const told = (await at.tool(['consent', 'on'])).stderr.replace(/\s+/gu, ' ')
    for (const { words } of [...TILT_FIELDS, ...DOCKER_FIELDS]) expect(told).toContain(words)
    expect(told).not.toContain('d lists all')
  })

  test('doctor says that a yes from before does not cover it, until it does', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    const about = async () => (await at.tool(['doctor'])).stdout.split('\n').find((line) => /^\S+ +consent:/u.test(line))
    expect(await about()).toMatch(/^ok .*you said yes/u)
    editProject(at, { collect: ['tilt'] })
    expect(await about()).toMatch(/^note .*is not covered \(\d+ new\)/u)
    await at.agree()
    expect(await about()).toMatch(/^ok .*you said yes/u)
  })
})

describe('the question of a project that asks for everything', () => {
  const everything = { collect: ['tilt'], dockerLimits: true }

  const field = {
    type: 'integer',
    from: 'env:HITS',
    min: 0,
    max: 1_000,
    reviewBy: '2999-12-31',
    purpose: 'to see whether the cache is worth its disk',
  }
  const fields = ['cache_hits', 'cache_misses'].map((name) => ({ ...field, name }))
  const honeycomb = { recipient: 'the tools team at Example Ltd', destinations: [{ type: 'honeycomb', dataset: 'tilt-analytics' }] }

  test.each([
    ['to Segment', { destinations: [{ type: 'segment', writeKey: 'key' }] }],
    ['to a recipient and a place of two rows', honeycomb],
    ['and for spans and fields of its own', { ...honeycomb, fields, spans: true }],
  ])('is to be seen at once on 80 by 24: %s', async (_name, more) => {
    const at = scratch({ project: { ...everything, ...more } })
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION)
    const seen = await screen.screen()
    expect(seen).toContain('Demo asks:')
    expect(seen).toContain('Tilt:')
    expect(seen).toContain(QUESTION)
    screen.type('\x03')
    await screen.ended
  })

  test('lists all of it on d, and a yes covers all of it', async () => {
    const at = scratch({ to: there.url, project: everything })
    const screen = at.screen('make', ['build'], {}, { rows: 80 })
    await screen.until(QUESTION)
    screen.type('d\r')
    await screen.until(new RegExp(`Of Tilt, while you let its collector run[\\s\\S]*${QUESTION}`, 'u'))
    for (const { words } of TILT_FIELDS) expect(stripVTControlCharacters(screen.raw())).toContain(words)
    screen.type('yes\r')
    await screen.ended
    const all = [...PLAIN, ...fieldNames(DOCKER_FIELDS), ...fieldNames(TILT_FIELDS)]
    expect(stored(at)[0]?.decision?.fieldSet).toEqual(all.toSorted())
  })
})
