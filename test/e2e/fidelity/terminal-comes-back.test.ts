import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { stored } from '../../support/answers.ts'
import { BIN, NODE } from '../../support/cli.ts'
import { preload } from '../../support/preload.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { type Scratch, scratch } from '../../support/scratch.ts'
import type { Terminal } from '../../support/terminal.ts'
import { eventually, isRunning } from '../../support/wrapped-project.ts'

const QUESTION = 'Your answer'

/** Without the door, which keeps NODE_OPTIONS from us: that is how a fault gets in. */
const TOOL = `'${NODE}' '${BIN}'`

/** The target changes the terminal as well, which is its own affair: what it leaves is what there has to be again. */
const MAKEFILE = `
build: ; @echo $$PPID >make.pid; exec ${TOOL} wrap build
below-sh: ; @echo $$PPID >make.pid; ${TOOL} wrap build; :
impl-build: ; @stty -ixon; stty -g >at-question; echo built
`
/** As a script would go on after make; what comes next is awaited, because a make that is killed leaves us to end by ourselves. */
const script = (line: string) => `stty -g >at-start; ${line}; echo "ended-$?"; read -r next; stty -g >afterwards; echo "over-$((1+1))"`

/** Says which process wrap is, and has a fault of ours happen at a signal that a test can send. */
const PRELOAD = `require('fs').writeFileSync('wrap.pid', String(process.pid))
process.on('SIGPWR', () => { throw new Error('a fault of ours') })
process.on('SIGIO', () => { process.exit(9) })`

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

interface Question {
  readonly at: Scratch
  readonly screen: Terminal
  /** The number in a file of the project. */
  pid(name: string): number
}

/** A project with wrap at its question. */
async function asked(line: string, env = {}): Promise<Question> {
  const at = scratch({ to: there.url, makefile: MAKEFILE, env })
  const screen = at.screen('sh', ['-c', script(line)], preload(at.repo, PRELOAD))
  await screen.until(QUESTION)
  return { at, screen, pid: (name) => Number(fs.readFileSync(path.join(at.repo, name), 'utf8')) }
}

/** The terminal's settings when the run has ended, beside those before the question. */
async function compared({ at, screen, pid }: Question): Promise<{ before: string; afterwards: string; ended: string }> {
  await screen.until(/ended-\d+/u)
  await eventually('wrap has ended', () => !isRunning(pid('wrap.pid')))
  screen.type('\n')
  await screen.until('over-2')
  const text = (name: string) => fs.readFileSync(path.join(at.repo, name), 'utf8')
  expect(text('at-question')).not.toBe(text('at-start'))
  return { before: text('at-question'), afterwards: text('afterwards'), ended: /ended-(\d+)/u.exec(screen.raw())?.[1] ?? '' }
}

const type = (keys: string) => (question: Question) => question.screen.type(keys)
const signal = (name: string, to: NodeJS.Signals) => (question: Question) => process.kill(question.pid(name), to)

describe('the terminal is as it was before the question', () => {
  test.each<[end: string, line: string, act: (question: Question) => void, ended: string]>([
    ['yes', 'make build', type('yes\r'), '0'],
    ['local', 'make build', type('local\r'), '0'],
    ['no', 'make build', type('no\r'), '0'],
    ['Ctrl-C', 'make build', type('\x03'), '0'],
    ['Ctrl-C after half an answer', 'make build', type('ye\x03'), '0'],
    ['Ctrl-D', 'make build', type('\x04'), '0'],
    ['a refused answer, then Ctrl-C', 'make build', type('what?\r\x03'), '0'],
    ['nobody at the keys', 'export SEND_METRICS_ASK_SECONDS=1; make build', () => {}, '0'],
    ['SIGINT to wrap', 'make build', signal('wrap.pid', 'SIGINT'), '2'],
    ['SIGTERM to wrap', 'make build', signal('wrap.pid', 'SIGTERM'), '2'],
    ['SIGHUP to wrap', 'make build', signal('wrap.pid', 'SIGHUP'), '2'],
    ['SIGQUIT to wrap', 'ulimit -c 0; make build', signal('wrap.pid', 'SIGQUIT'), '2'],
    ['SIGUSR1 to wrap', 'make build', signal('wrap.pid', 'SIGUSR1'), '2'],
    ['SIGUSR2 to wrap', 'make build', signal('wrap.pid', 'SIGUSR2'), '2'],
    ['SIGTERM to make', 'make build', signal('make.pid', 'SIGTERM'), '143'],
    ['SIGTERM to make, with a shell between it and wrap', 'make below-sh', signal('make.pid', 'SIGTERM'), '143'],
    ['SIGKILL to make', 'make build', signal('make.pid', 'SIGKILL'), '137'],
    ['SIGKILL to make, with a shell between it and wrap', 'make below-sh', signal('make.pid', 'SIGKILL'), '137'],
    [
      'timeout --foreground',
      'sh -c "echo \\$\\$ >timeout.pid; exec timeout --foreground 600 make build"',
      signal('timeout.pid', 'SIGTERM'),
      '143',
    ],
    ['an error of ours that nothing catches', 'make build', signal('wrap.pid', 'SIGPWR'), '0'],
    // Node 22 lets what waits for the answer go on while the process exits, so that the target's own status is the last word.
    ['an exit in the middle of it', 'make build', signal('wrap.pid', 'SIGIO'), '2 or 0'],
  ])('%s', async (_end, line, act, ended) => {
    const question = await asked(line)
    act(question)
    const terminal = await compared(question)
    expect({ ...terminal, ended: undefined }).toEqual({ before: terminal.before, afterwards: terminal.before })
    expect(ended.split(' or ')).toContain(terminal.ended)
  })

  test('Ctrl-Z, fg and an answer', async () => {
    const at = scratch({ to: there.url, makefile: MAKEFILE })
    const screen = at.screen('bash', ['--norc', '--noprofile', '-i'], { PS1: 'PROMPT>' })
    await screen.until('PROMPT>')
    screen.type('make build\r')
    await screen.until(QUESTION)
    screen.type('\x1a')
    await screen.until('Stopped')
    screen.type('stty -g >stopped; fg; echo "ended-$?"; stty -g >afterwards; echo over-$((1+1))\r')
    await screen.until(new RegExp(`Stopped[\\s\\S]*${QUESTION}`, 'u'))
    screen.type('no\r')
    await screen.until('over-2')
    const [before, stopped, afterwards] = ['at-question', 'stopped', 'afterwards'].map((name) =>
      fs.readFileSync(path.join(at.repo, name), 'utf8'),
    )
    expect(screen.raw()).toContain('ended-0')
    expect(afterwards).toBe(stopped)
    expect(before?.split(':').length).toBe(afterwards?.split(':').length)
    screen.type('exit\r')
    await screen.ended
  })
})

describe('the terminal after the question of init', () => {
  test.each<[end: string, act: (screen: Terminal, pid: number) => void, ended: RegExp]>([
    ['yes', (screen) => screen.type('y\r'), /ended-0/u],
    ['Enter alone', (screen) => screen.type('\r'), /ended-1/u],
    ['Ctrl-C', (screen) => screen.type('\x03'), /ended-1/u],
    ['Ctrl-D', (screen) => screen.type('\x04'), /ended-1/u],
    ['SIGTERM', (_screen, pid) => process.kill(pid, 'SIGTERM'), /ended-143/u],
    ['SIGHUP', (_screen, pid) => process.kill(pid, 'SIGHUP'), /ended-129/u],
    ['SIGQUIT', (_screen, pid) => process.kill(pid, 'SIGQUIT'), /ended-131/u],
    ['SIGINT', (_screen, pid) => process.kill(pid, 'SIGINT'), /ended-130/u],
    ['an error of ours that nothing catches', (_screen, pid) => process.kill(pid, 'SIGPWR'), /ended-[17]/u],
  ])('%s', async (_end, act, ended) => {
    const at = scratch({ to: there.url, makefile: 'build: ; @echo built\n' })
    const line = script(`ulimit -c 0; ${TOOL} init`)
    const screen = at.screen('sh', ['-c', line], preload(at.repo, PRELOAD), { rows: 120 })
    await screen.until('Write this?')
    act(screen, Number(fs.readFileSync(path.join(at.repo, 'wrap.pid'), 'utf8')))
    await screen.until(ended)
    screen.type('\n')
    await screen.until('over-2')
    const [before, afterwards] = ['at-start', 'afterwards'].map((name) => fs.readFileSync(path.join(at.repo, name), 'utf8'))
    expect(afterwards).toBe(before)
  })
})

describe('a window that is closed at the question', () => {
  test.each(['make build', 'make below-sh', `${TOOL} wrap build`])('%s: nothing is left running, and nothing is decided', async (line) => {
    const question = await asked(line)
    question.screen.close()
    await question.screen.ended
    await eventually('wrap has ended', () => !isRunning(question.pid('wrap.pid')))
    expect(stored(question.at)[0]?.decision).toBeUndefined()
    expect(there.connections).toBe(0)
  })
})
