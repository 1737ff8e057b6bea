import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, editProject, editStore, runsUnasked, status, stored } from '../support/answers.ts'
import { NODE, run, sendMetrics } from '../support/cli.ts'
import { status as httpStatus, type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const DAY_MS = 86_400_000
const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString()
const runs = () => segmentEvents(there).filter(({ event }) => event === 'demo.command.run')

describe('as of the yes', () => {
  test('what waits from before it is dropped and told of, not sent', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    there.answer = httpStatus(503)
    await at.make(['build'])
    there.answer = httpStatus(200)
    // The yes of later: the same person, the same place, but that run was before it.
    const later = new Date(Date.now() + 1).toISOString()
    editStore(at, ({ decision }) => Object.assign(decision ?? {}, { at: later, asOf: later }))
    there.requests.length = 0
    expect((await at.tool(['flush'])).stdout).toContain('1 dropped by segment-')
    expect(there.requests).toEqual([])
    expect(at.waiting()).toEqual([])
    const drops = (await at.log()).filter(({ result }) => result === 'drop')
    expect(drops).toEqual([expect.objectContaining({ reason: 'it happened before you agreed', status: null })])
  })

  test('a yes at the end of a run covers that run and none before it', async () => {
    const at = scratch({ to: there.url })
    await at.make(['build'])
    await answer(at, 'yes\r')
    expect(runs()).toHaveLength(1)
    const { decision } = stored(at)[0] ?? {}
    expect(runs()[0]?.timestamp).toBe(decision?.asOf)
    expect(Date.parse(decision?.asOf ?? '')).toBeLessThanOrEqual(Date.parse(decision?.at ?? ''))
  })

  test('what was kept locally before a yes is never sent', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'local'])
    await at.make(['build'])
    await at.agree(there)
    await at.tool(['flush'])
    expect(runs()).toEqual([])
    await at.make(['build'])
    expect(runs()).toHaveLength(1)
  })
})

describe('after the retention', () => {
  test.each([
    ['365 days, if the project says nothing', {}, 366, 364],
    ['what the project says', { retentionDays: 30 }, 31, 29],
  ])('%s: it is asked again, and until then nothing is sent', async (_name, project, past, within) => {
    const at = scratch({ to: there.url, project })
    await at.agree(there)
    editStore(at, ({ decision }) => Object.assign(decision ?? {}, { at: ago(within), asOf: ago(within) }))
    expect(await status(at)).toMatchObject({ effective: 'on' })
    editStore(at, ({ decision }) => Object.assign(decision ?? {}, { at: ago(past), asOf: ago(past) }))
    expect(await status(at)).toMatchObject({ effective: 'undecided', decidedBy: 'expiry', stored: 'on' })
    await at.make(['build'])
    await at.tool(['flush'])
    expect(there.connections).toBe(0)
    await answer(at, 'yes\r')
    expect(runs()).toHaveLength(1)
    await runsUnasked(at)
    expect(runs()).toHaveLength(2)
  })

  test('a retention that the project lengthens later lengthens no yes', async () => {
    const at = scratch({ to: there.url, project: { retentionDays: 30 } })
    await at.agree(there)
    editStore(at, ({ decision }) => Object.assign(decision ?? {}, { at: ago(31), asOf: ago(31) }))
    editProject(at, { retentionDays: 3650 })
    expect(await status(at)).toMatchObject({ effective: 'undecided', decidedBy: 'expiry' })
  })

  test('a no does not expire', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'off'])
    editStore(at, ({ decision }) => Object.assign(decision ?? {}, { at: ago(4000), asOf: ago(4000) }))
    await runsUnasked(at)
    expect(await status(at)).toMatchObject({ effective: 'off', decidedBy: 'stored' })
  })
})

describe('whose yes it is', () => {
  const git = (at: Scratch, words: readonly string[]) => run('git', words, { cwd: at.repo, env: at.env })

  test('another repository of the same name that sends elsewhere inherits neither yes nor ID', async () => {
    const elsewhere = await receiver()
    try {
      const at = scratch({ to: there.url })
      await at.agree(there)
      const other = scratch({ to: elsewhere.url, env: { HOME: at.home } })
      expect(await status(other)).toMatchObject({ effective: 'undecided', stored: null })
      await other.make(['build'])
      expect(elsewhere.connections).toBe(0)
      await other.agree()
      const ids = stored(at).map(({ anonymousId }) => anonymousId)
      expect(new Set(ids).size).toBe(2)
      expect(segmentEvents(elsewhere).map(({ anonymousId }) => anonymousId)).toEqual([ids[1]])
    } finally {
      await elsewhere.close()
    }
  })

  test('a worktree and a fresh clone of the same project inherit both', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    await git(at, ['worktree', 'add', '--quiet', '../worktree'])
    await git(at, ['clone', '--quiet', '.', '../clone'])
    for (const name of ['worktree', 'clone']) {
      const cwd = path.join(at.folder, name)
      expect((await sendMetrics(['wrap', 'build'], { cwd, env: at.env })).code).toBe(0)
    }
    expect(runs()).toHaveLength(2)
    expect(new Set(segmentEvents(there).map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect(stored(at)).toHaveLength(1)
  })

  test('what a person sets in their own environment is another place, and changes neither whose yes it is nor who they are', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    const env = { SEND_METRICS_WRITE_KEY: 'mine', SEND_METRICS_SEGMENT_HOST: `http://localhost:${there.port}` }
    expect(await status(at, env)).toMatchObject({ effective: 'on', decidedBy: 'stored' })
    await at.make(['build'], env)
    expect(runs()).toEqual([])
    await sendMetrics(['consent', 'on'], { cwd: at.repo, env: { ...at.env, ...env } })
    await at.make(['build'], env)
    expect(runs()).toHaveLength(1)
    expect(new Set(segmentEvents(there).map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect(stored(at)).toHaveLength(1)
  })
})

describe('local only', () => {
  /** The tool in a copy of its own, in which no destination can be loaded and no connection opened. */
  function maimed(at: Scratch): Record<string, string> {
    const copy = path.join(at.folder, 'copy')
    for (const name of ['bin', 'dist', 'package.json']) fs.cpSync(name, path.join(copy, name), { recursive: true })
    for (const name of ['segment-client', 'file', 'connect-tls']) fs.rmSync(path.join(copy, `dist/${name}.js`))
    addFiles(at.folder, { 'maimed/send-metrics': `#!/bin/sh\nexec "${NODE}" "${copy}/bin/send-metrics.js" "$@"\n` })
    return { PATH: `${path.join(at.folder, 'maimed')}:${at.env.PATH}` }
  }

  test('the ledger is written, nothing is sent, and the code of no destination is needed', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'local'])
    expect(await at.make(['build'], maimed(at))).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect((await at.log()).map(({ type, command }) => [type, command])).toEqual([['run', 'build']])
    expect(at.waiting()).toEqual([])
    expect(there.connections).toBe(0)
    expect(
      filesUnder(path.join(at.home, '.local')).every((file) => /(?:runs-[\d-]+\.jsonl|checkout\.json|project\.json)$/u.test(file)),
    ).toBe(true)
  })

  test('with a yes that very copy cannot send, which shows that the code is missed when it is needed', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    for (const file of filesUnder(at.home).filter((name) => name.includes('/forms/'))) fs.rmSync(path.join(at.home, file))
    expect(await at.make(['build'], maimed(at))).toMatchObject({ code: 0, stdout: 'built\n' })
    expect(there.requests).toEqual([])
    expect(at.waiting()).toHaveLength(1)
  })

  test('after a yes, what was waiting to be sent is removed', async () => {
    const at = scratch({ to: 'http://127.0.0.1:9' })
    await at.agree()
    await at.make(['build'])
    expect(at.waiting()).not.toEqual([])
    await at.tool(['consent', 'local'])
    expect(at.waiting()).toEqual([])
  })
})

describe('in CI, where nobody can be asked', () => {
  const OWNER = { CI: 'true', SEND_METRICS: 'on' }

  test("SEND_METRICS=on is the owner's yes, under an ID that each job shares and that nobody's own is", async () => {
    const [one, two] = [scratch({ to: there.url, env: OWNER }), scratch({ to: there.url, env: OWNER })]
    for (const at of [one, two]) {
      expect((await at.make(['build'])).code).toBe(0)
      expect(await status(at)).toMatchObject({ effective: 'on', decidedBy: 'SEND_METRICS', stored: null })
      // Nobody's decision, and the owner's yes as such.
      expect(stored(at)[0]).toMatchObject({
        anonymousId: null,
        pipeline: { anonymousId: expect.any(String), recipients: [expect.any(String)] },
      })
      expect(stored(at)[0]?.decision).toBeUndefined()
      expect((await at.tool(['consent', 'show'], OWNER)).stdout).toContain('by whoever owns this pipeline')
    }
    expect(runs().map(({ properties }) => properties.is_ci)).toEqual([true, true])
    const ids = runs().map(({ anonymousId }) => anonymousId)
    expect(new Set(ids).size).toBe(1)
    // Version 5 (RFC 9562): derived, not random.
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/u)
    const other = scratch({ to: there.url, env: OWNER, project: { project: 'Other' } })
    await other.make(['build'])
    expect(segmentEvents(there).at(-1)?.anonymousId).not.toBe(ids[0])
  })

  test.each([
    ['nothing set', {}],
    ['local', { SEND_METRICS: 'local' }],
  ])('%s: nothing is sent', async (_name, env) => {
    const at = scratch({ to: there.url, env: { CI: 'true', ...env } })
    await at.make(['build'])
    expect(there.connections).toBe(0)
  })

  test('what a person said on that machine holds: local stays local', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'local'])
    await at.make(['build'], OWNER)
    expect(there.connections).toBe(0)
    expect((await at.log()).map(({ type }) => type)).toEqual(['run'])
  })
})
