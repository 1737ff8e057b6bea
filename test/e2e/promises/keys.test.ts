import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run, sendMetrics } from '../../support/cli.ts'
import { type Receiver, receiver, status } from '../../support/receiver.ts'
import { WRAPPED, type WrappedProject, wrappedProject } from '../../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const BUILD = `${WRAPPED('build')}impl-build: ; @echo built\n`
const KEY = 'hcaik_secret_0123456789'
const honeycomb = (apiHost: string) => [{ type: 'honeycomb', dataset: 'builds', apiHost }]
const otlp = (endpoint: string, more: object = {}) => [{ type: 'otlp', endpoint, ...more }]
const build = (at: WrappedProject, env: Record<string, string>) => run('make', ['build'], { cwd: at.repo, env: { ...at.env, ...env } })
const rewrite = (at: WrappedProject, destinations: object[]) =>
  fs.writeFileSync(path.join(at.repo, 'send-metrics.json'), JSON.stringify({ project: 'Demo', destinations }))

describe('a key goes to its owner, or where people were told that it goes', () => {
  test("HONEYCOMB_API_KEY: the question names the host that is not Honeycomb's, and the key", async () => {
    const at = wrappedProject(there, { makefile: BUILD, settings: { destinations: honeycomb(there.url) } })
    const { stderr } = await sendMetrics(['consent', 'on'], { cwd: at.repo, env: { ...at.env, HONEYCOMB_API_KEY: KEY } })
    expect(stderr.replace(/\s+/gu, ' ')).toContain(`Honeycomb (${there.url}, dataset builds) with your HONEYCOMB_API_KEY`)
    expect(stderr).not.toContain(KEY)
  })

  test('a key that is set after the yes is another question', async () => {
    const at = wrappedProject(there, { makefile: BUILD, settings: { destinations: honeycomb(there.url) } })
    await sendMetrics(['consent', 'on'], { cwd: at.repo, env: at.env })
    await build(at, { HONEYCOMB_API_KEY: KEY })
    expect(there.connections).toBe(0)
  })

  test('"headersFrom": "env", added after the yes, sends no header and nothing else until people agree', async () => {
    const at = wrappedProject(there, { makefile: BUILD, settings: { destinations: otlp(there.url) } })
    await sendMetrics(['consent', 'on'], { cwd: at.repo, env: at.env })
    there.requests.length = 0
    rewrite(at, otlp(there.url, { headersFrom: 'env' }))
    await build(at, { OTEL_EXPORTER_OTLP_HEADERS: `x-key=${KEY}` })
    expect(there.requests).toEqual([])
    const env = { ...at.env, OTEL_EXPORTER_OTLP_HEADERS: `x-key=${KEY}` }
    const { stderr } = await sendMetrics(['consent', 'on'], { cwd: at.repo, env })
    expect(stderr.replace(/\s+/gu, ' ')).toContain('with your OTEL_EXPORTER_OTLP_HEADERS')
    await build(at, { OTEL_EXPORTER_OTLP_HEADERS: `x-key=${KEY}` })
    expect(there.requests.at(-1)?.headers['x-key']).toBe(KEY)
  })

  test('in CI it goes to no host that only the project file names; the environment may name it', async () => {
    const pipeline = { SEND_METRICS: 'on', CI: 'true', HONEYCOMB_API_KEY: KEY }
    const at = wrappedProject(there, { makefile: BUILD, settings: { destinations: honeycomb(there.url) }, env: pipeline })
    await build(at, {})
    expect(there.connections).toBe(0)
    const { stdout } = await sendMetrics(['doctor'], { cwd: at.repo, env: at.env })
    expect(stdout).toContain('HONEYCOMB_API_KEY must not go to')
    await build(at, { SEND_METRICS_HONEYCOMB_HOST: there.url })
    expect(there.requests.at(-1)?.headers['x-honeycomb-team']).toBe(KEY)
  })
})

describe('keys are shown nowhere', () => {
  test.each<[string, object[], Record<string, string>]>([
    ['a write key', [{ type: 'segment', writeKey: KEY }], {}],
    ['a write key of the environment', [{ type: 'segment' }], { SEND_METRICS_WRITE_KEY: KEY }],
    ['HONEYCOMB_API_KEY', [{ type: 'honeycomb', dataset: 'builds' }], { HONEYCOMB_API_KEY: KEY }],
    ['OTLP headers', [{ type: 'otlp', headersFrom: 'env' }], { SEND_METRICS_OTLP_HEADERS: `x-key=${KEY}` }],
  ])('%s', async (_name, destinations, secret) => {
    const named = destinations.map((one) => ({ ...one, ...hostOf(one, there.url) }))
    const at = wrappedProject(there, { makefile: BUILD, settings: { destinations: named }, env: secret })
    there.answer = status(500, {}, `{"error":"bad key ${KEY}"}`)
    const told: string[] = []
    const tell = async (words: readonly string[], env: Record<string, string> = {}) => {
      const { stdout, stderr } = await sendMetrics(words, { cwd: at.repo, env: { ...at.env, ...env } })
      told.push(stdout, stderr)
    }
    await tell(['consent', 'on'])
    await tell(['wrap', 'build'], { SEND_METRICS_DEBUG: '1' })
    for (const words of [['preview', 'build'], ['preview', 'build', '--json'], ['consent'], ['consent', 'show'], ['consent', 'list']])
      await tell(words)
    for (const words of [['log'], ['log', '--json'], ['doctor'], ['doctor', '--json'], ['doctor', '--send-test'], ['flush']])
      await tell(words)
    expect(there.requests.length).toBeGreaterThan(0)
    expect(told.join('\n').includes(KEY)).toBe(false)
  })
})

function hostOf(destination: object, url: string): object {
  const { type } = destination as { type: string }
  return { segment: { host: url }, honeycomb: { apiHost: url }, otlp: { endpoint: url } }[type] ?? {}
}

test.each(['writeKey', 'writekey'])('an error in the project file does not show what stands under %s', async (key) => {
  const destinations = [{ type: 'segment', [key]: `${KEY} with blanks` }]
  const at = wrappedProject(there, { makefile: BUILD, settings: { destinations } })
  const { code, stderr } = await sendMetrics(['consent'], { cwd: at.repo, env: at.env })
  expect(code).toBe(1)
  expect(stderr).toContain(key)
  expect(stderr).not.toContain(KEY)
})
