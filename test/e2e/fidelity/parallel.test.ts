import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, runEvents, shell, wrappedProject } from '../../support/wrapped-project.ts'

const FIFTY = Array.from({ length: 50 }, (_, at) => `j${at}`)
const MAKEFILE = `.PHONY: all
all: ; +@send-metrics wrap "$@"
impl-all: ${FIFTY.join(' ')}
flat: ${FIFTY.slice(0, 8).join(' ')}
j%: ; +@send-metrics wrap "$@"
impl-j%: ; @:
`

describe('wrapped targets side by side', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('fifty below one: an event each, all children of the one, one trace, one request', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const before = { requests: there.requests.length, connections: there.connections }
    expect(await shell(project, 'make -j8 all')).toMatchObject({ code: 0, stderr: '' })
    const runs = project.runs()
    const outermost = runs.find(({ command }) => command === 'all')
    const inner = runs.filter(({ command }) => command !== 'all')
    expect(inner.map(({ command }) => command).sort()).toEqual([...FIFTY].sort())
    expect(new Set(inner.map((run) => run.parent_run_id))).toEqual(new Set([outermost?.run_id]))
    expect(new Set(runs.map((run) => run.trace_id)).size).toBe(1)
    expect(new Set(runs.map((run) => run.run_id)).size).toBe(51)
    expect({ requests: there.requests.length - before.requests, connections: there.connections - before.connections }).toEqual({
      requests: 1,
      connections: 1,
    })
    expect(new Set(runEvents(there).map(({ messageId }) => messageId)).size).toBe(51)
    expect(project.waiting()).toEqual([])
  })

  test('side by side without one above them: every event arrives once', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    expect((await shell(project, 'make -j8 flat')).code).toBe(0)
    expect((await shell(project, 'send-metrics flush')).code).toBe(0)
    expect(
      runEvents(there)
        .map(({ messageId }) => messageId)
        .sort(),
    ).toEqual(
      project
        .runs()
        .map(({ id }) => id)
        .sort(),
    )
  })

  test('undecided at a terminal under -j: a hint in one line, once, and no question', async () => {
    const project = wrappedProject(there, { makefile: MAKEFILE })
    const screen = atTerminal(project, 'make', ['-j8', 'flat'])
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw().match(/asks to count runs/gu)).toHaveLength(1)
    expect(screen.raw()).not.toContain('yes, local')
  })
})
