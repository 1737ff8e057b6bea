import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run, sendMetrics } from '../../support/cli.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, runEvents, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

let there: Receiver
let other: Receiver
beforeEach(async () => {
  there = await receiver()
  other = await receiver()
})
afterEach(async () => {
  await there.close()
  await other.close()
})

const BUILD = `${WRAPPED('build')}impl-build: ; @echo built\n`
const OTLP = (url: string | undefined) => ({ destinations: [{ type: 'otlp', ...(url && { endpoint: url }) }] })

describe('after a yes, a makefile that exports another way moves nothing', () => {
  test.each<[string, Record<string, unknown> | undefined, (url: string) => string]>([
    ['SEND_METRICS_SEGMENT_HOST', undefined, (url) => `SEND_METRICS_SEGMENT_HOST := ${url}`],
    ['SEND_METRICS_WRITE_KEY', undefined, () => 'SEND_METRICS_WRITE_KEY := theirs'],
    ['http_proxy, which reads all that is not encrypted', undefined, (url) => `http_proxy := ${url}`],
    ['all_proxy', undefined, (url) => `ALL_PROXY := ${url}`],
    ['SEND_METRICS_OTLP_ENDPOINT', {}, (url) => `SEND_METRICS_OTLP_ENDPOINT := ${url}`],
  ])('%s', async (_name, settings, exported) => {
    const named = settings === undefined ? {} : OTLP(there.url)
    const at = await agreedProject(there, { makefile: `export ${exported(other.url)}\n${BUILD}`, settings: named })
    there.requests.length = 0
    expect(await run('make', ['build'], { cwd: at.repo, env: at.env })).toMatchObject({ code: 0 })
    expect([there.requests, other.connections]).toEqual([[], 0])
    expect(at.runs()).toHaveLength(1)
    const env = { ...at.env, [exported(other.url).split(' ')[0] ?? '']: exported(other.url).split(' ')[2] ?? '' }
    const shown = (await sendMetrics(['consent'], { cwd: at.repo, env })).stdout
    expect(shown).toMatch(/Not yet: .*: new since your yes, and not sent until you agree/u)
  })

  test('OTEL_EXPORTER_OTLP_ENDPOINT, for one that names no address', async () => {
    const at = wrappedProject(there, { makefile: BUILD, settings: OTLP(undefined) })
    const own = { ...at.env, OTEL_EXPORTER_OTLP_ENDPOINT: there.url }
    await sendMetrics(['consent', 'on'], { cwd: at.repo, env: own })
    there.requests.length = 0
    fs.writeFileSync(path.join(at.repo, 'Makefile'), `export OTEL_EXPORTER_OTLP_ENDPOINT := ${other.url}\n${BUILD}`)
    await run('make', ['build'], { cwd: at.repo, env: own })
    expect([there.requests, other.connections]).toEqual([[], 0])
    fs.writeFileSync(path.join(at.repo, 'Makefile'), BUILD)
    await run('make', ['build'], { cwd: at.repo, env: own })
    expect(there.requests.length).toBeGreaterThan(0)
  })

  test('what a person agrees to, goes there, under the same ID', async () => {
    const at = await agreedProject(there, { makefile: BUILD })
    const env = { ...at.env, SEND_METRICS_SEGMENT_HOST: other.url }
    await sendMetrics(['consent', 'on'], { cwd: at.repo, env })
    await run('make', ['build'], { cwd: at.repo, env })
    expect(runEvents(other)).toHaveLength(1)
    const receipt = (await sendMetrics(['consent', 'show'], { cwd: at.repo, env })).stdout
    expect(receipt).toContain(other.url)
    expect((await sendMetrics(['doctor'], { cwd: at.repo, env })).stdout).toContain(`Segment (${other.url})`)
  })

  test('a no holds, whatever a makefile exports', async () => {
    const at = wrappedProject(there, { makefile: `export SEND_METRICS_SEGMENT_HOST := ${other.url}\n${BUILD}` })
    await sendMetrics(['consent', 'off'], { cwd: at.repo, env: at.env })
    const env = { ...at.env, SEND_METRICS_SEGMENT_HOST: other.url }
    const { stdout } = await sendMetrics(['consent', '--json'], { cwd: at.repo, env })
    expect(JSON.parse(stdout)).toMatchObject({ effective: 'off', decidedBy: 'stored' })
  })
})

describe('files and programs', () => {
  const agreed = async (settings: Record<string, unknown>, files: Record<string, string> = {}) => {
    const at = wrappedProject(there, { makefile: BUILD, settings, files })
    await sendMetrics(['consent', 'on', '--yes'], { cwd: at.repo, env: at.env })
    return at
  }

  test('a file that becomes a link out of the repository is another place, and is named with its absolute path', async () => {
    const at = await agreed({ destinations: [{ type: 'file', path: 'metrics.jsonl' }] })
    const outside = path.join(at.home, '.bashrc')
    fs.writeFileSync(outside, '# mine\n')
    fs.rmSync(path.join(at.repo, 'metrics.jsonl'), { force: true })
    fs.symlinkSync(outside, path.join(at.repo, 'metrics.jsonl'))
    await run('make', ['build'], { cwd: at.repo, env: at.env })
    expect(fs.readFileSync(outside, 'utf8')).toBe('# mine\n')
    expect((await sendMetrics(['consent'], { cwd: at.repo, env: at.env })).stdout).toContain(
      `Not yet:    a file on this machine (${outside})`,
    )
  })

  test('the program of another repository with the same name, recipient and command does not run', async () => {
    const report = '#!/bin/sh\ncat >/dev/null; touch ran\n'
    const settings = { destinations: [{ type: 'exec', command: ['./report'] }] }
    const at = await agreed(settings, { report })
    fs.chmodSync(path.join(at.repo, 'report'), 0o755)
    await run('make', ['build'], { cwd: at.repo, env: at.env })
    expect(fs.existsSync(path.join(at.repo, 'ran'))).toBe(true)
    const foreign = wrappedProject(there, { makefile: BUILD, settings, files: { report } })
    fs.chmodSync(path.join(foreign.repo, 'report'), 0o755)
    await run('make', ['build'], { cwd: foreign.repo, env: { ...foreign.env, HOME: at.home } })
    expect(fs.existsSync(path.join(foreign.repo, 'ran'))).toBe(false)
  })

  test('a bare name is the program on PATH at the time of the yes', async () => {
    const at = await agreed({ destinations: [{ type: 'exec', command: ['true'] }] })
    const trap = path.join(at.folder, 'trap/true')
    fs.mkdirSync(path.dirname(trap))
    fs.writeFileSync(trap, '#!/bin/sh\ncat >/dev/null; touch ran\n', { mode: 0o755 })
    fs.writeFileSync(path.join(at.repo, 'Makefile'), `export PATH := ${path.dirname(trap)}:$(PATH)\n${BUILD}`)
    await run('make', ['build'], { cwd: at.repo, env: at.env })
    expect(fs.existsSync(path.join(at.repo, 'ran'))).toBe(false)
    expect(at.runs()).toHaveLength(1)
  })
})

test('plain http to another machine is said in the question; https and this machine are not remarked upon', async () => {
  const at = wrappedProject(there, {
    makefile: BUILD,
    settings: { destinations: [{ type: 'segment', writeKey: 'key', host: 'http://metrics.example.com' }] },
  })
  const { stderr } = await sendMetrics(['consent', 'on', '--yes'], { cwd: at.repo, env: { ...at.env, SEND_METRICS: 'local' } })
  expect(stderr.replace(/\s+/gu, ' ')).toContain('Segment (http://metrics.example.com, unencrypted)')
  const here = wrappedProject(there, { makefile: BUILD })
  const said = await sendMetrics(['consent', 'local'], { cwd: here.repo, env: here.env })
  expect(said.stderr).not.toContain('unencrypted')
})

test('certificates that a makefile has trusted are another place, since whoever signs with them can read along', async () => {
  const at = wrappedProject(there, { makefile: BUILD, settings: { destinations: [{ type: 'segment', writeKey: 'key' }], budgetMs: 0 } })
  await sendMetrics(['consent', 'on', '--yes'], { cwd: at.repo, env: { ...at.env, SEND_METRICS: 'local' } })
  const shown = async (env: Record<string, string>) => (await sendMetrics(['consent'], { cwd: at.repo, env: { ...at.env, ...env } })).stdout
  expect(await shown({})).toContain('Goes to:    Segment (https://api.segment.io)\n')
  expect(await shown({ NODE_EXTRA_CA_CERTS: '/tmp/theirs.pem' })).toMatch(
    /Not yet: +Segment \(https:\/\/api\.segment\.io\) trusting \/tmp\/theirs\.pem: new since your yes/u,
  )
})

test('log and the receipt name the host with its scheme', async () => {
  const at = await agreedProject(there, { makefile: BUILD })
  await run('make', ['build'], { cwd: at.repo, env: at.env })
  expect((await sendMetrics(['log'], { cwd: at.repo, env: at.env })).stdout).toContain(`attempt  ${there.url} `)
  expect((await sendMetrics(['consent', 'show'], { cwd: at.repo, env: at.env })).stdout).toContain(`host="${there.url}"`)
})
