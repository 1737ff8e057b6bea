import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, eventually, isRunning, textOf, WRAPPED, type WrappedProject } from '../../support/wrapped-project.ts'

const MAKEFILE =
  WRAPPED('sleep') +
  WRAPPED('tidy') +
  'direct: ; @exec send-metrics wrap "sleep"\n' +
  'impl-sleep: ; @echo $$PPID > make.pid; echo $$$$ > recipe.pid; exec sleep 300\n' +
  `impl-tidy: ; @echo $$PPID > make.pid; trap 'echo tidied > tidied; exit 0' TERM; echo $$$$ > recipe.pid; while :; do sleep 0.05; done\n`

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

describe('a signal to wrap alone', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  async function treeIsGone(project: WrappedProject) {
    for (const name of ['make.pid', 'recipe.pid']) {
      const pid = Number(textOf(project, name))
      expect(pid).toBeGreaterThan(1)
      await eventually(`${name} has ended`, () => !isRunning(pid))
    }
  }

  test.each(SIGNALS)('%s without a terminal: the target ends, the event is written, and wrap dies of it', async (signal) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    // A session of its own, so that there is no controlling terminal, as under cron or a service.
    const child = spawn('send-metrics', ['wrap', 'sleep'], { cwd: project.repo, env: project.env, detached: true, stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve({ code, by })))
    await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
    child.kill(signal)
    expect(await ended).toEqual({ code: null, by: signal })
    await treeIsGone(project)
    expect(project.runs()).toMatchObject([{ exit_status: -constants.signals[signal], outcome: 'interrupted' }])
  })

  test.each(SIGNALS)('%s while at a terminal', async (signal) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'send-metrics', ['wrap', 'sleep'])
    await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
    process.kill(screen.pid, signal)
    expect(await screen.ended).toEqual({ code: 0, signal: constants.signals[signal] })
    await treeIsGone(project)
    expect(project.runs()).toMatchObject([{ exit_status: -constants.signals[signal], outcome: 'interrupted' }])
  })

  test.each(SIGNALS)('%s while at a terminal, with all streams elsewhere', async (signal) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    // A terminal that nobody has open is closed; a shell would have it open, here it is descriptor 3.
    const screen = atTerminal(project, 'bash', ['-c', 'exec send-metrics wrap sleep </dev/null >out 2>&1 3<>/dev/tty'])
    await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
    process.kill(screen.pid, signal)
    expect(await screen.ended).toEqual({ code: 0, signal: constants.signals[signal] })
    await treeIsGone(project)
    expect(project.runs()).toMatchObject([{ exit_status: -constants.signals[signal], outcome: 'interrupted' }])
  })

  test('a recipe gets the time to tidy up', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'send-metrics', ['wrap', 'tidy'])
    await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
    process.kill(screen.pid, 'SIGTERM')
    expect(await screen.ended).toEqual({ code: 0, signal: constants.signals.SIGTERM })
    expect(textOf(project, 'tidied')).toBe('tidied\n')
    await treeIsGone(project)
  })

  // With `exec`, because make gives a line with quotes to sh, and sh would die alone and leave us running.
  test('the outer make gets SIGTERM and passes it on: the whole tree ends, one event', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const child = spawn('make', ['direct'], { cwd: project.repo, env: project.env, detached: true, stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve({ code, by })))
    await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: null, by: 'SIGTERM' })
    await treeIsGone(project)
    expect(project.runs()).toMatchObject([{ exit_status: -15, outcome: 'interrupted' }])
  })
})
