import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Choice, Entry } from '../../src/consent/decision.ts'
import { environmentSwitch } from '../../src/consent/resolve.ts'
import { identityOf, standingFor } from '../../src/consent/standing.ts'
import { newEntry } from '../../src/consent/store.ts'
import { declaredPlace } from '../../src/project/places.ts'
import { decisionOn, projectOf } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const DAY_MS = 86_400_000
const OWN = { name: 'tries', type: 'integer', purpose: 'to plan', reviewBy: '2099-12-31', from: 'env:X', min: 0, max: 100 }
const segment = (host: string) => ({ type: 'segment', writeKey: 'k', host: `https://${host}` })

/** Project files that share a name, a recipient or a place, and differ in the rest. */
const files = fc.record({
  project: fc.constantFrom('Demo', 'Other'),
  recipient: fc.constantFrom('us', 'them'),
  destinations: fc.subarray([segment('a'), segment('b')]),
  fields: fc.constantFrom([], [OWN]),
})
const answers = fc.record({
  // Most answers are about the very file, or too few scenes would be a yes.
  file: fc.option(files, { freq: 1 }),
  choice: fc.constantFrom<Choice>('on', 'on', 'on', 'local', 'off'),
  age: fc.constantFrom(0, 364, 366),
})
const scenes = fc.record({
  file: files,
  answers: fc.array(answers, { maxLength: 4 }),
  policy: fc.constantFrom(undefined, undefined, undefined, 'off', 'local', 'on'),
  SEND_METRICS: fc.constantFrom(undefined, undefined, 'on', 'local', 'off'),
  CI: fc.constantFrom(undefined, undefined, undefined, 'true'),
})

const folder = testdir()
const places = { home: path.join(folder, 'home'), cwd: folder, policyFile: path.join(folder, 'policy.json') }
const write = (name: string, value: unknown) => fs.writeFileSync(path.join(folder, name), JSON.stringify(value))

function projectIn(file: object) {
  write('send-metrics.json', file)
  return projectOf({ cwd: folder, uid: process.getuid?.() })
}

function entryOf({ file, choice, age }: { file: object; choice: Choice; age: number }): Entry {
  const project = projectIn(file)
  return { ...newEntry(identityOf(testWorld(places), project)), decision: decisionOn(project, choice, NOW - age * DAY_MS) }
}

test('property: from real files, nothing is sent without a young yes to this project and recipient, and only what it names', () => {
  fs.mkdirSync(path.join(folder, 'home/.config/send-metrics'), { recursive: true })
  let on = 0
  const check = ({ file, answers: given, policy, SEND_METRICS, CI }: typeof scenes extends fc.Arbitrary<infer T> ? T : never) => {
    const entries = given.map((answer) => entryOf({ ...answer, file: answer.file ?? file }))
    const projects = Object.fromEntries(entries.map((entry) => [entry.id, entry]))
    write('home/.config/send-metrics/config.json', { version: 1, projects })
    fs.rmSync(places.policyFile, { force: true })
    if (policy) write('policy.json', { consent: policy })
    const world = testWorld({ ...places, platform: 'linux', now: () => NOW, env: { SEND_METRICS, CI } })
    const { standing } = standingFor(world, projectIn(file))
    // The one exception: SEND_METRICS=on in CI is the yes of whoever owns the pipeline.
    if (standing.effective !== 'on' || (CI !== undefined && environmentSwitch(SEND_METRICS) === 'on')) return
    on++
    const same = Object.values(projects).filter(({ project, recipient }) => project === file.project && recipient === file.recipient)
    const covering = same.filter(
      ({ decision }) =>
        decision?.decision === 'on' &&
        NOW - Date.parse(decision.at) <= 365 * DAY_MS &&
        standing.fields.every((name) => decision.fieldSet.includes(name)) &&
        standing.places.every((place) => decision.recipients.includes(place)),
    )
    expect(covering).not.toEqual([])
    expect(policy).toBeUndefined()
    for (const place of standing.places) expect(file.destinations.map(declaredPlace)).toContain(place)
  }
  fc.assert(fc.property(scenes, check), { numRuns: 500 })
  expect(on).toBeGreaterThan(5)
})
