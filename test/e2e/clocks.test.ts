import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sendMetrics } from '../support/cli.ts'
import { preload } from '../support/preload.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

const MINUTE = 60_000
const YEAR = 365 * 24 * 60 * MINUTE

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** The tool on a machine whose clock is ahead of the file system's, and of this test's. */
function ahead(at: Scratch, ms: number): { NODE_OPTIONS: string } {
  return preload(at.folder, `const real = Date.now; Date.now = () => real() + ${ms}`)
}

test.each([0, 1, -1])('twenty people say no at once, the clocks %i minutes apart: twenty are stored', async (minutes) => {
  const at = scratch({ to: there.url })
  const env = { ...at.env, ...ahead(at, minutes * MINUTE) }
  const names = Array.from({ length: 20 }, (_, index) => `P${index}`)
  addFiles(at.folder, Object.fromEntries(names.map((project) => [`${project}/send-metrics.json`, JSON.stringify({ project })])))
  const ended = await Promise.all(names.map((name) => sendMetrics(['consent', 'off'], { cwd: path.join(at.folder, name), env })))
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']))
  const { stdout } = await at.tool(['consent', 'list', '--json'])
  const { projects } = JSON.parse(stdout) as { projects: { project: string; decision: string }[] }
  expect(projects.map(({ project, decision }) => [project, decision]).sort()).toEqual(names.map((name) => [name, 'off']).sort())
  expect(fs.readdirSync(path.join(at.home, '.config/send-metrics')).filter((name) => /lock/u.test(name))).toEqual([])
})

describe('a clock that was ahead', () => {
  test.each([
    ['two hours', 120 * MINUTE],
    ['three years', 3 * YEAR],
  ])('by %s when a yes was given: it is said, and what to do, which mends it', async (_name, ms) => {
    const at = scratch({ to: there.url })
    expect(await at.tool(['consent', 'on'], ahead(at, ms))).toMatchObject({ code: 0 })
    there.requests.length = 0
    const day = new Date(Date.now() + ms).toISOString().slice(0, 10)
    const said = new RegExp(`your yes is of ${day}.*lies in the future; what runs before then is recorded here and not sent`, 'u')
    expect((await at.tool(['consent'])).stdout).toMatch(said)
    expect((await at.tool(['consent'])).stdout).toMatch(/Problem: .*send-metrics consent on/u)
    expect(JSON.parse((await at.tool(['consent', '--json'])).stdout).yesAhead).toContain(day)
    const { code, stdout } = await at.tool(['doctor'])
    expect([code, stdout]).toEqual([1, expect.stringMatching(said)])
    expect(stdout).toMatch(/do: .*send-metrics consent on/u)
    await at.make(['build'])
    expect(segmentEvents(there)).toEqual([])
    expect(await at.tool(['consent', 'on'])).toMatchObject({ code: 0 })
    await at.make(['build'])
    expect(segmentEvents(there).map(({ event }) => event)).toEqual(['demo.command.run'])
    for (const words of [['consent'], ['doctor']]) expect((await at.tool(words)).stdout).not.toContain('in the future')
  })

  test('when a no to all projects was said: a yes to one that comes later holds', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'off', '--all-projects'], ahead(at, 3 * YEAR))
    expect(await at.tool(['consent', 'local'])).toMatchObject({ code: 0 })
    expect(JSON.parse((await at.tool(['consent', '--json'])).stdout).effective).toBe('local')
  })

  test('by less than two machines may differ: nothing is said', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'on'], ahead(at, 30_000))
    expect((await at.tool(['consent'])).stdout).not.toContain('in the future')
  })
})
