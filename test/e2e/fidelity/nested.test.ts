import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, atTerminal, runEvents, shell, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

const LEVELS = Array.from({ length: 10 }, (_, at) => at)
const TEN = `${LEVELS.map((at) => `l${at}: ; @send-metrics wrap "$@"\nimpl-l${at}: ; @${at === 9 ? 'env | grep -E "^(TRACE|BAGGAGE)" | sort' : `$(MAKE) --no-print-directory l${at + 1}`}\n`).join('')}`

describe('wrapped targets that run wrapped targets', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('ten deep: an event each, one trace, each the parent of the next, one request from the outermost', async () => {
    const project = await agreedProject(there, { makefile: TEN })
    const before = { requests: there.requests.length, connections: there.connections }
    expect((await shell(project, 'make l0')).code).toBe(0)
    const runs = project.runs().sort((one, other) => String(one.command).localeCompare(String(other.command)))
    expect(runs.map(({ command }) => command)).toEqual(LEVELS.map((at) => `l${at}`))
    expect(new Set(runs.map((run) => run.trace_id)).size).toBe(1)
    expect(runs.map((run) => run.parent_run_id)).toEqual([undefined, ...runs.slice(0, -1).map((run) => run.run_id)])
    expect(there.requests.length - before.requests).toBe(1)
    expect(there.connections - before.connections).toBe(1)
    expect(runEvents(there)).toHaveLength(LEVELS.length)
  })

  test('a trace that comes from outside goes on through, with TRACESTATE and BAGGAGE as they were', async () => {
    const project = await agreedProject(there, { makefile: TEN })
    const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { stdout } = await shell(project, 'make l9', { TRACEPARENT, TRACESTATE: 'a=1,b=2', BAGGAGE: 'user=x;p=1' })
    const [run] = project.runs()
    expect(run).toMatchObject({ trace_id: '0af7651916cd43dd8448eb211c80319c', parent_run_id: 'b7ad6b7169203331' })
    expect(stdout).toBe(
      `BAGGAGE=user=x;p=1\nTRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-${String(run?.run_id)}-01\nTRACESTATE=a=1,b=2\n`,
    )
  })

  test('the question comes once, from the outermost', async () => {
    const project = wrappedProject(there, { makefile: TEN })
    const screen = atTerminal(project, 'make', ['l6'])
    await screen.until('yes, local')
    screen.type('yes\r')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw().match(/asks: may this run/gu)).toHaveLength(1)
    expect(project.runs().map(({ command }) => command)).toEqual(['l6'])
  })

  test('Ctrl-C in the middle of three: an event each, all interrupted, sent together', async () => {
    const deep = 'in: ; @trap "after-make 2; trap - INT; kill -INT $$$$" INT; echo ready; while :; do sleep 0.05; done\n'
    const makefile = `${WRAPPED('a')}${WRAPPED('b')}${WRAPPED('c')}impl-a: ; @$(MAKE) b\nimpl-b: ; @$(MAKE) c\nimpl-c: ; @$(MAKE) in\n${deep}`
    const project = await agreedProject(there, { makefile })
    const screen = atTerminal(project, 'make', ['a'])
    await screen.until('ready')
    screen.type('\x03')
    expect(await screen.ended).toEqual({ code: 0, signal: 2 })
    const endings = project.runs().map(({ command, exit_status, outcome }) => ({ command, exit_status, outcome }))
    expect(endings).toEqual(['c', 'b', 'a'].map((command) => ({ command, exit_status: -2, outcome: 'interrupted' })))
    expect(runEvents(there)).toHaveLength(3)
  })
})
