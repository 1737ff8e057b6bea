import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, READER, scratch } from '../support/scratch.ts'

// What devstack's own script was tested for; each line of its list stands here.
const INVITATION = 'send-metrics consent'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

function stored(home: string) {
  const store = JSON.parse(fs.readFileSync(path.join(home, '.config/send-metrics/config.json'), 'utf8'))
  return Object.values<{ anonymousId: string | null; decision: { decision: string; at: string } }>(store.projects)[0]
}

describe('saying yes', () => {
  test.each(['yes', 'y'])('the question is shown and takes %s', async (word) => {
    const at = scratch({ to: there.url })
    const screen = at.screen('make', ['build'], {}, { columns: 120, rows: 60 })
    await screen.until('Your answer')
    screen.type(`${word}\r`)
    await screen.ended
    expect(screen.raw()).toMatch(/opt out: send-metrics consent off/iu)
    expect(segmentEvents(there)[0]?.properties.choice).toBe('accept')
    const entry = stored(at.home)
    expect(entry?.decision.decision).toBe('on')
    expect(new Date(entry?.decision.at ?? '').toISOString()).toBe(entry?.decision.at)
    expect(entry?.anonymousId).toMatch(UUID)
  })

  test('by command: one event, and how to opt out', async () => {
    const at = scratch({ to: there.url })
    const { code, stdout } = await at.tool(['consent', 'on'])
    expect(code).toBe(0)
    expect(stdout).toContain('send-metrics consent off')
    expect(segmentEvents(there).map(({ event, properties }) => [event, properties.choice])).toEqual([['demo.consent.change', 'accept']])
    expect(stored(at.home)?.anonymousId).toMatch(UUID)
  })

  test('twice by command is one event', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    await at.agree()
    expect(segmentEvents(there)).toHaveLength(1)
  })
})

describe('saying no', () => {
  test('to the question sends nothing', async () => {
    const at = scratch({ to: there.url })
    const screen = at.screen('make', ['build'])
    await screen.until('Your answer')
    screen.type('no\r')
    await screen.ended
    expect(stored(at.home)?.decision.decision).toBe('off')
    expect(there.connections).toBe(0)
  })

  test('by command without a yes before it stores a decline with its time, and sends nothing', async () => {
    const at = scratch({ to: there.url })
    expect((await at.tool(['consent', 'off'])).code).toBe(0)
    const entry = stored(at.home)
    expect(entry?.decision.decision).toBe('off')
    expect(new Date(entry?.decision.at ?? '').toISOString()).toBe(entry?.decision.at)
    expect(there.connections).toBe(0)
  })

  test('after a yes sends one last event that says so, and none after it', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    expect((await at.tool(['consent', 'off'])).code).toBe(0)
    expect(segmentEvents(there).map((event) => event.properties)).toEqual([
      expect.objectContaining({ choice: 'decline', previous_consent: 'yes' }),
    ])
    await at.tool(['consent', 'off'])
    await at.make(['build'])
    await at.tool(['flush'])
    expect(there.requests).toHaveLength(1)
    expect(at.waiting()).toEqual([])
  })

  test('after a yes, with the receiver away: the last event does not go later', async () => {
    const at = scratch({ to: 'http://127.0.0.1:9' })
    await at.agree()
    await at.wrap(['build'])
    expect(at.waiting()).not.toEqual([])
    expect((await at.tool(['consent', 'off'])).code).toBe(0)
    expect(at.waiting()).toEqual([])
  })
})

describe('a wrapped run', () => {
  test('with no decision: no event', async () => {
    const at = scratch({ to: there.url })
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n' })
    expect(there.connections).toBe(0)
  })

  test('with a decline: no event and no invitation', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'off'])
    const screen = at.screen('make', ['build'])
    expect((await screen.ended).code).toBe(0)
    expect(screen.raw()).toBe('built\r\n')
    expect(there.connections).toBe(0)
  })

  test('with consent: an event and no invitation', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const screen = at.screen('make', ['build'])
    expect((await screen.ended).code).toBe(0)
    expect(screen.raw()).toBe('built\r\n')
    expect(screen.raw()).not.toContain(INVITATION)
    expect(segmentEvents(there).map((event) => event.properties.command)).toEqual(['build'])
  })

  test('of a target that is not wrapped is not reported; its exit code is make’s own', async () => {
    const at = scratch({ to: there.url, makefile: 'plain: ; @exit 7\n' })
    await at.agree(there)
    expect((await at.make(['plain'])).code).toBe(2)
    expect((await at.make(['missing'])).code).toBe(2)
    expect(there.connections).toBe(0)
  })

  test('carries the documented properties with their values', async () => {
    const long = 'a'.repeat(60)
    const makefile = `${long}: ; @send-metrics wrap "$@"\nimpl-${long}: ; @exit 3\n`
    const at = scratch({ to: there.url, makefile, project: { defaultBranch: 'main' } })
    await at.agree(there)
    expect((await at.make([long])).code).toBe(2)
    const event = segmentEvents(there)[0]
    expect(event?.properties).toMatchObject({
      command_type: 'make',
      command: 'a'.repeat(50),
      exit_status: 2,
      outcome: 'failure',
      git_checked_out_default_branch: true,
      is_test: 'no',
    })
    expect(event?.properties.start_time).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/u)
    expect(event?.properties.git_commit_time).toMatch(/^\d{4}-\d{2}-\d{2}T00:00:00Z$/u)
    expect(Number.isInteger(event?.properties.duration_ms)).toBe(true)
  })

  test('has the documented envelope and nothing more', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    await at.make(['build'])
    const request = there.requests[0]
    expect(request).toMatchObject({ method: 'POST', url: '/v1/batch' })
    expect(Object.keys(JSON.parse(request?.body ?? '{}')).sort()).toEqual(['batch', 'sentAt', 'writeKey'])
    const event = segmentEvents(there)[0]
    expect(Object.keys(event ?? {}).sort()).toEqual(
      ['_metadata', 'anonymousId', 'context', 'event', 'integrations', 'messageId', 'properties', 'timestamp', 'type'].sort(),
    )
    expect(event).toMatchObject({ type: 'track', event: 'demo.command.run', anonymousId: expect.stringMatching(UUID) })
    expect(JSON.stringify(event?.context)).toMatch(/^\{"library":\{"name":"@segment\/analytics-node","version":"[\d.]+"\}\}$/u)
  })

  test('that Ctrl-C ended is reported with -2, and the outer make says Interrupt', async () => {
    // Not a make inside: on a busy machine GNU make 4.3 itself may take its child's end for "no child processes".
    const at = scratch({ to: there.url, makefile: 'build: ; @send-metrics wrap --make ./reader "$@"\n', files: READER })
    await at.agree(there)
    const screen = at.screen('make', ['build'])
    screen.type('ready\r')
    await screen.until(/ready[\s\S]*ready/u)
    screen.type('\x03')
    expect((await screen.ended).signal).toBe(2)
    expect(screen.raw()).toMatch(/\[Makefile:1: build\] Interrupt/u)
    // The outer make may be quicker with its end than the report with the network; then a later run sends it.
    while (segmentEvents(there).length === 0) await at.tool(['flush'])
    expect(segmentEvents(there)[0]?.properties).toMatchObject({ exit_status: -2, outcome: 'interrupted' })
  })
})

describe('the anonymous ID', () => {
  test('survives no, local and yes', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    const first = stored(at.home)?.anonymousId
    for (const choice of ['off', 'local', 'on']) await at.tool(['consent', choice])
    await at.make(['build'])
    expect(first).toMatch(UUID)
    expect(stored(at.home)?.anonymousId).toBe(first)
    expect(new Set(segmentEvents(there).map((event) => event.anonymousId))).toEqual(new Set([first]))
  })

  test('is another one for another project', async () => {
    const one = scratch({ to: there.url })
    const other = scratch({ to: there.url, project: { project: 'Other' }, env: { HOME: one.home } })
    await one.agree()
    await other.agree()
    expect(new Set(segmentEvents(there).map((event) => event.anonymousId)).size).toBe(2)
  })

  test('a file that says yes without a place for an ID is not consent', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const file = path.join(at.home, '.config/send-metrics/config.json')
    const store = JSON.parse(fs.readFileSync(file, 'utf8'))
    for (const entry of Object.values<Record<string, unknown>>(store.projects)) delete entry.anonymousId
    fs.writeFileSync(file, JSON.stringify(store))
    expect((await at.make(['build'])).code).toBe(0)
    expect(JSON.parse((await at.tool(['consent', '--json'])).stdout).effective).toBe('undecided')
    expect(there.connections).toBe(0)
  })
})

describe('what devstack’s script got wrong', () => {
  test('outside a git checkout a run ends without a word, and is reported', async () => {
    const at = scratch({ to: there.url, git: false })
    await at.agree(there)
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(segmentEvents(there)).toHaveLength(1)
  })

  test('opting out over a damaged file works, and keeps that file', async () => {
    const at = scratch({ to: there.url, files: { '../home/.config/send-metrics/config.json': '{"choice": ' } })
    expect((await at.tool(['consent', 'off'])).code).toBe(0)
    expect(stored(at.home)?.decision.decision).toBe('off')
    expect(filesUnder(path.join(at.home, '.config/send-metrics')).filter((name) => name.includes('damaged'))).toHaveLength(1)
  })

  test('opting out where nothing can be stored says which file, why, and what to do instead', async () => {
    const at = scratch({ to: there.url, files: { '../home/.config': 'a file in the way' } })
    const { code, stderr, stdout } = await at.tool(['consent', 'off'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/\.config\/send-metrics\/config\.json: .*SEND_METRICS=off\n$/u)
    expect(stderr).not.toContain('    at ')
  })
})
