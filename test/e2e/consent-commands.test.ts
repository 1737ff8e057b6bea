import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { FIELDS } from '../../src/event/fields.ts'
import { answer, editProject, QUESTION, status, stored } from '../support/answers.ts'
import { onLinux } from '../support/needs.ts'
import { status as httpStatus, type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const records = (at: Scratch) => filesUnder(path.join(at.home, '.local/state/send-metrics'))
const json = async (at: Scratch, words: readonly string[]) => JSON.parse((await at.tool(words)).stdout)

/** Somebody who said yes, and whose last run could not be sent. */
async function withBacklog(): Promise<Scratch> {
  const at = scratch({ to: there.url })
  await at.agree()
  there.answer = httpStatus(503)
  await at.make(['build'])
  there.answer = httpStatus(200)
  expect(at.waiting()).toHaveLength(1)
  there.requests.length = 0
  there.connections = 0
  return at
}

/** Recipients as a receipt names them: a key is only hinted at. */
const shown = (decision: { recipients: readonly string[] } | undefined) =>
  decision?.recipients.map((place) => place.replace('"key"', '"…"'))

describe('consent show', () => {
  test('the receipt of an answer to the question: text and hash, fields, recipients, version, time, and how', async () => {
    const at = scratch({ to: there.url })
    const screen = await answer(at, 'yes\r')
    const receipt = await json(at, ['consent', 'show', '--json'])
    const { decision } = stored(at)[0] ?? {}
    expect(receipt).toMatchObject({
      ...decision,
      recipients: shown(decision),
      project: 'Demo',
      method: 'question',
      decision: 'on',
      retentionDays: 365,
    })
    expect(receipt.fieldSet).toEqual([...FIELDS.map(({ name }) => name), 'command: any plain name'].sort())
    expect(receipt.recipients).toEqual([`segment host="${there.url}" writeKey="…"`])
    // The very text that was on the screen.
    expect(screen.raw().replaceAll('\r\n', '\n')).toContain(receipt.text)
    const { stdout } = await at.tool(['consent', 'show'])
    for (const words of ['by answering the question', receipt.at, receipt.textHash, receipt.text, receipt.toolVersion, receipt.anonymousId])
      expect(stdout).toContain(words)
  })

  test('of a decision by command', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    expect((await at.tool(['consent', 'show'])).stdout).toContain('by command')
  })

  test('without a decision there is none', async () => {
    const at = scratch({ to: there.url })
    expect(await at.tool(['consent', 'show'])).toMatchObject({ code: 1, stdout: '' })
    expect(await at.tool(['consent', 'show', '--json'])).toMatchObject({ code: 0, stdout: 'null\n' })
  })

  test('says so when it was salvaged from a damaged file', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'off'])
    const file = path.join(at.home, '.config/send-metrics/config.json')
    fs.truncateSync(file, fs.statSync(file).size - 10)
    expect((await at.tool(['consent', 'show'])).stdout).toContain('salvaged')
  })
})

describe('consent forget', () => {
  test('deletes ledger, outbox and ID, prints the old ID and whom to ask; then it is undecided', async () => {
    const at = await withBacklog()
    const { anonymousId } = stored(at)[0] ?? {}
    const { code, stdout } = await at.tool(['consent', 'forget'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Your old ID was ${anonymousId}`)
    expect(stdout).toContain('only the recipient can delete; ask: the people who maintain Demo')
    expect(records(at)).toEqual([])
    expect(stored(at)[0]).toMatchObject({ anonymousId: null })
    expect(await status(at)).toMatchObject({ effective: 'undecided', stored: null })
    expect(fs.readFileSync(path.join(at.home, '.config/send-metrics/config.json'), 'utf8')).not.toContain(anonymousId)
    await at.make(['build'])
    expect(there.connections).toBe(0)
    await at.agree()
    expect(segmentEvents(there)[0]?.anonymousId).not.toBe(anonymousId)
  })

  test('keeps a no', async () => {
    const at = await withBacklog()
    await at.tool(['consent', 'off', '--silent'])
    expect((await json(at, ['consent', 'forget', '--json'])).anonymousId).toMatch(/^[0-9a-f-]{36}$/u)
    expect(await status(at)).toMatchObject({ effective: 'off', stored: 'off' })
    expect(records(at)).toEqual([])
  })

  test('of a project that knows nothing of me says that nothing was ever sent', async () => {
    const at = scratch({ to: there.url })
    expect((await at.tool(['consent', 'forget'])).stdout).toContain('Nothing was ever sent under an ID of yours.')
    expect(there.connections).toBe(0)
  })

  test('leaves other projects alone', async () => {
    const one = scratch({ to: there.url })
    const other = scratch({ to: there.url, project: { project: 'Other' }, env: { HOME: one.home } })
    await one.agree()
    await other.agree()
    await one.tool(['consent', 'forget'])
    expect(await status(other)).toMatchObject({ effective: 'on' })
    expect(records(one).length).toBeGreaterThan(0)
    expect(records(one).every((file) => file.startsWith('other-'))).toBe(true)
  })
})

test('consent new-id: the next event comes from somebody else', async () => {
  const at = scratch({ to: there.url })
  await at.agree()
  const before = stored(at)[0]?.anonymousId
  const { old, new: fresh } = await json(at, ['consent', 'new-id', '--json'])
  expect(old).toBe(before)
  await at.make(['build'])
  expect(segmentEvents(there).map(({ anonymousId }) => anonymousId)).toEqual([before, fresh])
  expect((await at.tool(['consent', 'new-id'])).stdout).toContain(`it was ${fresh}`)
})

test('consent list: every project on this machine', async () => {
  const one = scratch({ to: there.url })
  expect((await one.tool(['consent', 'list'])).stdout).toBe('Nothing is decided for any project.\n')
  const other = scratch({ to: there.url, project: { project: 'Other', recipient: 'them' }, env: { HOME: one.home } })
  await one.agree()
  await other.tool(['consent', 'off'])
  const { stdout } = await one.tool(['consent', 'list'])
  expect(stdout).toMatch(/^on {9}\d{4}-\d\d-\d\d {2}Demo, the people who maintain Demo\noff {8}\d{4}-\d\d-\d\d {2}Other, them\n$/u)
  const { projects, all } = await json(one, ['consent', 'list', '--json'])
  expect(all).toBeNull()
  expect(projects).toMatchObject([
    { project: 'Demo', decision: 'on' },
    { project: 'Other', decision: 'off' },
  ])
})

describe('consent off', () => {
  test('empties the outbox, sends the one last event and nothing else, and says both', async () => {
    const at = await withBacklog()
    const { stdout } = await at.tool(['consent', 'off'])
    expect(stdout).toContain('1 event that was waiting to be sent is removed.')
    expect(stdout).toContain('One last event told them that you opted out: 1 sent')
    expect(segmentEvents(there).map(({ event }) => event)).toEqual(['demo.consent.change'])
    expect(at.waiting()).toEqual([])
  })

  test('--silent: not one connection', async () => {
    const at = await withBacklog()
    const { code, stdout } = await at.tool(['consent', 'off', '--silent'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Consent for Demo: off.\n1 event that was waiting to be sent is removed.\n' })
    expect(there.connections).toBe(0)
    expect(at.waiting()).toEqual([])
  })

  test('from then on not one connection, whatever is run', async () => {
    const at = await withBacklog()
    await at.tool(['consent', 'off'])
    there.connections = 0
    for (const words of [['wrap', 'build'], ['flush'], ['consent'], ['consent', 'show'], ['log'], ['preview', 'build'], ['consent', 'off']])
      expect((await at.tool(words)).code).toBe(0)
    await at.tool(['doctor'])
    expect(there.connections).toBe(0)
  })

  test('empties the outbox of a destination that the project file no longer names', async () => {
    const at = await withBacklog()
    const destinations = [{ type: 'segment', writeKey: 'key', host: there.url }]
    editProject(at, { destinations: [...destinations, { type: 'file', path: 'metrics.jsonl' }] })
    await at.tool(['consent', 'on'])
    there.answer = httpStatus(503)
    await at.make(['build'])
    editProject(at, { destinations: [{ type: 'file', path: 'metrics.jsonl' }] })
    expect(at.waiting().length).toBeGreaterThan(0)
    await at.tool(['consent', 'off', '--silent'])
    expect(at.waiting()).toEqual([])
  })

  test('under SEND_METRICS=off there is no last event either', async () => {
    const at = await withBacklog()
    await at.tool(['consent', 'off'], { SEND_METRICS: 'off' })
    expect(there.connections).toBe(0)
    expect(at.waiting()).toEqual([])
  })
})

describe('consent off --all-projects', () => {
  test('every project, those to come, and what was waiting; nobody is asked or told', async () => {
    const at = await withBacklog()
    const { code, stdout } = await at.tool(['consent', 'off', '--all-projects'])
    expect(code).toBe(0)
    expect(stdout).toContain('1 event that was waiting to be sent is removed.')
    expect(at.waiting()).toEqual([])
    const other = scratch({ to: there.url, project: { project: 'Other' }, env: { HOME: at.home } })
    expect(await status(at)).toMatchObject({ effective: 'off' })
    expect(await status(other)).toMatchObject({ effective: 'off', decidedBy: 'all-projects' })
    const screen = other.screen('make', ['build'])
    await screen.ended
    expect(screen.raw()).not.toContain(QUESTION)
    expect((await at.tool(['consent', 'list'])).stdout).toMatch(/^You said no to all projects on /u)
    expect(there.connections).toBe(0)
  })

  test('one project can be switched on again, and only that one', async () => {
    const at = await withBacklog()
    await at.tool(['consent', 'off', '--all-projects'])
    const other = scratch({ to: there.url, project: { project: 'Other' }, env: { HOME: at.home } })
    await at.agree()
    expect(await status(at)).toMatchObject({ effective: 'on' })
    expect(await status(other)).toMatchObject({ effective: 'off' })
  })
})

describe('a decision that cannot be stored', () => {
  test.each([
    [['consent', 'on']],
    [['consent', 'local']],
    [['consent', 'off']],
    [['consent', 'off', '--all-projects']],
    [['consent', 'forget']],
  ])('%j exits 1, says which file and why, and names SEND_METRICS=off', async (words) => {
    const at = scratch({ to: there.url, files: { '../home/.config': 'a file in the way' } })
    const { code, stdout, stderr } = await at.tool(words)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/cannot store the decision in \S*\.config\/send-metrics\/config\.json: E[A-Z]+.*SEND_METRICS=off\n$/u)
    expect(there.connections).toBe(0)
  })

  test('in a home that takes no folder and says that there is none, it ends all the same', async () => {
    if (!onLinux()) return
    const { code, stderr } = await scratch({ to: there.url }).tool(['consent', 'off'], { HOME: '/proc' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/E[A-Z]+.*SEND_METRICS=off/u)
  })

  test('two that decide at once: one decision, whole', async () => {
    const at = scratch({ to: there.url })
    const choices = ['on', 'off', 'local', 'off', 'on', 'local']
    const ended = await Promise.all(choices.map((choice) => at.tool(['consent', choice])))
    expect(ended.map(({ code }) => code)).toEqual(choices.map(() => 0))
    expect(stored(at)).toHaveLength(1)
    const { decision } = stored(at)[0] ?? {}
    expect(choices).toContain(decision?.decision)
    expect(decision?.text).toMatch(decision?.decision === 'off' ? /^Demo asks: /u : /^Demo: you agree that your runs are /u)
    const { asOf, retentionDays, ...lasting } = decision ?? {}
    // A no has no term, so none is shown.
    const term = decision?.decision === 'off' ? {} : { asOf, retentionDays }
    expect(await json(at, ['consent', 'show', '--json'])).toMatchObject({ ...lasting, ...term, recipients: shown(decision) })
    const others = filesUnder(path.join(at.home, '.config')).filter((file) => !/^send-metrics\/(?:door|no-to-all)\//u.test(file))
    expect(others).toEqual(['send-metrics/config.json'])
  })
})

describe('under a coding agent', () => {
  const AGENT = { CLAUDECODE: '1' }

  test.each(['on', 'local'])('consent %s is refused, nothing is stored, and it says how a person agrees', async (choice) => {
    const at = scratch({ to: there.url })
    const { code, stdout, stderr } = await at.tool(['consent', choice, '--yes'], AGENT)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      `send-metrics: CLAUDECODE is set, so Claude Code runs this, and only a person can agree; if you are one: SEND_METRICS_AGENT=none send-metrics consent ${choice}\n`,
    )
    expect(filesUnder(at.home)).toEqual([])
    expect((await at.tool(['consent', choice], { ...AGENT, SEND_METRICS_AGENT: 'none' })).code).toBe(0)
  })

  test.each([[['consent', 'off']], [['consent', 'off', '--all-projects']], [['consent', 'forget']]])('%j works', async (words) => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    expect((await at.tool(words, AGENT)).code).toBe(0)
    expect((await status(at)).effective).not.toBe('on')
  })
})
