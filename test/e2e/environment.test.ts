import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

async function agreed(): Promise<Scratch> {
  const at = scratch({ to: there.url })
  await at.agree(there)
  return at
}

const status = async (at: Scratch, env: Record<string, string>) => JSON.parse((await at.tool(['consent', '--json'], env)).stdout)

describe('what switches off, over any yes', () => {
  test.each([
    ['SEND_METRICS', 'off', 'SEND_METRICS'],
    ['SEND_METRICS', '0', 'SEND_METRICS'],
    ['SEND_METRICS', 'false', 'SEND_METRICS'],
    ['SEND_METRICS', 'onn', 'SEND_METRICS'],
    ['DO_NOT_TRACK', '1', 'DO_NOT_TRACK'],
    ['DO_NOT_TRACK', 'true', 'DO_NOT_TRACK'],
    ['CI', 'true', 'ci'],
    ['CI', '1', 'ci'],
    ['GITHUB_ACTIONS', 'true', 'ci'],
    ['JENKINS_URL', 'http://ci.invalid', 'ci'],
    ['BUILDKITE', 'true', 'ci'],
  ])('%s=%s', async (name, value, decidedBy) => {
    const at = await agreed()
    const env = { [name]: value, ...(name === 'JENKINS_URL' ? { BUILD_ID: '1' } : {}) }
    expect(await at.make(['build'], env)).toEqual({ code: 0, signal: null, stdout: 'built\n', stderr: '' })
    expect(await status(at, env)).toMatchObject({ effective: 'off', decidedBy, stored: 'on' })
    await at.tool(['flush'], env)
    expect(there.connections).toBe(0)
    expect((await at.log()).filter((line) => line.type === 'run')).toEqual([])
  })

  test.each([
    ['DO_NOT_TRACK', '0'],
    ['DO_NOT_TRACK', 'false'],
    ['DO_NOT_TRACK', ''],
    ['SEND_METRICS', ''],
    ['CI', 'false'],
  ])('%s=%s does not', async (name, value) => {
    const at = await agreed()
    await at.make(['build'], { [name]: value })
    expect(segmentEvents(there)).toHaveLength(1)
  })

  test('a decision by command is stored, and says that it is outranked', async () => {
    const at = scratch({ to: there.url })
    const { code, stdout } = await at.tool(['consent', 'on'], { DO_NOT_TRACK: '1' })
    expect(code).toBe(0)
    expect(stdout).toContain('DO_NOT_TRACK=1 is set')
    expect(there.connections).toBe(0)
  })
})

describe('SEND_METRICS=on', () => {
  test.each<[string, Record<string, string>, string]>([
    ['CI=true', { CI: 'true' }, 'CI'],
    ['GitHub Actions', { CI: 'true', GITHUB_ACTIONS: 'true' }, 'GitHub Actions'],
    ['a CI that sets no CI', { TRAVIS: 'true' }, 'Travis CI'],
  ])('in %s is the pipeline owner’s yes', async (_name, ci, provider) => {
    const at = scratch({ to: there.url })
    const env = { ...ci, SEND_METRICS: 'on' }
    for (let run = 0; run < 2; run++) expect((await at.make(['build'], env)).code).toBe(0)
    const events = segmentEvents(there)
    expect(events.map((event) => event.event)).toEqual(['demo.command.run', 'demo.command.run'])
    expect(events[0]?.properties).toMatchObject({ is_ci: true, ci_provider: provider })
    expect(new Set(events.map((event) => event.anonymousId)).size).toBe(1)
  })

  test('on a person’s machine is nobody’s yes', async () => {
    const at = scratch({ to: there.url })
    await at.make(['build'], { SEND_METRICS: 'on' })
    expect(await status(at, { SEND_METRICS: 'on' })).toMatchObject({ effective: 'undecided', decidedBy: 'nobody' })
    expect(there.connections).toBe(0)
  })

  test('does not raise a no, nor DO_NOT_TRACK', async () => {
    const at = await agreed()
    await at.make(['build'], { SEND_METRICS: 'on', DO_NOT_TRACK: '1' })
    await at.make(['build'], { SEND_METRICS: 'on', DO_NOT_TRACK: '1', CI: 'true' })
    expect(there.connections).toBe(0)
    await at.tool(['consent', 'off'])
    there.connections = 0
    await at.make(['build'], { SEND_METRICS: 'on' })
    await at.make(['build'], { SEND_METRICS: 'on', CI: 'true' })
    expect(there.connections).toBe(0)
  })

  test('local lowers a yes to this machine', async () => {
    const at = await agreed()
    await at.make(['build'], { SEND_METRICS: 'local' })
    expect(there.connections).toBe(0)
    expect(at.waiting()).toEqual([])
    expect((await at.log()).filter((line) => line.type === 'run')).toHaveLength(1)
  })
})

describe('settings', () => {
  test('SEND_METRICS_WRITE_KEY and SEND_METRICS_SEGMENT_HOST stand before the file', async () => {
    const at = scratch({ to: 'http://127.0.0.1:9' })
    const env = { SEND_METRICS_WRITE_KEY: 'from-the-environment', SEND_METRICS_SEGMENT_HOST: there.url }
    await at.tool(['consent', 'on'], env)
    await at.make(['build'], env)
    expect(segmentEvents(there)).toHaveLength(2)
    for (const request of there.requests) {
      expect(request.headers.authorization).toBe(`Basic ${Buffer.from('from-the-environment:').toString('base64')}`)
      expect(JSON.parse(request.body).writeKey).toBe('from-the-environment')
    }
  })

  test('a key from the environment is enough, and is never printed', async () => {
    const project = { destinations: [{ type: 'segment', host: there.url }] }
    const at = scratch({ project })
    const none = await at.tool(['doctor'])
    expect(none.code).toBe(1)
    expect(none.stdout).toMatch(/PROBLEM {2}segment: .*SEND_METRICS_WRITE_KEY/u)
    const env = { SEND_METRICS_WRITE_KEY: 'very-secret' }
    await at.tool(['consent', 'on'], env)
    await at.make(['build'], env)
    expect(segmentEvents(there)).toHaveLength(2)
    for (const words of [['doctor'], ['consent'], ['consent', 'show'], ['log', '--json'], ['flush']]) {
      const { stdout, stderr } = await at.tool(words, env)
      expect(stdout + stderr).not.toContain('very-secret')
    }
  })

  test('SEND_METRICS_TEST marks events', async () => {
    const at = await agreed()
    await at.make(['build'], { SEND_METRICS_TEST: 'my-trial' })
    await at.make(['build'])
    expect(segmentEvents(there).map((event) => event.properties.is_test)).toEqual(['yes', 'no'])
  })

  test('TRACEPARENT of another tool is continued', async () => {
    const at = await agreed()
    await at.make(['build'], { TRACEPARENT: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' })
    expect(segmentEvents(there)[0]?.properties).toMatchObject({
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      parent_run_id: '00f067aa0ba902b7',
    })
  })
})

describe('telling what happens', () => {
  test('without being asked, nothing', async () => {
    const at = await agreed()
    expect(await at.wrap(['build'])).toMatchObject({ stdout: 'built\n', stderr: '' })
  })

  test('SEND_METRICS_DEBUG=1: decision, payload and timeline on stderr, nothing on stdout', async () => {
    const at = await agreed()
    const { stdout, stderr } = await at.wrap(['build'], { SEND_METRICS_DEBUG: '1' })
    expect(stdout).toBe('built\n')
    for (const line of stderr.trim().split('\n')) expect(line).toMatch(/^send-metrics debug: /u)
    expect(stderr).toContain('consent: on, decided by stored: you said yes on ')
    expect(stderr).toContain(there.requests[0]?.body.replace('"writeKey":"key"', '"writeKey":"…"'))
    expect(stderr).toMatch(/: 200\n/u)
    expect(stderr).toMatch(/timeline \(ms\): main [\d.]+, .*spawn [\d.]+, .*exit [\d.]+, .*done [\d.]+\n$/u)
  })

  test('SEND_METRICS_DEBUG=1 says why nobody was asked', async () => {
    const at = scratch({ to: there.url })
    expect((await at.wrap(['build'], { SEND_METRICS_DEBUG: '1' })).stderr).toContain('question: nothing; stderr is not a terminal')
  })

  test.each<[string, Record<string, string>]>([
    ['SEND_METRICS=off is set', { SEND_METRICS: 'off' }],
    ['DO_NOT_TRACK=1 is set', { DO_NOT_TRACK: '1' }],
    ['CI=true is set', { CI: 'true' }],
    ['you said no', {}],
  ])('SEND_METRICS_DEBUG=1 says why a run was not recorded: %s', async (because, env) => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'off'])
    expect((await at.wrap(['build'], { ...env, SEND_METRICS_DEBUG: '1' })).stderr).toContain(`plan: pass; ${because}`)
  })

  test('--verbose: one line on stderr', async () => {
    const at = await agreed()
    const { stdout, stderr } = await at.wrap(['--verbose', 'build'])
    expect(stdout).toBe('built\n')
    expect(stderr).toMatch(/^send-metrics: build took \d+\.\d s, 1 sent to segment-\w+\n$/u)
  })

  test('--verbose with no yes: one line all the same', async () => {
    const at = scratch({ to: there.url })
    expect((await at.wrap(['--verbose', 'build'])).stderr).toMatch(/^send-metrics: build took \d+\.\d s, not recorded\n$/u)
    expect((await at.wrap(['--verbose', 'build'], { SEND_METRICS: 'off' })).stderr).toMatch(
      /^send-metrics: build took \d+\.\d s, not recorded: SEND_METRICS=off is set\n$/u,
    )
  })
})
