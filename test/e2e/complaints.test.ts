import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { nameHolder } from '../../src/disk/holder.ts'
import { answer, editProject, otherTerminal, QUESTION, runsUnasked, status, stored, storeOf } from '../support/answers.ts'
import { onLinux } from '../support/needs.ts'
import { shortBudget } from '../support/patience.ts'
import { rawServer } from '../support/raw-server.ts'
import { status as httpStatus, type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

// What people complain of in other tools' telemetry, a describe for each row of that list, with the threads.
let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

describe('the prompt blocks CI or Docker (angular-cli 14011, 14563; nuxt 7695)', () => {
  test.each([
    ['in CI, even at a terminal', 'make build', { CI: 'true' }],
    ['with no input, as under docker without -i', 'make build </dev/null', {}],
    ['with input that nobody types', 'yes yes | make build', {}],
    ['with the error output in a file', 'make build 2>errors', {}],
  ])('%s: it ends by itself, unasked', async (_name, line, env) => {
    const at = scratch({ to: there.url })
    const screen = at.screen('sh', ['-c', line], env)
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw()).toBe('built\r\n')
    expect(there.connections).toBe(0)
  })

  test('the target has ended before the question comes', async () => {
    const at = scratch({ to: there.url, makefile: 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo done >finished\n' })
    const screen = at.screen('make', ['build'])
    await screen.until(QUESTION)
    expect(fs.readFileSync(path.join(at.repo, 'finished'), 'utf8')).toBe('done\n')
    screen.type('\x03')
    await screen.ended
  })

  test('the end of the input leaves it undecided', async () => {
    const at = scratch({ to: there.url })
    await answer(at, '\x04')
    expect(await status(at)).toMatchObject({ effective: 'undecided', stored: null })
  })
})

describe('headless is taken for yes (nuxt telemetry 34)', () => {
  test.each([{}, { CI: 'true' }, { SEND_METRICS: 'on' }, { SEND_METRICS: '' }])('silence with %j never consents', async (env) => {
    const at = scratch({ to: there.url })
    for (let run = 0; run < 3; run++) await at.make(['build'], env)
    expect(await status(at)).toMatchObject({ effective: 'undecided', stored: null })
    expect(filesUnder(at.home)).toEqual([])
    expect(there.connections).toBe(0)
  })
})

describe('a No is forgotten (claude-code 19208)', () => {
  test('it is stored, and kept over forget, a damaged file and a change of the project', async () => {
    const at = scratch({ to: there.url })
    await answer(at, 'no\r')
    await runsUnasked(at)
    await at.tool(['consent', 'forget'])
    await runsUnasked(at)
    editProject(at, { retentionDays: 30, policyUrl: 'https://example.invalid/' })
    await runsUnasked(at)
    fs.truncateSync(storeOf(at), fs.statSync(storeOf(at)).size - 4)
    await runsUnasked(at)
    expect(there.connections).toBe(0)
  })

  test('"not now" is kept apart from it', async () => {
    const at = scratch({ to: there.url })
    await answer(at, '\x03')
    expect(stored(at)[0]).not.toHaveProperty('decision')
    expect(stored(at)[0]?.askAfter).toBeDefined()
  })
})

describe('status says one thing and the tool does another (sonarqube-cli 333, angular-cli 16784)', () => {
  const cases: [string, Record<string, string>, Record<string, unknown>][] = [
    ['on', {}, {}],
    ['on', { SEND_METRICS: 'off' }, {}],
    ['on', { SEND_METRICS: 'local' }, {}],
    ['on', { DO_NOT_TRACK: '1' }, {}],
    ['on', { CI: 'true' }, {}],
    ['on', { CI: 'true', SEND_METRICS: 'on' }, {}],
    ['on', {}, { enabled: false }],
    ['local', {}, {}],
    ['local', { SEND_METRICS: 'on' }, {}],
    ['off', { SEND_METRICS: 'on' }, {}],
  ]
  test.each(cases)('after %s, with %j and %j: status, doctor, flush and the run agree', async (choice, env, project) => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', choice])
    there.requests.length = 0
    editProject(at, project)
    const { effective, decidedBy } = await status(at, env)
    await at.make(['build'], env)
    expect(segmentEvents(there)).toHaveLength(effective === 'on' ? 1 : 0)
    const runs = filesUnder(path.join(at.home, '.local')).filter((file) => file.includes('/runs-'))
    expect(runs.length > 0).toBe(effective === 'on' || effective === 'local' || choice === 'on')
    expect((await at.tool(['doctor'], env)).stdout).toContain(`consent:       ${effective} (${decidedBy}):`)
    expect((await at.tool(['flush'], env)).stderr.includes('nothing is sent')).toBe(effective !== 'on')
  })
})

describe('opting out fails silently (clickhousectl 292)', () => {
  test('it exits 1 and names the file, the reason and the variable', async () => {
    if (!onLinux()) return
    const at = scratch({ to: there.url })
    await at.agree(there)
    fs.mkdirSync(`${storeOf(at)}.lock`)
    fs.writeFileSync(`${storeOf(at)}.lock/1`, `${nameHolder(process.pid)} token`)
    const { code, stdout, stderr } = await at.tool(['consent', 'off'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`cannot store the decision in ${storeOf(at)}: another process holds its lock`)
    expect(stderr).toMatch(/SEND_METRICS=off\n$/u)
    // What it names works.
    await at.make(['build'], { SEND_METRICS: 'off' })
    expect(there.connections).toBe(0)
  })

  test('an answer to the question that cannot be stored is said on the screen', async () => {
    const at = scratch({ to: there.url })
    const screen = at.screen('make', ['build'], {}, { columns: 200 })
    await screen.until(QUESTION)
    // What cannot be stored from the start is not asked for.
    addFiles(at.home, { '.config': 'a file in the way' })
    screen.type('no\r')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw()).toMatch(/cannot store the decision in \S+config\.json: ENOTDIR[\s\S]*SEND_METRICS=off/u)
  })
})

describe('a corrupt file bricks the tool (supabase 5405, telepresence 2804)', () => {
  test.each(['{"projects":{', '', '[]', 'null', '\u0000', '{"projects":{"x":{"id":7}}}'])('%j', async (text) => {
    const at = scratch({ to: there.url })
    addFiles(at.home, { '.config/send-metrics/config.json': text })
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(await status(at)).toMatchObject({ effective: 'undecided' })
    await answer(at, 'yes\r')
    expect(await status(at)).toMatchObject({ effective: 'on' })
  })
})

describe('exit gets slow or fails (supabase 5880, aptos-core 8113)', () => {
  test('a receiver that never answers: the exit code is the target’s, one budget, and the event waits', async () => {
    const silent = await rawServer(() => {})
    try {
      const makefile = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @exit 3\n'
      const at = scratch({ to: silent.url, makefile, project: { budgetMs: shortBudget(100) } })
      await at.agree()
      expect((await at.wrap(['build'])).code).toBe(2)
      expect(at.waiting().map(({ properties }) => properties.command)).toContain('build')
      // The breaker is open: the next run does not even knock.
      const knocks = silent.connections
      expect((await at.wrap(['build'])).code).toBe(2)
      expect(silent.connections).toBe(knocks)
    } finally {
      await silent.close()
    }
  })
})

describe('flushers leak (next.js 97715; beads 5900)', () => {
  test('no process outlives the run, and what waits is bounded and goes with a later one', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    there.answer = httpStatus(503)
    for (let run = 0; run < 3; run++) await at.make(['build'])
    // A pipe is closed when the last process that holds it has ended: `make` returned, so none is left.
    expect(at.waiting()).toHaveLength(3)
    there.answer = httpStatus(200)
    expect((await at.tool(['flush'])).code).toBe(0)
    expect(at.waiting()).toEqual([])
    expect(filesUnder(path.join(at.home, '.local')).filter((file) => /claim|lock|tmp/u.test(file))).toEqual([])
  })
})

describe('a notice on stdout breaks JSON (turborepo 7185)', () => {
  test('the question, its details and its thanks are on stderr; stdout is the target’s alone', async () => {
    const makefile = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo \'{"a":1}\'\n'
    const at = scratch({ to: there.url, makefile })
    const other = await otherTerminal(at)
    const screen = at.screen('sh', ['-c', `make build >${other.file}`])
    await screen.until(QUESTION)
    screen.type('d\r')
    await screen.until(/"run_id"[\s\S]*Your answer/u)
    screen.type('yes\r')
    await screen.until('Thank you')
    await screen.ended
    other.screen.type('end\r')
    await other.screen.ended
    expect(other.screen.raw()).toBe('ready\r\n{"a":1}\r\nend\r\n')
  })

  test('--json is JSON with nothing before or behind it', async () => {
    const at = scratch({ to: there.url })
    await at.agree()
    const commands = ['consent', 'consent show', 'consent list', 'consent new-id', 'consent forget', 'doctor', 'flush', 'preview build']
    for (const command of commands) {
      const { stdout } = await at.tool([...command.split(' '), '--json'])
      expect([command, typeof JSON.parse(stdout)]).toEqual([command, 'object'])
    }
  })
})

describe('traffic after "off" (go 69269, vscode 47687)', () => {
  test('an answer of no, then everything there is: zero connections', async () => {
    const at = scratch({ to: there.url })
    await answer(at, 'no\r')
    await runsUnasked(at)
    for (const words of [['flush'], ['doctor'], ['preview', 'build'], ['consent', 'off'], ['consent', 'forget']]) await at.tool(words)
    await at.make(['build'], { SEND_METRICS: 'on', CI: 'true' })
    expect(there.connections).toBe(0)
  })

  test('off while the target runs holds for that run', async () => {
    const makefile = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @send-metrics consent off --silent >/dev/null\n'
    const at = scratch({ to: there.url, makefile })
    await at.agree(there)
    expect((await at.make(['build'])).code).toBe(0)
    expect(there.requests).toEqual([])
    expect(at.waiting()).toEqual([])
  })
})

describe('on by default with a lasting ID (brew 11662, aws-cdk 34892)', () => {
  test('off until a person says yes; an ID for each project; a way to renew it', async () => {
    const at = scratch({ to: there.url })
    const other = scratch({ to: there.url, project: { project: 'Other' }, env: { HOME: at.home } })
    await at.make(['build'])
    expect(filesUnder(at.home)).toEqual([])
    await answer(at, 'yes\r')
    await answer(other, 'yes\r')
    const ids = stored(at).map(({ anonymousId }) => anonymousId)
    expect(new Set(ids).size).toBe(2)
    await at.tool(['consent', 'new-id'])
    expect(ids).not.toContain(stored(at)[0]?.anonymousId)
  })
})

describe('consent or ID committed into a repo (mean-docker 98, dspace-angular 1400)', () => {
  test('nothing is written into the repository by any answer or run', async () => {
    const at = scratch({ to: there.url })
    const before = filesUnder(at.repo).filter((file) => !file.startsWith('.git/'))
    await answer(at, 'yes\r')
    await runsUnasked(at)
    expect(filesUnder(at.repo).filter((file) => !file.startsWith('.git/'))).toEqual(before)
  })

  test.each([{ enabled: true }, { consent: 'on' }, { decision: 'on', anonymousId: 'x' }])(
    'a project file with %j switches nothing on',
    async (more) => {
      const at = scratch({ to: there.url, project: more })
      await at.make(['build'])
      expect(there.connections).toBe(0)
      expect(filesUnder(at.home)).toEqual([])
    },
  )

  test('a project file can switch off', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    editProject(at, { enabled: false })
    await runsUnasked(at)
    expect(there.connections).toBe(0)
  })
})
