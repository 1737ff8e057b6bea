import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { FUZZ, FUZZ_PATIENCE_MS, harm, harmed, type Json, oneOf, rarely } from './cases.ts'
import { agreed, runTarget, runWords, tree, writeOld } from './runs.ts'

const PROJECT = {
  project: 'Demo',
  recipient: 'the tools team',
  policyUrl: 'https://example.com/metrics',
  retentionDays: 90,
  targets: ['build', 'dev.up.%'],
  prefix: 'impl-',
  defaultBranch: 'main',
  event: 'demo.command.run',
  spans: true,
  fields: [
    { name: 'tries', type: 'boolean', purpose: 'to plan', reviewBy: '2099-12-31', from: 'env:TRIES' },
    { name: 'mode', type: 'enum', values: ['fast', 'full'], purpose: 'to compare', reviewBy: '2099-12-31', from: 'file:mode' },
  ],
  destinations: [
    { type: 'segment', writeKey: 'key', host: 'http://127.0.0.1:1001' },
    { type: 'honeycomb', dataset: 'builds', apiHost: 'http://127.0.0.1:1002' },
    { type: 'otlp', endpoint: 'http://127.0.0.1:1003', headersFrom: 'env' },
    { type: 'prometheus', textfile: 'out/metrics.prom' },
    { type: 'file', path: 'metrics.jsonl' },
    { type: 'exec', command: ['./report', '--team', 'web'] },
  ],
}
/** What a project file may say next, and nobody was asked about. */
const OTHERS = [
  { type: 'segment', writeKey: 'key', host: 'http://127.0.0.1:2001' },
  { type: 'segment', writeKey: 'key' },
  { type: 'honeycomb', dataset: 'builds', apiHost: 'http://127.0.0.1:2002' },
  { type: 'otlp', endpoint: 'http://127.0.0.1:1003/other', headersFrom: 'env' },
  { type: 'otlp', endpoint: 'http://127.0.0.1:2003' },
  { type: 'prometheus', textfile: 'other.prom' },
  { type: 'prometheus', pushgateway: 'http://127.0.0.1:2004' },
  { type: 'file', path: '../other.jsonl' },
  { type: 'exec', command: ['./other'] },
]
const field = { name: 'later', type: 'boolean', purpose: 'to plan', reviewBy: '2099-12-31', from: 'env:TRIES' }
const later: fc.Arbitrary<Json> = fc
  .record(
    {
      project: fc.constantFrom('Demo', 'Demo', 'Demo', 'Other'),
      recipient: fc.constantFrom('the tools team', 'the tools team', 'the tools team', 'others'),
      retentionDays: fc.constantFrom(90, 365),
      dockerLimits: fc.boolean(),
      spans: fc.boolean(),
      fields: fc.subarray([...PROJECT.fields, field]),
      destinations: fc.subarray([...PROJECT.destinations, ...OTHERS]),
    },
    { requiredKeys: [] },
  )
  .map((more) => ({ ...PROJECT, ...more }) as Json)
const anyHarm = fc.oneof(harm, fc.constant({ changes: [], damages: [] }))
const ENV = { HONEYCOMB_API_KEY: 'hcaik_key', OTEL_EXPORTER_OTLP_HEADERS: 'x-key=1', TRIES: 'true' }
const AGREED = ['127.0.0.1:1001', '127.0.0.1:1002', '127.0.0.1:1003']
const OWN_FILES = /^(?:send-metrics\.json|metrics\.jsonl|out(?:\/metrics\.prom)?)$/u
const COMMANDS: readonly [string[], ...string[][]] = [
  ['consent'],
  ['consent', '--json'],
  ['preview', 'build', '--json'],
  ['flush'],
  ['log'],
]
const LONGER: readonly [string[], ...string[][]] = [['doctor'], ['why'], ['doctor', '--json'], ['consent', 'show']]

/** Names of fields in all that waits to be sent. */
function fieldsThatWait(home: string): string[] {
  const folder = path.join(home, '.local/state/send-metrics')
  const waiting = tree(folder).filter((name) => /outbox.*\.json$/u.test(name))
  return waiting.flatMap((name) => Object.keys(JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')).properties ?? {}))
}

test(
  'a project file that changes or is harmed after a yes: nothing goes anywhere else, and no more than was agreed to',
  async () => {
    const at = await agreed(PROJECT, ENV)
    const fields = new Set(fieldsThatWait(at.home))
    let reached = 0
    const check = async (project: Json, done: Parameters<typeof harmed>[1], turn: number) => {
      at.again()
      writeOld(path.join(at.repo, 'send-metrics.json'), harmed(project, done))
      const [target, reader] = [at.world(), at.world()]
      await runTarget(target)
      await runWords(reader, rarely(turn, LONGER) ?? oneOf(turn, COMMANDS))
      const all = [...target.reached, ...reader.reached]
      reached += Number(all.length > 0)
      expect(all.filter((one) => !AGREED.includes(one))).toEqual([])
      expect(
        [...target.started, ...reader.started].filter((one) => !['git', 'docker', './report', path.join(at.repo, 'report')].includes(one)),
      ).toEqual([])
      expect(tree(path.dirname(at.repo)).filter((name) => !/^(?:home|repo)/u.test(name))).toEqual([])
      expect(tree(at.repo).filter((name) => !OWN_FILES.test(name))).toEqual([])
      expect(fieldsThatWait(at.home).filter((name) => !fields.has(name))).toEqual([])
    }
    await fc.assert(fc.asyncProperty(later, anyHarm, fc.nat(), check), FUZZ)
    expect(reached).toBeGreaterThan(FUZZ.numRuns / 20)
  },
  FUZZ_PATIENCE_MS,
)
