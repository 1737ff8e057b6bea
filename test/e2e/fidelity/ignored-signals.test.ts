import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { needs } from '../../support/needs.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, eventually, shell, textOf, WRAPPED } from '../../support/wrapped-project.ts'

const MAKEFILE =
  WRAPPED('sleep') +
  WRAPPED('mask') +
  'impl-sleep: ; @trap "after-make 2; trap - INT; kill -INT $$$$" INT; echo ready > ready; while :; do sleep 0.05; done\n' +
  'impl-mask: ; @grep SigIgn /proc/self/status\n'

const has = (program: string, ...words: string[]) => spawnSync(program, words).status === 0

describe('signals that are ignored from the start', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test.each([
    ['perl', ['-e', 'system("send-metrics", "wrap", "sleep"); print "went on\\n"']],
    ['python3', ['-c', 'import os; os.system("exec send-metrics wrap sleep"); print("went on")']],
  ])('%s ignores Ctrl-C only while it waits: the target ends of it', async (program, words) => {
    if (!needs(program, has(program, ...words.slice(0, 1), ''))) return
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, program, words)
    await eventually('the recipe runs', () => textOf(project, 'ready') !== '')
    screen.type('\x03')
    await screen.until('went on')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(project.runs()).toMatchObject([{ command: 'sleep', exit_status: -2, outcome: 'interrupted' }])
  })

  test.each(['make mask', 'send-metrics wrap mask', './script'])('what a shell has %s ignore, the target ignores', async (command) => {
    if (!needs('env --ignore-signal', has('env', '--ignore-signal=INT', 'true'))) return
    const project = await agreedProject(there, { makefile: MAKEFILE, files: { script: '#!/bin/sh\nsend-metrics wrap mask\n:\n' } })
    const bare = await shell(project, "trap '' INT QUIT; make impl-mask")
    expect(await shell(project, `trap '' INT QUIT; ${command}; :`)).toEqual(bare)
    expect(bare.stdout).not.toBe((await shell(project, 'make impl-mask')).stdout)
  })
})
