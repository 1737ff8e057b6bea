import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fieldNames } from '../../../src/event/fields.ts'
import { DOCKER_FIELDS, TILT_FIELDS } from '../../../src/event/tilt-fields.ts'
import { answer, editProject, QUESTION, QUESTION_MORE, runsUnasked, stored } from '../../support/answers.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { scratch } from '../../support/scratch.ts'

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
    expect(stored(at)[0]?.decision?.fieldSet).toEqual(fieldNames())
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
    expect(stored(at)[0]?.decision?.fieldSet).toEqual([...fieldNames(), ...fieldNames(TILT_FIELDS)])
  })
})

describe('the question of a project that asks for everything', () => {
  const everything = { collect: ['tilt'], dockerLimits: true }

  test('is to be seen at once on 80 by 24', async () => {
    const at = scratch({ project: { ...everything, destinations: [{ type: 'segment', writeKey: 'key' }] } })
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
    const all = [...fieldNames(), ...fieldNames(DOCKER_FIELDS), ...fieldNames(TILT_FIELDS)]
    expect(stored(at)[0]?.decision?.fieldSet).toEqual(all.toSorted())
  })
})
