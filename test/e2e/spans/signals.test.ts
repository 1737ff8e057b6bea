import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type RunOptions, sendMetrics } from '../../support/cli.ts'
import type { Scratch } from '../../support/scratch.ts'
import type { Terminal } from '../../support/terminal.ts'
import { eventually, isRunning } from '../../support/wrapped-project.ts'
import { canTrace, lastTrace, outcomes, TRACERS, traced } from './traced.ts'

const open: Terminal[] = []
afterEach(async () => {
  for (const screen of open.splice(0)) {
    if (isRunning(screen.pid)) process.kill(screen.pid, 'SIGKILL')
    await screen.ended
  }
})

/** A server as they are: it takes its time when it is asked to stop, and ends well. */
const SERVER = {
  server: `#!/bin/sh
trap 'echo stopping; after-make 2; echo stopped; exit 0' INT
trap 'echo stopping; sleep 0.3; echo stopped; exit 0' TERM
echo $$ >pid
echo ready
while :; do sleep 0.05; done
`,
}

const read = (at: Scratch, name: string): string => {
  try {
    return fs.readFileSync(path.join(at.repo, name), 'utf8')
  } catch {
    return ''
  }
}

describe.each(TRACERS)('with the tracer in %s', (kind) => {
  /** Presses Ctrl-C when the screen says `ready`; what was on it then, and how it ended. */
  async function interrupted(at: Scratch & { tmp: string }, command: string, words: readonly string[]) {
    const screen = at.screen(command, words, { TMPDIR: at.tmp })
    open.push(screen)
    await screen.until('ready')
    screen.type('\x03')
    const ended = await screen.ended
    return {
      ended,
      lines: screen
        .raw()
        .replaceAll('^C', '')
        .replace(/:\d+: /u, ' ')
        .trim()
        .split('\r\n'),
    }
  }

  test.each([
    ['a program by itself', 'serve: ; @./server\nfast: ; @echo fast\n'],
    ['a program behind a cd', 'serve: ; @cd . && ./server\nfast: ; @echo fast\n'],
    ['a program in bash', 'SHELL := /bin/bash -eu\nserve: ; @./server\nfast: ; @echo fast\n'],
    [
      'lines of sh',
      "serve: ; @trap 'echo caught; after-make 2; trap - INT; kill -INT $$$$' INT; echo ready; while :; do sleep 0.05; done\nfast: ; @echo fast\n",
    ],
  ])('Ctrl-C in the middle of %s ends it as without us, and is told from a failure', async (_name, makefile) => {
    if (!canTrace(kind)) return
    const at = await traced(kind, { makefile: `${makefile}all: fast serve\n`, files: SERVER })
    const native = await interrupted(at, 'make', ['all'])
    const wrapped = await interrupted(at, 'send-metrics', ['wrap', '--spans', '--', 'make', 'all'])
    expect(wrapped).toEqual(native)
    const run = await lastTrace(at)
    expect(run.outcome).toBe('interrupted')
    const serve = run.spans.find(({ target }) => target === 'serve')
    expect(['interrupted', 'success']).toContain(serve?.outcome)
    expect(await outcomes(at)).toContain('fast success')
    expect(fs.readdirSync(at.tmp)).toEqual([])
  })

  test.each([
    ['a program by itself', 'a: ; @./server\n'],
    ['a line of sh', "a: ; @trap 'exit 0' TERM; echo $$$$ >pid; echo ready; while :; do sleep 0.05; done\n"],
    ['a sub-make', 'a: ; +@$(MAKE) -f sub.mk b\n'],
  ])('SIGTERM to send-metrics reaches %s', async (_name, makefile) => {
    if (!canTrace(kind)) return
    const at = await traced(kind, { makefile, files: { ...SERVER, 'sub.mk': 'b: ; @./server\n' } })
    // Not at a terminal: that would hang up on the recipe in the end.
    let wrap: { kill(signal: 'SIGTERM'): boolean } | undefined
    const started: RunOptions['started'] = (child) => {
      wrap = child
    }
    const ended = sendMetrics(['wrap', '--spans', '--', 'make', 'a'], { cwd: at.repo, env: { ...at.env, TMPDIR: at.tmp }, started })
    await eventually('the recipe runs', () => read(at, 'pid') !== '')
    const recipe = Number(read(at, 'pid'))
    try {
      expect(wrap?.kill('SIGTERM')).toBe(true)
      await eventually('the recipe has ended', () => !isRunning(recipe))
    } finally {
      if (isRunning(recipe)) process.kill(recipe, 'SIGKILL')
    }
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' })
    const run = await lastTrace(at)
    expect(run.outcome).toBe('interrupted')
    expect(run.spans[0]).toMatchObject({ target: 'a' })
    expect(fs.readdirSync(at.tmp)).toEqual([])
  })

  test('a recipe that ignores Ctrl-C is waited for', async () => {
    if (!canTrace(kind)) return
    const makefile = "a: ; @trap '' INT; echo ready; after-make 2; echo finished\n"
    const at = await traced(kind, { makefile })
    const native = await interrupted(at, 'make', ['a'])
    expect(await interrupted(at, 'send-metrics', ['wrap', '--spans', '--', 'make', 'a'])).toEqual(native)
  })
})
