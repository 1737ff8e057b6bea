import type { AddressInfo } from 'node:net'
import * as net from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { shortBudget } from '../../support/patience.ts'
import { type Receiver, receiver, status } from '../../support/receiver.ts'
import { agreedProject, flushAll, runEvents, shell, WRAPPED, wrappedProject } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('build')}impl-build: ; @echo built; exit 3\n`
const BUILT = {
  code: 2,
  stdout: 'built\n',
  stderr: 'make[1]: *** [Makefile:2: impl-build] Error 3\nmake: *** [Makefile:1: build] Error 2\n',
}

/** Writes for as long as the other side takes it; true in `cut` when it hung up. */
type Raw = (socket: net.Socket) => void
const endless =
  (head: string, more: string): Raw =>
  (socket) => {
    socket.write(head)
    const pour = () => {
      while (!socket.destroyed && socket.write(more));
    }
    socket.on('drain', pour)
    pour()
  }

const ANSWERS: readonly [string, Raw][] = [
  ['a body without end', endless('HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${'x'.repeat(65_536)}\r\n`)],
  ['one header of 100 MB', endless('HTTP/1.1 200 OK\r\nX-Long: ', 'x'.repeat(65_536))],
  ['headers without end', endless('HTTP/1.1 200 OK\r\n', 'X-More: again\r\n'.repeat(1_000))],
  ['a status line without end', endless('HTTP/1.1 200 ', 'x'.repeat(65_536))],
  ['"continue" without end', endless('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100))],
  ['something that is no HTTP', endless('', '\u001b[31mSSH-2.0-hello\r\n')],
  ['nothing, and an end', (socket) => socket.end()],
  ['a reset', (socket) => socket.resetAndDestroy()],
  ['nothing at all', () => {}],
  [
    'a byte at a time',
    (socket) => {
      const timer = setInterval(() => socket.write('H'), 20)
      socket.on('close', () => clearInterval(timer))
    },
  ],
]

describe('a hostile receiver', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test.each(ANSWERS)('that answers with %s: the target is as ever, and the event is kept', async (_name, answer) => {
    const project = await agreedProject(there, { makefile: MAKEFILE, settings: { budgetMs: shortBudget(400) } })
    const closed: Promise<void>[] = []
    there.answer = (_request, _response, socket) => {
      closed.push(new Promise((resolve) => socket.on('close', () => resolve())))
      answer(socket)
    }
    expect(await shell(project, 'make build')).toEqual({ ...BUILT, signal: null })
    expect(closed).toHaveLength(1)
    await Promise.all(closed)
    expect(project.waiting()).toHaveLength(1)
    there.answer = status(200)
    await flushAll(project)
    expect(runEvents(there).at(-1)?.messageId).toBe(project.runs()[0]?.id)
    expect(project.waiting()).toEqual([])
  })

  test.each([301, 302, 303, 307, 308])('that redirects with %i is not followed, wherever it points', async (code) => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const other = await receiver()
    try {
      for (const location of [`${other.url}/v1/batch`, `file://${project.repo}/Makefile`, '/v1/elsewhere', '//127.0.0.1:1/', '\u0001']) {
        there.requests.splice(0)
        there.answer = (_request, _response, socket) =>
          socket.end(`HTTP/1.1 ${code} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`)
        await shell(project, 'send-metrics wrap build; send-metrics flush')
        expect(new Set(there.requests.map(({ url }) => url))).toEqual(new Set(['/v1/batch']))
      }
      expect(other.connections).toBe(0)
      expect(project.waiting()).toHaveLength(5)
    } finally {
      await other.close()
    }
  })

  test.each(['refuses', 'accepts and never reads'])('that %s', async (how) => {
    const server = net.createServer((socket) => socket.pause())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    if (how === 'refuses') await new Promise((resolve) => server.close(resolve))
    const project = wrappedProject({ url }, { makefile: MAKEFILE, settings: { budgetMs: shortBudget(300) } })
    await shell(project, 'send-metrics consent on')
    expect(await shell(project, 'make build')).toEqual({ ...BUILT, signal: null })
    expect(project.waiting()).toHaveLength(2)
    if (how !== 'refuses') server.close()
  })
})
