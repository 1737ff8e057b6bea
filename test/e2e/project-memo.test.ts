import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type FoundProject, findProject } from '../../src/project/find.ts'
import { readProjectAgain } from '../../src/record/project-memo.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const MAKEFILE = 'impl-build: ; @echo built\nimpl-nap: ; @sleep 0.2\n'

/** A value with each of its parts, at any depth, in turn of another type or gone. */
function damages(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const change = (name: string, part: unknown) =>
    Array.isArray(value) ? value.map((one, at) => (String(at) === name ? part : one)) : { ...value, [name]: part }
  return Object.entries(value).flatMap(([name, part]) => [
    ...[null, 5, [], {}, undefined].map((wrong) => change(name, wrong)),
    ...damages(part).map((damaged) => change(name, damaged)),
  ])
}

describe('a project file that was checked before', () => {
  let there: Receiver
  let at: Scratch
  beforeEach(async () => {
    there = await receiver()
    const destinations = [{ type: 'segment', writeKey: 'key', host: there.url }]
    at = scratch({ makefile: MAKEFILE, project: { project: 'Memo', targets: ['build'], destinations } })
    await at.agree(there)
  })
  afterEach(() => there.close())

  const commands = () => segmentEvents(there).map(({ properties }) => properties.command)
  const memo = () => filesUnder(path.join(at.home, '.local/state')).find((file) => file.endsWith('/project.json'))

  test('is remembered from the second run on, and a change in it counts at once', async () => {
    await at.wrap(['build'])
    await at.wrap(['build'])
    expect(memo()).toBeDefined()
    const file = path.join(at.repo, 'send-metrics.json')
    const content = JSON.parse(fs.readFileSync(file, 'utf8')) as object
    addFiles(at.repo, { 'send-metrics.json': JSON.stringify({ ...content, targets: [] }) })
    await at.wrap(['build'])
    addFiles(at.repo, { 'send-metrics.json': JSON.stringify({ ...content, nosuch: 1 }) })
    expect((await at.wrap(['build'])).stderr).toContain('nosuch')
    expect(commands()).toEqual(['build', 'build', 'other'])
  })

  test('a damaged memo is as none: one value of another type, at any depth', async () => {
    await at.wrap(['build'])
    const file = path.join(at.home, '.local/state', memo() ?? '')
    const world = testWorld({ cwd: at.repo, home: at.home, env: { HOME: at.home }, platform: 'linux' })
    const found = findProject(world) as FoundProject
    const load = () => import('../../src/project/read.ts')
    const read = async () => {
      const { keep, ...rest } = await readProjectAgain(world, found, { store: undefined, load })
      keep?.()
      return rest
    }
    // Of this very version: the one of another is none anyway.
    const expected = await read()
    const [, sum = '', whole = ''] = /^([0-9a-f]{8} )?(.*)$/su.exec(fs.readFileSync(file, 'utf8')) ?? []
    const damaged = damages(JSON.parse(whole))
      .map((value) => sum + JSON.stringify(value))
      .filter((text) => text !== sum + whole)
    for (const text of damaged) {
      fs.writeFileSync(file, text)
      expect([text, await read()]).toEqual([text, expected])
      // It is kept anew.
      expect(fs.readFileSync(file, 'utf8')).not.toBe(text)
    }
    expect(damaged.length).toBeGreaterThan(30)
  })

  test('a target that runs for a while is reported once: its rehearsal is in no file and goes nowhere', async () => {
    await at.wrap(['nap'])
    expect(there.requests).toHaveLength(1)
    expect(commands()).toEqual(['other'])
    expect((await at.log()).filter(({ type }) => type === 'run')).toHaveLength(1)
    expect(there.requests[0]?.body).not.toContain('rehearsal')
  })
})
