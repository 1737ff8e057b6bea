import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver, status } from '../../support/receiver.ts'
import {
  agreedProject,
  atTerminal,
  BARE,
  eventually,
  isRunning,
  runEvents,
  textOf,
  WRAPPED,
  wrappedProject,
} from '../../support/wrapped-project.ts'

const SLEEPING =
  'impl-sleep: ; @echo $$PPID > make.pid; trap "after-make 2; trap - INT; kill -INT $$$$" INT; echo ready > ready; while :; do sleep 0.05; done\n'

describe('Ctrl-C at a terminal', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  const makefile = (rule: typeof WRAPPED) => `${rule('sleep')}${rule('quick')}${SLEEPING}impl-quick: ; @echo quick\n`

  /** What the outer make says and how it ends when Ctrl-C is pressed during the target. */
  async function interrupted(rule: typeof WRAPPED) {
    const project = await agreedProject(there, { makefile: makefile(rule) })
    const screen = atTerminal(project, 'make', ['sleep'])
    await eventually('the recipe runs', () => textOf(project, 'ready') !== '')
    screen.type('\x03')
    const ended = await screen.ended
    return { project, ended, lines: screen.raw().replace(/^\^C/u, '').trim().split('\r\n').sort() }
  }

  test('the run is recorded as interrupted, and the outer make says and does what it would without us', async () => {
    const bare = await interrupted(BARE)
    const wrapped = await interrupted(WRAPPED)
    expect(wrapped.lines.map((line) => line.replace(/\[Makefile:\d+: /u, '['))).toEqual(
      bare.lines.map((line) => line.replace(/\[Makefile:\d+: /u, '[')),
    )
    expect(wrapped.lines).toContainEqual(expect.stringMatching(/^make: \*\*\* \[.*sleep\] Interrupt$/u))
    expect(wrapped.ended).toEqual(bare.ended)
    expect(wrapped.project.runs()).toMatchObject([{ command: 'sleep', exit_status: -2, outcome: 'interrupted' }])
    expect(runEvents(there)).toHaveLength(1)
    expect(isRunning(Number(textOf(wrapped.project, 'make.pid')))).toBe(false)
  })

  test.each([1, 5])('pressed %i times, the target gets it that often and not once more', async (presses) => {
    const project = await agreedProject(there, { makefile: makefile(WRAPPED), files: { stubborn: STUBBORN(presses) } })
    // In make's place, because make itself dies of the second press, with us and without us.
    const screen = atTerminal(project, 'send-metrics', ['wrap', '--make', './stubborn', 'count'])
    await eventually('the target runs', () => textOf(project, 'ready') !== '')
    for (let press = 1; press <= presses; press++) {
      screen.type('\x03')
      await eventually(`press ${press} arrived`, () => textOf(project, 'got').length >= press)
    }
    expect((await screen.ended).code).toBe(7)
    expect(textOf(project, 'got')).toBe('x'.repeat(presses))
    expect(project.runs()).toMatchObject([{ exit_status: 7, outcome: 'failure' }])
  })

  test('a target that ignores SIGINT is waited for, and its own exit code counts', async () => {
    const project = await agreedProject(there, { makefile: makefile(WRAPPED), files: { deaf: DEAF } })
    const screen = atTerminal(project, 'send-metrics', ['wrap', '--make', './deaf', 'count'])
    await eventually('the target runs', () => textOf(project, 'ready') !== '')
    screen.type('\x03')
    await screen.until('^C')
    fs.writeFileSync(path.join(project.repo, 'go'), '')
    expect(await screen.ended).toEqual({ code: 3, signal: 0 })
    expect(screen.raw()).toContain('finished')
    expect(project.runs()).toMatchObject([{ exit_status: 3, outcome: 'failure' }])
  })

  test.each([
    ['make', 'make sleep'],
    ['wrap itself', 'send-metrics wrap sleep'],
  ])('a loop over %s in bash stops', async (_name, command) => {
    const project = await agreedProject(there, { makefile: makefile(WRAPPED) })
    const screen = atTerminal(project, 'bash', ['--norc', '--noprofile', '-i'], { PS1: 'PROMPT>' })
    await screen.until('PROMPT>')
    screen.type(`for i in 1 2 3; do echo round-$i; ${command}; done; echo "after-$?-loop"\r`)
    await eventually('the recipe runs', () => textOf(project, 'ready') !== '')
    screen.type('\x03')
    await screen.until(/\^C[\s\S]*PROMPT>/u)
    screen.type('exit\r')
    await screen.ended
    expect(screen.raw()).toContain('round-1\r\n')
    expect(screen.raw()).not.toContain('round-2\r\n')
    expect(project.runs()).toHaveLength(1)
  })

  test('pressed again while reporting, it ends at once by SIGINT, with the event on disk', async () => {
    const project = await agreedProject(there, { makefile: makefile(WRAPPED), settings: { budgetMs: 60_000 } })
    there.answer = () => {}
    const screen = atTerminal(project, 'send-metrics', ['wrap', 'sleep'])
    await eventually('the recipe runs', () => textOf(project, 'ready') !== '')
    screen.type('\x03')
    await eventually('the report is under way', () => runEvents(there).length === 1)
    expect(isRunning(screen.pid)).toBe(true)
    screen.type('\x03')
    // The budget is a minute: a report that went on would outlast this test.
    expect(await screen.ended).toEqual({ code: 0, signal: 2 })
    expect(project.waiting()).toEqual(project.runs().map(({ id }) => id))
    there.answer = status(200)
  })

  test('during the report of a run that had succeeded, it ends us by SIGINT too', async () => {
    const project = await agreedProject(there, { makefile: makefile(WRAPPED), settings: { budgetMs: 60_000 } })
    there.answer = () => {}
    const screen = atTerminal(project, 'send-metrics', ['wrap', 'quick'])
    await eventually('the report is under way', () => runEvents(there).length === 1)
    screen.type('\x03')
    expect(await screen.ended).toEqual({ code: 0, signal: 2 })
    expect(project.runs()).toMatchObject([{ exit_status: 0, outcome: 'success' }])
    expect(project.waiting()).toHaveLength(1)
  })

  test('somebody who has not agreed is not kept either', async () => {
    const project = wrappedProject(there, { makefile: makefile(WRAPPED) })
    const screen = atTerminal(project, 'send-metrics', ['wrap', 'sleep'])
    await eventually('the recipe runs', () => textOf(project, 'ready') !== '')
    screen.type('\x03')
    expect(await screen.ended).toEqual({ code: 0, signal: 2 })
    expect(project.state()).toBeUndefined()
    expect(there.connections).toBe(0)
  })
})

/** Lives through SIGINT until it is allowed to end. */
const DEAF = `#!${process.execPath}
const fs = require('node:fs')
process.on('SIGINT', () => {})
fs.writeFileSync('ready', 'x')
setInterval(() => {
  if (!fs.existsSync('go')) return
  console.log('finished')
  process.exit(3)
}, 10)
`

/** Counts its SIGINTs in a file, by one letter each, and ends after so many. */
const STUBBORN = (presses: number) => `#!${process.execPath}
const fs = require('node:fs')
let got = 0
process.on('SIGINT', () => {
  fs.appendFileSync('got', 'x')
  if (++got === ${presses}) setTimeout(() => process.exit(7), 300)
})
setInterval(() => {}, 1000)
fs.writeFileSync('ready', 'x')
`
