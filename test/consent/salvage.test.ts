import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Choice } from '../../src/consent/decision.ts'
import { identityOf, standingFor } from '../../src/consent/standing.ts'
import { changeEntry, refuseAll } from '../../src/consent/store.ts'
import { DEMO, decisionOn, projectOf, store } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const NOW = Date.parse('2026-11-21T10:20:30Z')

/** Two projects with a decision each, and a way to damage the file they are in. */
function scene(first: Choice, second: Choice) {
  const home = testdir()
  const projects = ['Demo', 'a "quoted" \\ name'].map((project) => {
    const cwd = testdir({ 'send-metrics.json': JSON.stringify({ ...DEMO, project }) })
    const world = testWorld({ home, cwd, platform: 'linux', now: () => NOW })
    return { world, project: projectOf(world) }
  })
  const [one, two] = projects as [(typeof projects)[0], (typeof projects)[0]]
  store(one.world, one.project, first)
  store(two.world, two.project, second)
  const file = path.join(home, '.config/send-metrics/config.json')
  const whole = fs.readFileSync(file, 'utf8')
  const effective = () => [one, two].map(({ world, project }) => standingFor(world, project).standing.effective)
  return { one, two, file, whole, effective, write: (text: string) => fs.writeFileSync(file, text) }
}

describe('a damaged store', () => {
  test.each<[string, (whole: string) => string]>([
    ['cut short', (whole) => whole.slice(0, -20)],
    ['with rubbish in front', (whole) => `\u0000\u0000${whole}`],
    ['with its list under another name', (whole) => whole.replace('"projects"', '"project s"')],
  ])('%s: a no in it holds, before and after the next decision', (_name, damage) => {
    const { one, two, file, whole, effective, write } = scene('off', 'off')
    write(damage(whole))
    expect(effective()).toEqual(['off', 'off'])
    store(one.world, one.project, 'local')
    expect(effective()).toEqual(['local', 'off'])
    expect(standingFor(two.world, two.project)).toMatchObject({ standing: { decidedBy: 'stored' }, storeProblem: undefined })
    expect(fs.readFileSync(`${file}.damaged-2026-11-21T102030`, 'utf8')).toBe(damage(whole))
  })

  test('a no to all projects in it holds as well', () => {
    const { one, file, effective, write } = scene('on', 'local')
    refuseAll(one.world, () => decisionOn(one.project, 'off', NOW))
    write(fs.readFileSync(file, 'utf8').replace(/"projects"[\s\S]*/u, ''))
    expect(effective()).toEqual(['off', 'off'])
    changeEntry(one.world, identityOf(one.world, one.project), (entry) => entry)
    expect(effective()).toEqual(['off', 'off'])
  })

  test('property: wherever it is cut, no yes and no local is salvaged', () => {
    const { whole, effective, write } = scene('on', 'local')
    // The last bracket may stand in a line of its own, without which nothing is lost.
    const cuts = fc.integer({ min: 0, max: whole.trimEnd().length - 1 })
    const check = (at: number) => {
      write(whole.slice(0, at))
      expect(effective()).toEqual(['undecided', 'undecided'])
    }
    fc.assert(fc.property(cuts, check), { numRuns: 200 })
  })

  test('property: a sound no holds, whatever the text around it has become', () => {
    const { whole, effective, write } = scene('off', 'on')
    // What makes it a no: whose it is, and its word.
    const [, start = '', middle = '', word = ''] =
      /^([\s\S]*?)("id":[\s\S]*?"recipient":[^\n]*)[\s\S]*?("decision": \{\s*"decision": "off")/u.exec(whole) ?? []
    const sound = [start.length, start.length + middle.length, whole.indexOf(word), whole.indexOf(word) + word.length]
    const [from = 0, to = 0, at = 0, end = 0] = sound
    const places = [...whole].map((_character, index) => index).filter((one) => one < from || (one >= to && one < at) || one >= end)
    const damage = fc.record({
      place: fc.constantFrom(...places),
      gone: fc.constantFrom(0, 1, 1, 3),
      put: fc.constantFrom('', 'x', '"', '}', ']', ',', '\\', '\u0000', '\n', 'null', '{', '"on"'),
    })
    const check = ({ place, gone, put }: { place: number; gone: number; put: string }) => {
      const next = [from, at].find((one) => one > place) ?? whole.length
      const text = whole.slice(0, place) + put + whole.slice(Math.min(place + gone, next))
      write(text)
      expect([text, effective()[0]]).toEqual([text, 'off'])
    }
    fc.assert(fc.property(damage, check), { numRuns: 2_000, seed: 16 })
  })

  test('a no is salvaged for its own project, not for its neighbour with a yes', () => {
    const { whole, effective, write } = scene('on', 'off')
    write(whole.slice(0, -20))
    expect(effective()).toEqual(['undecided', 'off'])
  })
})
