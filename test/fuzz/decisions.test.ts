import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { standingFor } from '../../src/consent/standing.ts'
import { setProgress } from '../../src/consent/store.ts'
import { DEMO, projectOf, store } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'
import { FUZZ, FUZZ_PATIENCE_MS, harm, harmed, type Json, oneOf, rarely } from './cases.ts'
import { fuzzWorld, runTarget, runWords, tree, writeOld } from './runs.ts'

type Lines = readonly [string[], ...string[][]]
const COMMANDS: Lines = [['consent'], ['consent', '--json'], ['consent', 'list'], ['consent', 'show']]
const LONGER: Lines = [['doctor'], ['doctor', '--json'], ['why'], ['consent', 'local']]

/** Three projects of one person: a no, a record of their own, and nothing decided. */
const home = testdir()
const [refused = '', local = '', open = ''] = ['Refused', 'Local', 'Open'].map((project) =>
  testdir({ 'send-metrics.json': JSON.stringify({ ...DEMO, project }) }),
)
const at = (cwd: string) => fuzzWorld({ cwd, home, env: { PATH: '' } })
store(at(refused), projectOf(at(refused)), 'off')
store(at(local), projectOf(at(local)), 'local')
const file = path.join(home, '.config/send-metrics/config.json')
const whole = JSON.parse(fs.readFileSync(file, 'utf8')) as Json
const no = Object.values((whole as { projects: Record<string, { project: string }> }).projects).find(({ project }) => project === 'Refused')

test(
  'a store of decisions with any harm: no no is lost, no yes is made, nothing is sent, the target ends as it would',
  async () => {
    let held = 0
    const check = async (done: Parameters<typeof harmed>[1], turn: number) => {
      const text = harmed(whole, done)
      for (const name of fs.readdirSync(path.dirname(file))) fs.rmSync(path.join(path.dirname(file), name), { recursive: true })
      fs.rmSync(path.join(home, '.local'), { recursive: true, force: true })
      writeOld(file, text)
      const isThere = text.includes(JSON.stringify(no).slice(1, -1))
      held += Number(isThere)
      const cwd = oneOf(turn, [refused, local, open])
      const isRefused = cwd === refused
      const world = at(cwd)
      if (isThere) expect(standingFor(at(refused), projectOf(at(refused))).standing.effective).toBe('off')
      await runTarget(world)
      expect([world.reached, world.started]).toEqual([[], []])
      if (isRefused && isThere) expect(tree(path.join(home, '.local'))).toEqual([])
      const reader = at(cwd)
      await runWords(reader, rarely(turn, LONGER) ?? oneOf(turn, COMMANDS))
      expect(reader.reached).toEqual([])
      // Whoever decides next loses nobody's no.
      if (!isRefused) setProgress(reader, true)
      if (!isRefused && isThere) expect(standingFor(at(refused), projectOf(at(refused))).standing.effective).toBe('off')
    }
    await fc.assert(fc.asyncProperty(harm, fc.nat(), check), FUZZ)
    expect(held).toBeGreaterThan(FUZZ.numRuns / 10)
  },
  FUZZ_PATIENCE_MS,
)
