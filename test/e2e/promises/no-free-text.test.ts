import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, editProject, editStore, QUESTION, QUESTION_MORE, runsUnasked, stored } from '../../support/answers.ts'
import { type Receiver, receiver, segmentEvents } from '../../support/receiver.ts'
import { type Scratch, type ScratchOptions, scratch } from '../../support/scratch.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

async function agreed(options: ScratchOptions = {}): Promise<Scratch> {
  const at = scratch({ to: there.url, ...options })
  await at.agree(there)
  return at
}

const last = () => segmentEvents(there).at(-1)?.properties ?? {}
const asked = (screen: { raw(): string }) => stripVTControlCharacters(screen.raw()).replace(/\s+/gu, ' ')

/** Every name is one that make would take. */
const ANY_NAME = 'wrapped-%: ; @send-metrics wrap "$*"\nimpl-%: ; @echo built\nbuild: ; @send-metrics wrap "$@"\n'

describe('is_test is yes or no, or a word that the project file lists', () => {
  test.each([
    ['alice@host:/home/alice/repo', 'yes'],
    ['smoke', 'yes'],
    ['1', 'yes'],
    ['no', 'no'],
    ['0', 'no'],
    ['', 'no'],
  ])('SEND_METRICS_TEST=%s is %s', async (text, word) => {
    const at = await agreed()
    await at.wrap(['build'], { SEND_METRICS_TEST: text })
    expect(last().is_test).toBe(word)
  })

  test('a listed word goes as it is, once it was agreed to; a word that is listed later is asked about', async () => {
    const at = await agreed({ project: { tests: ['smoke'] } })
    await at.wrap(['build'], { SEND_METRICS_TEST: 'smoke' })
    expect(last().is_test).toBe('smoke')
    editProject(at, { tests: ['smoke', 'alice'] })
    await at.wrap(['build'], { SEND_METRICS_TEST: 'alice' })
    expect(last().is_test).toBe('yes')
    expect(asked(await answer(at, 'yes\r', QUESTION_MORE))).toContain('whether it is a test, also as alice')
    await at.wrap(['build'], { SEND_METRICS_TEST: 'alice' })
    expect(last().is_test).toBe('alice')
  })

  test('what a makefile exports says no more', async () => {
    const at = await agreed({ makefile: `export SEND_METRICS_TEST := $(shell id -un)@$(shell hostname):$(CURDIR)\n${ANY_NAME}` })
    await at.make(['build'])
    expect(last()).toMatchObject({ command: 'build', is_test: 'yes' })
  })
})

describe('names of targets', () => {
  test.each(['deploy-alice@example.com', 'ssh-host1.corp.example.com', 'token:ghp_abcdefghij', 'out/alice.o', 'deploy-10.1.2.3'])(
    'without a list, %s is other',
    async (name) => {
      const at = await agreed({ makefile: ANY_NAME })
      await at.wrap([name])
      expect(last().command).toBe('other')
    },
  )

  test('with a list that has all of them by %, the same, but for what only names the target', async () => {
    const at = await agreed({ makefile: ANY_NAME, project: { targets: ['%'] } })
    for (const name of ['/tmp/alice-smith/secret.o', 'alice@example.com', 'ghp_abcdefghij', 'db01.corp.example.com']) {
      await at.wrap([name])
      expect(last().command).toBe('other')
    }
    await at.wrap(['test:unit'])
    expect(last().command).toBe('test:unit')
  })

  test('dev.up.% and test:% go on as they are, and so does what is listed in full', async () => {
    const at = await agreed({ makefile: ANY_NAME, project: { targets: ['dev.up.%', 'test:%', 'bin/tool'] } })
    for (const name of ['dev.up.lms+cms', 'test:unit', 'bin/tool']) {
      await at.wrap([name])
      expect(last().command).toBe(name)
    }
  })
})

describe('the list of targets is part of what was agreed to', () => {
  const LIST = ['build', 'dev.up.%']

  test('what a wider one adds is other until people agree to it; they are asked for that alone', async () => {
    const at = await agreed({ makefile: ANY_NAME, project: { targets: LIST } })
    editProject(at, { targets: [...LIST, '%'] })
    await at.wrap(['secret-plan'])
    expect(last().command).toBe('other')
    await at.wrap(['dev.up.lms'])
    expect(last().command).toBe('dev.up.lms')
    const text = asked(await answer(at, 'yes\r', QUESTION_MORE))
    expect(text).toContain("target's name, also %")
    expect(text).not.toContain('exit status')
    await at.wrap(['secret-plan'])
    expect(last().command).toBe('secret-plan')
    await runsUnasked(at)
  })

  test('a no to it is remembered, and the names that were agreed to go on', async () => {
    const at = await agreed({ makefile: ANY_NAME, project: { targets: LIST } })
    editProject(at, { targets: [...LIST, 'deploy'] })
    await answer(at, 'no\r', QUESTION_MORE)
    await runsUnasked(at)
    await at.wrap(['deploy'])
    expect(last().command).toBe('other')
    await at.wrap(['build'])
    expect(last().command).toBe('build')
  })

  test('a narrower one, and one whose names were covered, needs no question', async () => {
    const at = await agreed({ makefile: ANY_NAME, project: { targets: LIST } })
    editProject(at, { targets: ['build', 'dev.up.lms', 'dev.up.c%'] })
    await runsUnasked(at)
    await at.wrap(['dev.up.lms'])
    expect(last().command).toBe('dev.up.lms')
    await at.wrap(['dev.up.db'])
    expect(last().command).toBe('other')
  })

  test('a list where there was none narrows; the end of a list is asked about', async () => {
    const at = await agreed({ makefile: ANY_NAME })
    editProject(at, { targets: ['build', 'dev.up.%'] })
    await runsUnasked(at)
    await at.wrap(['dev.up.lms'])
    expect(last().command).toBe('dev.up.lms')
    const listed = await agreed({ makefile: ANY_NAME, project: { targets: ['build'] } })
    editProject(listed, { targets: undefined })
    await listed.wrap(['secret-plan'])
    expect(last().command).toBe('other')
    expect(asked(await answer(listed, 'yes\r', QUESTION_MORE))).toContain("target's name, also any plain one")
  })

  test('names of what ran inside are asked about with it', async () => {
    const makefile = 'build: ; @send-metrics wrap "$@"\nimpl-build: inner ; @echo built\ninner: ; @sleep 0.01\n'
    const at = await agreed({ makefile, project: { targets: ['build'], spans: true } })
    editProject(at, { targets: ['build', 'inner'] })
    await at.make(['build'])
    expect(last().slowest_targets).toMatch(/^(?:(?:other|build)=\d+,?)+$/u)
    await answer(at, 'yes\r', QUESTION_MORE)
    await at.make(['build'])
    expect(last().slowest_targets).toMatch(/inner=\d+/u)
  })

  test('a decision from before it was stays valid for the list of then', async () => {
    const at = await agreed({ makefile: ANY_NAME, project: { targets: LIST } })
    editStore(at, ({ decision }) => {
      if (decision) Object.assign(decision, { fieldSet: decision.fieldSet.filter((key) => !/^(?:command|slowest_targets): /u.test(key)) })
    })
    await runsUnasked(at)
    await at.wrap(['dev.up.lms'])
    expect(last().command).toBe('dev.up.lms')
    editProject(at, { targets: [...LIST, '%'] })
    await at.wrap(['secret-plan'])
    expect(last().command).toBe('other')
    expect(asked(await answer(at, 'no\r', QUESTION_MORE))).toContain("target's name, also %")
    expect(stored(at)[0]?.decision?.decision).toBe('on')
  })

  test('d shows the list', async () => {
    const at = scratch({ to: there.url, project: { targets: LIST } })
    const screen = at.screen('make', ['build'], {}, { rows: 60, columns: 120 })
    await screen.until(QUESTION)
    screen.type('d\r')
    await screen.until('dev.up.%')
    screen.type('\x03')
    await screen.ended
  })
})

describe("a team's own fields", () => {
  const base = { name: 'mode', type: 'enum', values: ['fast', 'full'], purpose: 'to compare the two modes', reviewBy: '2099-12-31' }
  const number = { name: 'tries', type: 'integer', purpose: 'to see retries', reviewBy: '2099-12-31', from: 'env:TRIES', min: 0, max: 9 }

  test('d shows where each comes from, and its values', async () => {
    const at = scratch({ to: there.url, project: { fields: [{ ...base, from: 'env:BUILD_MODE' }, number] } })
    const screen = at.screen('make', ['build'], {}, { rows: 60, columns: 120 })
    await screen.until(QUESTION)
    screen.type('d\r')
    await screen.until('from the environment variable BUILD_MODE: fast or full')
    await screen.until('from the environment variable TRIES: a whole number from 0 to 9')
    screen.type('\x03')
    await screen.ended
  })

  test.each([
    ['another source', { from: 'env:OTHER_MODE' }],
    ['wider values', { from: 'env:BUILD_MODE', values: ['fast', 'full', 'alice'] }],
  ])('%s is another question', async (_name, change) => {
    const at = await agreed({ project: { fields: [{ ...base, from: 'env:BUILD_MODE' }] }, env: { BUILD_MODE: 'fast', OTHER_MODE: 'full' } })
    await at.wrap(['build'])
    expect(last().mode).toBe('fast')
    editProject(at, { fields: [{ ...base, ...change }] })
    await at.wrap(['build'])
    expect(last()).not.toHaveProperty('mode')
    await answer(at, 'yes\r', QUESTION_MORE)
    await at.wrap(['build'])
    expect(last()).toHaveProperty('mode')
  })

  test.each(['USER', 'LOGNAME', 'HOME', 'HOSTNAME', 'GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'SUDO_UID', 'AWS_ACCOUNT_ID', 'user'])(
    'from env:%s is refused, with what to do',
    async (name) => {
      const at = scratch({ to: there.url, project: { fields: [{ ...base, from: `env:${name}` }] } })
      const { stderr } = await at.make(['build'])
      expect(stderr).toMatch(new RegExp(`fields\\[0\\]\\.from is "env:${name}", which (?:names people or machines|holds secrets)`, 'u'))
      expect(stderr).toContain('allowed: a variable that does neither')
    },
  )

  test.each([
    ['a number from the environment without a range', { min: undefined, max: undefined }, 'fields[0].min is missing'],
    ['one that only has an end', { min: undefined }, 'fields[0].min is missing'],
    ['one whose end is before its beginning', { min: 9, max: 0 }, 'fields[0].max is 0'],
    ['a range wide enough for an account', { max: 999_999_999_999 }, 'fields[0].max is 999999999999'],
    ['a range of what is no number', { type: 'boolean' }, 'fields[0].min is 0'],
  ])('%s is refused', async (_name, change, words) => {
    const at = scratch({ to: there.url, project: { fields: [{ ...number, ...change }] } })
    expect((await at.make(['build'])).stderr).toContain(words)
  })

  test('a number beyond its range is dropped', async () => {
    const at = await agreed({ project: { fields: [number] } })
    await at.wrap(['build'], { TRIES: '10' })
    expect(last()).not.toHaveProperty('tries')
    await at.wrap(['build'], { TRIES: '9' })
    expect(last().tries).toBe(9)
  })

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('from env:%s is no crash', async (name) => {
    const at = await agreed({ project: { fields: [{ ...base, from: `env:${name}` }] } })
    expect(await at.wrap(['build'])).toMatchObject({ code: 0, stderr: '' })
    expect(last().command).toBe('build')
  })
})
