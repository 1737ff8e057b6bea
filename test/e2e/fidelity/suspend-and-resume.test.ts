import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, BARE, eventually, textOf, WRAPPED } from '../../support/wrapped-project.ts'

// Nothing is forked while it waits: a shell that is about to start a program cannot be stopped, with us or without.
const WAIT = 'impl-wait: ; @mkfifo go; echo $$$$ > recipe.pid; read line < go; echo finished\n'
const QUIT = 'impl-quit: ; @trap "after-make 3; exit 131" QUIT; echo $$$$ > recipe.pid; while :; do sleep 0.05; done\n'

describe('Ctrl-Z, fg and Ctrl-\\ at a terminal', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test.each([
    ['without us', BARE],
    ['wrapped', WRAPPED],
  ])('%s: the whole job stops, and goes on where it was', async (name, rule) => {
    const project = await agreedProject(there, { makefile: rule('wait') + WAIT })
    const screen = atTerminal(project, 'bash', ['--norc', '--noprofile', '-i'], { PS1: 'PROMPT>' })
    await screen.until('PROMPT>')
    screen.type('make wait; echo "ended-$?"\r')
    await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
    screen.type('\x1a')
    await screen.until(/Stopped/u)
    const pid = Number(textOf(project, 'recipe.pid'))
    await eventually('the recipe is stopped', () => isStopped(pid))
    screen.type('fg; echo "resumed-$?"\r')
    await eventually('the recipe goes on', () => !isStopped(pid))
    await fs.promises.writeFile(path.join(project.repo, 'go'), 'line\n')
    await screen.until('resumed-0')
    expect(screen.raw()).toContain('finished\r\n')
    screen.type('exit\r')
    await screen.ended
    expect(project.runs()).toMatchObject(name === 'wrapped' ? [{ exit_status: 0, outcome: 'success' }] : [])
  })

  test('Ctrl-\\ ends it as without us, and is recorded', async () => {
    const endings: (string | undefined)[] = []
    for (const rule of [BARE, WRAPPED]) {
      const project = await agreedProject(there, { makefile: rule('quit') + QUIT })
      const screen = atTerminal(project, 'bash', ['-i', '-c', 'make quit; echo "status $?"'])
      await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
      screen.type('\x1c')
      await screen.ended
      endings.push(/status \d+/u.exec(screen.raw())?.[0])
      // make answers the terminal's SIGQUIT with a plain exit code, to leave no core behind.
      if (rule === WRAPPED) expect(project.runs()).toMatchObject([{ outcome: expect.not.stringMatching('success') }])
    }
    // 2 where its recipe ended before make came to look at the signal; either may come without us too.
    for (const ending of endings) expect(ending).toMatch(/^status [12]$/u)
  })
})

function isStopped(pid: number): boolean {
  return /^State:\s+T/mu.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
}
