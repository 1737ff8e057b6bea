import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run, sendMetrics } from '../../support/cli.ts'
import { onLinux } from '../../support/needs.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { atTerminal, runEvents, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const BUILD = `${WRAPPED('build')}impl-build: ; @echo built\n`
const EXPORTS = (...lines: readonly string[]) => `${lines.map((line) => `export ${line}\n`).join('')}${BUILD}`

describe('no file in a repository turns it on at a machine that a person works at', () => {
  test.each(['BUILD_ID := 7', 'BUILD_NUMBER := 7', 'RUN_ID := 7', 'CI_NAME := x', 'CI := true', 'GITHUB_ACTIONS := true'])(
    'at a terminal, a makefile that exports SEND_METRICS := on and %s records nothing, sends nothing, and asks nobody',
    async (mark) => {
      const at = wrappedProject(there, { makefile: EXPORTS('SEND_METRICS := on', mark) })
      const screen = atTerminal(at, 'make', ['build'])
      expect((await screen.ended).code).toBe(0)
      expect(screen.raw()).toMatch(/built/u)
      expect(screen.raw()).not.toMatch(/asks:/u)
      expect([there.connections, at.runs()]).toEqual([0, []])
    },
  )

  test('the same without a terminal, and with its streams in files, as a recipe may send them', async () => {
    const at = wrappedProject(there, { makefile: EXPORTS('SEND_METRICS := on', 'CI := true') })
    await run('make', ['build'], { cwd: at.repo, env: at.env })
    const silent = wrappedProject(there, {
      makefile: `export SEND_METRICS := on\nexport CI := true\nbuild: ; @send-metrics wrap $@ </dev/null >log 2>&1\nimpl-build: ; @echo built\n`,
    })
    const screen = atTerminal(silent, 'make', ['build'])
    await screen.ended
    expect(fs.readFileSync(path.join(silent.repo, 'log'), 'utf8')).toContain('built')
    expect([there.connections, at.runs(), silent.runs()]).toEqual([0, [], []])
  })

  test('a vague mark in the environment is off, and says what would count', async () => {
    const at = wrappedProject(there, { makefile: BUILD, env: { SEND_METRICS: 'on', BUILD_ID: '7' } })
    const { stdout } = await sendMetrics(['consent', '--json'], { cwd: at.repo, env: at.env })
    expect(JSON.parse(stdout)).toMatchObject({ effective: 'off', decidedBy: 'ci', reason: expect.stringContaining('BUILD_ID alone') })
  })

  test('a makefile can still lower what was decided', async () => {
    const at = wrappedProject(there, { makefile: EXPORTS('SEND_METRICS := off'), env: { SEND_METRICS: 'on', CI: 'true' } })
    await run('make', ['build'], { cwd: at.repo, env: at.env })
    expect(there.connections).toBe(0)
  })
})

describe("a pipeline's yes", () => {
  const pipeline = { SEND_METRICS: 'on', CI: 'true' }

  test('counts where the pipeline set it, for make and for what a make below runs', async () => {
    const makefile = `${BUILD}deep: ; @$(MAKE) build\n`
    const at = wrappedProject(there, { makefile, env: pipeline })
    for (const target of ['build', 'deep']) expect(await run('make', [target], { cwd: at.repo, env: at.env })).toMatchObject({ code: 0 })
    expect(runEvents(there)).toHaveLength(2)
  })

  describe('and on Linux', () => {
    test.each([
      ['SEND_METRICS on', ['SEND_METRICS := on'], { CI: 'true' }],
      ['the mark of CI', ['CI := true'], { SEND_METRICS: 'on' }],
      ['both', ['SEND_METRICS := on', 'CI := true'], {}],
    ])('does not count where a makefile exports %s', async (_name, exports, env) => {
      if (!onLinux()) return
      const at = wrappedProject(there, { makefile: EXPORTS(...exports), env: env as Record<string, string> })
      await run('make', ['build'], { cwd: at.repo, env: at.env })
      const below = wrappedProject(there, {
        makefile: `${EXPORTS(...exports)}deep: ; @$(MAKE) build\n`,
        env: env as Record<string, string>,
      })
      await run('make', ['deep'], { cwd: below.repo, env: below.env })
      expect([there.connections, at.runs(), below.runs()]).toEqual([0, [], []])
    })

    test('counts as an argument of the make that was typed, which no makefile can add', async () => {
      if (!onLinux()) return
      const at = wrappedProject(there, { makefile: BUILD, env: { SEND_METRICS: 'on:', CI: 'true' } })
      await run('make', ['build', 'SEND_METRICS=on'], { cwd: at.repo, env: at.env })
      expect(runEvents(there)).toHaveLength(1)
    })

    test.each([
      ['another host', (url: string) => `SEND_METRICS_SEGMENT_HOST := ${url}`],
      ['a proxy', (url: string) => `http_proxy := ${url}`],
      ['another key', () => 'SEND_METRICS_WRITE_KEY := theirs'],
    ])('goes where the pipeline says, whatever a makefile exports: %s', async (_name, exported) => {
      if (!onLinux()) return
      const other = await receiver()
      try {
        const at = wrappedProject(there, { makefile: EXPORTS(exported(other.url)), env: pipeline })
        await run('make', ['build'], { cwd: at.repo, env: at.env })
        expect(other.connections).toBe(0)
        expect(runEvents(there)).toHaveLength(1)
        expect(there.requests[0]?.body).toContain('"writeKey":"key"')
      } finally {
        await other.close()
      }
    })
  })

  test('held to places by a fingerprint, which doctor prints, no commit moves it', async () => {
    const plain = wrappedProject(there, { makefile: BUILD })
    const { stdout } = await sendMetrics(['doctor'], { cwd: plain.repo, env: plain.env })
    const pinned = /SEND_METRICS=(on:[0-9a-f]{16}) is a yes to these places alone/u.exec(stdout.replace(/\s+/gu, ' '))?.[1] ?? ''
    const env = { SEND_METRICS: pinned, CI: 'true' }
    const at = wrappedProject(there, { makefile: BUILD, env })
    await run('make', ['build'], { cwd: at.repo, env: at.env })
    expect(runEvents(there)).toHaveLength(1)
    const other = await receiver()
    try {
      const moved = wrappedProject(other, { makefile: BUILD, env })
      await run('make', ['build'], { cwd: moved.repo, env: moved.env })
      expect([other.connections, moved.runs()]).toEqual([0, []])
      const said = await sendMetrics(['consent', '--json'], { cwd: moved.repo, env: moved.env })
      expect(JSON.parse(said.stdout).reason).toMatch(/is for other places than the project file names now/u)
    } finally {
      await other.close()
    }
  })
})
