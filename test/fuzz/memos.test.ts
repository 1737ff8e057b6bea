import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addFiles } from '../support/testdir.ts'
import { damaged, FUZZ, FUZZ_PATIENCE_MS, harm, harmed, type Json, oneOf, rarely } from './cases.ts'
import { agreed, runTarget, runWords, tree, writeOld } from './runs.ts'

const PROJECT: Json = {
  project: 'Demo',
  targets: ['build'],
  dockerLimits: true,
  destinations: [
    { type: 'file', path: 'metrics.jsonl' },
    { type: 'prometheus', textfile: 'metrics.prom' },
    { type: 'segment', writeKey: 'key', host: 'http://127.0.0.1:1' },
  ],
}
/** What may be remembered, beside what a first run leaves. */
const MEMOS: Record<string, Json> = {
  'breakers/segment-10442bab/breaker.json': { until: Date.now() + 60_000 },
  'docker.json': { at: Date.now(), facts: { docker_cpus: 4, docker_memory_gb: 8 } },
  'checkout.json': { place: 'x', head: '0'.repeat(40), remote: 'x', time: '2026-11-01T00:00:00Z', main: 'main' },
}
const COMMANDS: readonly [string[], ...string[][]] = [['doctor'], ['flush'], ['log'], ['export', 'prometheus'], ['why'], ['consent']]

test(
  'what is remembered from run to run, with any harm: the next run is recorded, and so is the one after it',
  async () => {
    const at = await agreed(PROJECT)
    for (const [name, memo] of Object.entries(MEMOS)) addFiles(at.state, { [name]: JSON.stringify(memo) })
    const isMemo = (name: string) => /\.json$|^totals|^breakers|^forms|dropped|^running/u.test(name) && !name.startsWith('outbox')
    const memos = tree(at.state).filter((name) => isMemo(name) && fs.statSync(path.join(at.state, name)).isFile()) as [string, ...string[]]
    expect(memos).toContain('project.json')
    const texts = Object.fromEntries(memos.map((name) => [name, fs.readFileSync(path.join(at.state, name), 'utf8')]))
    const lines = () => fs.readFileSync(path.join(at.repo, 'metrics.jsonl'), 'utf8').trim().split('\n')
    const check = async (done: Parameters<typeof harmed>[1], turn: number) => {
      at.again()
      const name = oneOf(turn, memos)
      const text = texts[name] ?? ''
      fs.mkdirSync(path.dirname(path.join(at.state, name)), { recursive: true })
      // The checked project file has a sum before it.
      const [, sum = '', json] = /^([0-9a-f]{8} )?([[{].*)$/su.exec(text) ?? []
      writeOld(path.join(at.state, name), json === undefined ? damaged(text, done.damages) : sum + harmed(JSON.parse(json) as Json, done))
      const before = lines().length
      const worlds = turn % 4 === 0 ? [at.world(), at.world()] : [at.world()]
      for (const world of worlds) await runTarget(world)
      expect([name, lines().length]).toEqual([name, before + worlds.length])
      for (const line of lines().slice(before)) expect(JSON.parse(line)).toMatchObject({ command: 'build' })
      expect(worlds.flatMap(({ reached }) => reached).filter((one) => one !== '127.0.0.1:1')).toEqual([])
      const words = rarely(turn, COMMANDS)
      if (words !== undefined) await runWords(at.world(), words)
    }
    await fc.assert(fc.asyncProperty(harm, fc.nat(), check), FUZZ)
  },
  FUZZ_PATIENCE_MS,
)
