import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { sendMetrics } from '../support/cli.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const demo = (more: object) => JSON.stringify({ project: 'Demo', ...more })
const withDestination = (destination: object) => demo({ destinations: [destination] })

/** The target runs as by hand, with one line before its caller goes on; returns that line. */
async function oneLine(at: Scratch): Promise<string> {
  const direct = await at.make(['impl-build'])
  const { stderr, ...wrapped } = await at.make(['build'])
  expect({ stderr: '', ...wrapped }).toEqual(direct)
  expect(stderr).toMatch(/^send-metrics: [^\n]*\n$/u)
  return stderr
}

describe('a mistake names the file, the key, the value and what is allowed', () => {
  test.each<[string, string, readonly string[]]>([
    ['no JSON', '{ project: "Demo" }', ['is not JSON']],
    ['a list', '[]', ['must hold one JSON object']],
    ['no project', '{}', ['project is missing', '1 to 80 characters']],
    ['an empty project', '{"project":""}', ['project is ""', '1 to 80 characters']],
    ['a project that is a number', '{"project":7}', ['project is 7', '1 to 80 characters']],
    ['a project with an escape sequence', '{"project":"\\u001b[31m"}', ['project is', '1 to 80 characters']],
    ['a key that is not there', demo({ projcet: 'x' }), ['projcet is not a setting', 'allowed here: ', 'recipient']],
    ['recipient', demo({ recipient: 1 }), ['recipient is 1', 'who gets the data']],
    ['policyUrl', demo({ policyUrl: 'ftp://x' }), ['policyUrl is "ftp://x"', 'http or https']],
    ['retentionDays', demo({ retentionDays: 0 }), ['retentionDays is 0', '1 to 3650']],
    ['retentionDays as text', demo({ retentionDays: '365' }), ['retentionDays is "365"', '1 to 3650']],
    ['targets', demo({ targets: 'build' }), ['targets is "build"', 'a list of target names']],
    ['a target with two %', demo({ targets: ['ok', '%a%'] }), ['targets[1] is "%a%"', 'at most one %']],
    ['prefix', demo({ prefix: '-n' }), ['prefix is "-n"', 'such as impl-']],
    ['defaultBranch', demo({ defaultBranch: '' }), ['defaultBranch is ""', 'such as main']],
    ['event', demo({ event: 'Command Run' }), ['event is "Command Run"', 'lower-case words joined by dots']],
    ['budgetMs', demo({ budgetMs: -1 }), ['budgetMs is -1', '0 to 60000']],
    ['enabled', demo({ enabled: 'no' }), ['enabled is "no"', 'true, or false']],
    ['destinations', demo({ destinations: {} }), ['destinations is {}', 'a list of at most 10 destinations']],
    [
      'a destination of no kind',
      withDestination({}),
      ['destinations[0].type is missing', 'segment, honeycomb, otlp, prometheus, file or exec'],
    ],
    [
      'a destination of another kind',
      withDestination({ type: 'carrier-pigeon' }),
      ['destinations[0].type is "carrier-pigeon"', 'segment, honeycomb, otlp, prometheus, file or exec'],
    ],
    ['writeKey', withDestination({ type: 'segment', writeKey: 'a b' }), ['destinations[0].writeKey is', 'the write key']],
    [
      'host',
      withDestination({ type: 'segment', host: 'api.segment.io' }),
      ['destinations[0].host is "api.segment.io"', 'https://api.segment.io'],
    ],
    ['a key of a destination', withDestination({ type: 'segment', key: 'x' }), ['destinations[0].key is not a setting']],
    ['a file without a path', withDestination({ type: 'file' }), ['destinations[0].path is missing', 'relative to the project file']],
  ])('%s', async (_name, projectFile, words) => {
    const at = scratch({ projectFile })
    const line = await oneLine(at)
    for (const word of [path.join(at.repo, 'send-metrics.json'), ...words, 'this run is not recorded']) expect(line).toContain(word)
    expect(line).not.toContain('\u001b')
    const { code, stdout } = await at.tool(['doctor'])
    expect(code).toBe(1)
    for (const word of words) expect(stdout).toContain(word)
  })

  test('consent, log, preview and flush say the same and exit 1', async () => {
    const at = scratch({ projectFile: demo({ budgetMs: -1 }) })
    for (const words of [['consent'], ['consent', 'on'], ['consent', 'show'], ['log'], ['preview', 'build'], ['flush']]) {
      const { code, stdout, stderr } = await at.tool(words)
      expect([words, code, stdout]).toEqual([words, 1, ''])
      expect(stderr).toContain('budgetMs is -1')
    }
  })

  test('after a yes, a mistake costs the record and never the target', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const file = path.join(at.repo, 'send-metrics.json')
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('{', '{"retentionDays":-1,'))
    expect(await oneLine(at)).toContain('retentionDays is -1')
    expect(there.requests).toEqual([])
  })

  test('a file that is too large, and a folder in its place', async () => {
    expect(await oneLine(scratch({ projectFile: ' '.repeat(70_000) }))).toContain('at most 65536 are allowed')
    expect(await oneLine(scratch({ projectFile: null, files: { 'send-metrics.json/x': '' } }))).toContain('is not a file')
  })

  test('a byte order mark is no mistake', async () => {
    expect(await scratch({ projectFile: `\uFEFF${demo({})}` }).make(['build'])).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('where it is looked for', () => {
  const below = (at: Scratch, words: readonly string[]) => sendMetrics(words, { cwd: path.join(at.repo, 'deep/er'), env: at.env })
  const files = { 'deep/er/Makefile': 'impl-build: ; @echo deep\n' }

  test('upwards', async () => {
    const at = scratch({ to: there.url, files })
    await at.agree(there)
    expect(await below(at, ['wrap', 'build'])).toMatchObject({ code: 0, stdout: 'deep\n' })
    expect(segmentEvents(there)).toHaveLength(1)
  })

  test('the nearest counts', async () => {
    const at = scratch({ files: { ...files, 'deep/send-metrics.json': '{"project":"Nearer"}' } })
    expect(JSON.parse((await below(at, ['consent', '--json'])).stdout).project).toBe('Nearer')
  })

  test('to the git root and not beyond', async () => {
    const at = scratch({ projectFile: null, files })
    addFiles(at.folder, { 'send-metrics.json': demo({}) })
    expect(await below(at, ['consent'])).toMatchObject({ code: 1, stderr: expect.stringContaining('no send-metrics.json here or above') })
  })

  test('outside git, further up', async () => {
    const at = scratch({ projectFile: null, files, git: false })
    addFiles(at.folder, { 'send-metrics.json': demo({}) })
    expect(JSON.parse((await below(at, ['consent', '--json'])).stdout).projectFile).toBe(path.join(at.folder, 'send-metrics.json'))
  })
})

describe('without a project file', () => {
  test('the target runs, nobody is asked and nothing is said', async () => {
    const at = scratch({ projectFile: null })
    const screen = at.screen('make', ['build'])
    expect((await screen.ended).code).toBe(0)
    expect(screen.raw()).toBe('built\r\n')
  })

  test('doctor and consent explain', async () => {
    const at = scratch({ projectFile: null })
    const doctor = await at.tool(['doctor'])
    expect(doctor.code).toBe(0)
    expect(doctor.stdout).toContain('note     project file:  no send-metrics.json here or above')
    expect(doctor.stdout).toContain('init writes one')
    for (const words of [['consent'], ['consent', 'on']]) {
      expect(await at.tool(words)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^send-metrics: no send-metrics\.json[^\n]*\n$/u),
      })
    }
  })
})

describe('what it says is done', () => {
  test('event, targets and defaultBranch', async () => {
    const makefile = 'impl-%: ; @true\n'
    const project = { event: 'team.make', targets: ['build', 'test.%'], defaultBranch: 'other' }
    const at = scratch({ to: there.url, makefile, project })
    await at.agree(there)
    for (const target of ['build', 'test.unit', 'secret']) expect((await at.wrap([target])).code).toBe(0)
    expect(segmentEvents(there).map((event) => [event.event, event.properties.command])).toEqual([
      ['team.make', 'build'],
      ['team.make', 'test.unit'],
      ['team.make', 'other'],
    ])
    expect(segmentEvents(there)[0]?.properties.git_checked_out_default_branch).toBe(false)
  })

  test('without a list, a target that looks like a path or free text is "other"', async () => {
    const at = scratch({ to: there.url, files: { 'true-make': '#!/bin/sh\n' } })
    await at.agree(there)
    for (const target of ['a/b', 'a b', 'ok_1.x']) await at.wrap([target, '--make', './true-make'])
    expect(segmentEvents(there).map((event) => event.properties.command)).toEqual(['other', 'other', 'ok_1.x'])
  })

  test('"enabled": false switches off for everybody', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const file = path.join(at.repo, 'send-metrics.json')
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('{', '{"enabled":false,'))
    expect((await at.make(['build'])).stderr).toBe('')
    expect(there.connections).toBe(0)
    expect(JSON.parse((await at.tool(['consent', '--json'])).stdout)).toMatchObject({
      effective: 'off',
      decidedBy: 'project',
      stored: 'on',
    })
  })

  test('the question names recipient, policy, retention and destination', async () => {
    const project = { recipient: 'the platform team', policyUrl: 'https://example.invalid/privacy', retentionDays: 30 }
    const at = scratch({ to: there.url, project })
    const { stderr } = await at.tool(['consent', 'on'])
    for (const words of ['the platform team', 'https://example.invalid/privacy', '30 days', new URL(there.url).host])
      expect(stderr).toContain(words)
    const { stdout } = await at.tool(['consent', 'show'])
    for (const words of ['the platform team', '30 days', 'duration_ms', 'SHA-256']) expect(stdout).toContain(words)
  })

  test('another recipient or another place is another question', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const file = path.join(at.repo, 'send-metrics.json')
    const before = fs.readFileSync(file, 'utf8')
    for (const [from, to] of [
      ['{', '{"recipient":"somebody else",'],
      ['"key"', '"another-key"'],
    ] as const) {
      fs.writeFileSync(file, before.replace(from, to))
      expect(JSON.parse((await at.tool(['consent', '--json'])).stdout).effective).toBe('undecided')
      await at.make(['build'])
    }
    expect(there.requests).toEqual([])
  })
})
