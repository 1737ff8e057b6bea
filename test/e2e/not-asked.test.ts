import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, editProject } from '../support/answers.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, READER, type Scratch, scratch } from '../support/scratch.ts'

const QUESTION = 'Your answer'
const HINT = 'send-metrics consent'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

async function quiet(at: Scratch, command: string, words: readonly string[], env = {}, code = 0): Promise<string> {
  const screen = at.screen(command, words, env)
  expect(await screen.ended).toEqual({ code, signal: 0 })
  expect(screen.raw()).not.toContain(QUESTION)
  expect(there.connections).toBe(0)
  return screen.raw()
}

describe('nobody is asked', () => {
  afterEach(() => expect(there.requests).toEqual([]))

  test.each([
    ['with stdin on a pipe', 'echo yes | make build'],
    ['with stderr in a file', 'make build 2>err'],
    ['with stdout in a file', 'make build >out'],
    ['before a pager, which has the screen', 'make build | cat'],
    ['before a pager, side by side', 'make -j2 build | cat'],
    ['before tee', 'make build | tee log'],
    ['before tee, with stderr too', 'make build 2>&1 | tee log'],
    ['without a home', 'HOME= make build'],
    ['without a home, side by side', 'HOME= make -j2 build'],
    ['with a home that is no folder', 'HOME=/dev/null make build'],
    ['with a relative home', 'HOME=. make build; rm -rf .config'],
    ['with a config folder that takes nothing', 'XDG_CONFIG_HOME=/dev/null make build'],
    ['three times, where an answer cannot be kept', 'for n in 1 2 3; do HOME=/dev/null make build; done'],
    ['under a coding agent', 'CLAUDECODE=1 make build'],
    ['under any agent', 'AI_AGENT=new-one make build'],
    ['under a coding agent, side by side', 'CURSOR_AGENT=1 make -j2 build'],
    ['with -n', 'send-metrics wrap build -- -n'],
    ['with -t', 'send-metrics wrap build -- -t'],
  ])('%s', async (_name, line) => {
    const at = scratch({ to: there.url })
    expect(await quiet(at, 'sh', ['-c', line])).not.toContain(HINT)
    expect(filesUnder(path.join(at.home, '.config'))).toEqual([])
  })

  test('with -q', async () => {
    await quiet(scratch({ to: there.url }), 'send-metrics', ['wrap', 'build', '--', '-q'], {}, 1)
  })

  test.each([
    ['CI', 'true'],
    ['GITHUB_ACTIONS', 'true'],
    ['BUILD_ID', '7'],
    ['TERM', 'dumb'],
    ['SEND_METRICS', 'off'],
    ['DO_NOT_TRACK', '1'],
  ])('with %s=%s', async (name, value) => {
    const at = scratch({ to: there.url })
    // Set in the shell, because a pseudo-terminal sets TERM itself.
    await quiet(at, 'sh', ['-c', `export ${name}=${value}; make build`])
    expect(filesUnder(path.join(at.home, '.config'))).toEqual([])
  })

  test('after a run that failed', async () => {
    const makefile = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @exit 3\n'
    await quiet(scratch({ to: there.url, makefile }), 'make', ['build'], {}, 2)
  })

  test('after a run that was interrupted', async () => {
    const at = scratch({ to: there.url, files: READER })
    const screen = at.screen('send-metrics', ['wrap', 'build', '--make', './reader'])
    screen.type('ready\r')
    // The terminal echoes the line, then cat repeats it: it is reading.
    await screen.until(/ready[\s\S]*ready/u)
    screen.type('\x03')
    expect((await screen.ended).signal).toBe(2)
    expect(screen.raw()).not.toContain(QUESTION)
  })

  test('in the background of a shell', async () => {
    const at = scratch({ to: there.url })
    // -m gives the background job a process group of its own, as at an interactive prompt.
    await quiet(at, 'bash', ['-mc', 'make build & wait $!'])
  })
})

describe('a project that sends nothing anywhere', () => {
  const LOCAL = 'to keep a record on this machine: send-metrics consent local'

  test('asks nothing, and says once a day how to keep a record', async () => {
    const at = scratch()
    expect((await quiet(at, 'make', ['build'])).split(LOCAL)).toHaveLength(2)
    expect(await quiet(at, 'make', ['build'])).not.toContain(HINT)
    expect(await quiet(at, 'make', ['-j2', 'build'])).not.toContain(HINT)
    expect((await at.tool(['consent', 'local'])).code).toBe(0)
    expect(await quiet(at, 'make', ['build'])).not.toContain(HINT)
    expect((await at.log()).map(({ type }) => type)).toEqual(['run'])
  })

  test('asks as soon as it has somewhere to send', async () => {
    const at = scratch()
    await quiet(at, 'make', ['build'])
    editProject(at, { destinations: [{ type: 'segment', writeKey: 'key', host: there.url }] })
    await answer(at, 'no\r')
  })
})

describe('a person whose terminal a coding agent started', () => {
  test('is asked with SEND_METRICS_AGENT=none', async () => {
    await answer(scratch({ to: there.url }), 'no\r', QUESTION, { CLAUDECODE: '1', SEND_METRICS_AGENT: 'none' })
  })
})

describe('asked once', () => {
  const makefile = [
    'build: ; @send-metrics wrap "$@"',
    'impl-build: test ; @echo built',
    'test: ; @send-metrics wrap "$@"',
    'impl-test: ; @echo tested',
  ].join('\n')

  test('by the outermost of nested runs, when all have ended', async () => {
    const at = scratch({ to: there.url, makefile: `${makefile}\n` })
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION)
    expect(screen.raw()).toContain('built')
    screen.type('no\r')
    await screen.ended
    expect(screen.raw().split('Never:')).toHaveLength(2)
  })

  test('after a yes, nested runs arrive in one batch, tied together', async () => {
    const at = scratch({ to: there.url, makefile: `${makefile}\n` })
    await at.agree(there)
    expect((await at.make(['build'])).code).toBe(0)
    expect(there.requests).toHaveLength(1)
    const [inner, outer] = segmentEvents(there).map((event) => event.properties)
    expect([inner?.command, outer?.command]).toEqual(['test', 'build'])
    expect(inner?.parent_run_id).toBe(outer?.run_id)
    expect(inner?.trace_id).toBe(outer?.trace_id)
  })
})

describe('while make runs jobs side by side', () => {
  test('there is a hint of one line, at most once a day', async () => {
    const at = scratch({ to: there.url })
    expect((await quiet(at, 'make', ['-j2', 'build'])).split(HINT)).toHaveLength(2)
    expect(await quiet(at, 'make', ['-j2', 'build'])).not.toContain(HINT)
  })

  test('the hint does not use up the question', async () => {
    const at = scratch({ to: there.url })
    await quiet(at, 'make', ['-j2', 'build'])
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION)
    screen.type('no\r')
    await screen.ended
  })
})
