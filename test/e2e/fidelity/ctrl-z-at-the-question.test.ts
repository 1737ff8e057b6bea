import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { shortBudget } from '../../support/patience.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { atTerminal, runEvents, WRAPPED, type WrappedProject, wrappedProject } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('build')}impl-build: ; @echo built\n`
const QUESTION = 'Your answer'

describe('Ctrl-Z at the question', () => {
  let there: Receiver
  let project: WrappedProject
  let seconds: number
  beforeEach(async () => {
    seconds = Math.ceil(shortBudget(5_000) / 1_000)
    there = await receiver()
    project = wrappedProject(there, { makefile: MAKEFILE, env: { SEND_METRICS_ASK_SECONDS: String(seconds) } })
  })
  afterEach(() => there.close())

  const shown = (raw: string) => raw.split(QUESTION).length - 1

  /** make in a shell with job control, stopped at the question. */
  async function stopped() {
    const screen = atTerminal(project, 'bash', ['--norc', '--noprofile', '-i'], { PS1: 'PROMPT>' })
    await screen.until('PROMPT>')
    screen.type('make build\r')
    await screen.until(QUESTION)
    screen.type('\x1a')
    await screen.until('Stopped')
    screen.type('echo shell-$((1+1))\r')
    await screen.until('shell-2')
    return screen
  }

  test('the whole job stops, the shell is there, and after fg the question is answered', async () => {
    const screen = await stopped()
    const before = shown(screen.raw())
    screen.type('fg; echo "ended-$?"\r')
    await screen.until(new RegExp(`(?:${QUESTION}[\\s\\S]*?){${before + 1}}`, 'u'))
    screen.type('yes\r')
    await screen.until('ended-0')
    expect(runEvents(there)).toHaveLength(1)
    screen.type('exit\r')
    await screen.ended
  })

  test('again and again; and a stop for longer than a question waits withdraws nothing', async () => {
    const screen = await stopped()
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000 + 200))
    for (const round of ['one', 'two']) {
      const before = shown(screen.raw())
      screen.type('fg\r')
      await screen.until(new RegExp(`(?:${QUESTION}[\\s\\S]*?){${before + 1}}`, 'u'))
      screen.type('\x1a')
      await screen.until(/Stopped[^>]*PROMPT>$/u)
      screen.type(`echo $((1+1))-${round}\r`)
      await screen.until(`2-${round}`)
    }
    const before = shown(screen.raw())
    screen.type('fg; echo "ended-$?"\r')
    await screen.until(new RegExp(`(?:${QUESTION}[\\s\\S]*?){${before + 1}}`, 'u'))
    screen.type('local\r')
    await screen.until('ended-0')
    expect(project.runs()).toHaveLength(1)
    screen.type('exit\r')
    await screen.ended
  })

  test('where no shell could ever continue the job, the question goes on', async () => {
    const screen = atTerminal(project, 'make', ['build'])
    await screen.until(QUESTION)
    const before = shown(screen.raw())
    screen.type('\x1a')
    await screen.until(new RegExp(`(?:${QUESTION}[\\s\\S]*?){${before + 1}}`, 'u'))
    screen.type('yes\r')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(runEvents(there)).toHaveLength(1)
  })
})
