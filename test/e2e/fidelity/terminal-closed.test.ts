import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, eventually, isRunning, textOf, WRAPPED } from '../../support/wrapped-project.ts'

const MAKEFILE =
  WRAPPED('wait') +
  WRAPPED('talk') +
  'impl-wait: ; @trap "after-make 1; trap - HUP; kill -HUP $$$$" HUP; echo $$$$ > recipe.pid; while :; do sleep 0.05; done\n' +
  'impl-talk: ; @echo $$$$ > recipe.pid; trap "" HUP; while echo talking; do sleep 0.05; done; echo silenced > silenced; exit 4\n'

describe('closing the window while a target runs', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('the target ends, the run is recorded as hung up and arrives', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'bash', ['--norc', '--noprofile', '-i'])
    screen.type('make wait\r')
    await eventually('the recipe runs', () => textOf(project, 'recipe.pid') !== '')
    screen.close()
    await screen.ended
    await eventually('the recipe has ended', () => !isRunning(Number(textOf(project, 'recipe.pid'))))
    await eventually('the run is in the ledger', () => project.runs().length === 1)
    expect(project.runs()).toMatchObject([{ exit_status: -1, outcome: 'interrupted' }])
    await eventually('nothing waits any more', () => project.waiting().length === 0)
  })

  test('a target that goes on without its terminal is waited for', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'send-metrics', ['wrap', 'talk'])
    await screen.until('talking')
    screen.close()
    await screen.ended
    await eventually('the run is in the ledger', () => project.runs().length === 1)
    expect(project.runs()[0]?.outcome).not.toBe('success')
  })
})
