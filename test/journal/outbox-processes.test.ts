import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { Outbox } from '../../src/journal/outbox.ts'
import { message, put } from '../support/events.ts'
import { AWAIT_START, script, startLine, together } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

const EVENTS = 300

function filled() {
  const folder = path.join(testdir(), 'outbox')
  const outbox = new Outbox(folder, process.pid)
  const ids = Array.from({ length: EVENTS }, (_, at) => message({}, Date.now() - EVENTS + at).id)
  for (const id of ids) put(outbox, message({ id }))
  return { folder, outbox, ids }
}

const ids = (stdout: string) => stdout.split('\n').filter((id) => id !== '')

test('six processes that claim from the same folder: each event is claimed once', async () => {
  const { folder, outbox, ids: all } = filled()
  const file = script(`
    import * as fs from 'node:fs'
    import { Outbox } from './src/journal/outbox.ts'
    const outbox = new Outbox(process.argv[3], process.pid)
    ${AWAIT_START}
    let got
    do {
      got = outbox.claim(7, Date.now())
      for (const { message } of got.claimed) process.stdout.write(message.id + '\\n')
      for (const loss of got.losses) process.stderr.write(loss.reason)
    } while (got.claimed.length > 0)
    // Nobody ends before all are done: what an ended process holds may be taken back.
    const folder = process.argv[4]
    fs.writeFileSync(folder + '/' + process.argv[2], '')
    const timer = setInterval(() => fs.readdirSync(folder).length === 6 && clearInterval(timer), 10)
  `)
  const ended = await together(6, file, [folder, testdir(), startLine()])
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(Array(6).fill([0, '']))
  expect(ended.flatMap(({ stdout }) => ids(stdout)).sort()).toEqual([...all].sort())
  // All of them ended without settling, so all events come back.
  expect(outbox.claim(EVENTS, Date.now()).claimed).toHaveLength(EVENTS)
})

test('writers and flushers side by side: every event is settled once, and none is left or lost', async () => {
  const { folder, outbox, ids: all } = filled()
  const file = script(`
    import { v7 } from 'uuid'
    import { Outbox } from './src/journal/outbox.ts'
    const outbox = new Outbox(process.argv[3], process.pid)
    ${AWAIT_START}
    for (let n = 0; n < 50; n++) {
      const made = { id: v7(), event: 'e', anonymousId: 'a', timestamp: '2026-01-01T00:00:00.000Z', properties: {} }
      outbox.prepare(made); outbox.commit(made.id)
      process.stderr.write(made.id + '\\n')
      const { claimed } = outbox.claim(9, Date.now())
      for (const [at, one] of claimed.entries()) {
        if (at % 3 === 2) outbox.release(one)
        else {
          outbox.settle(one)
          process.stdout.write(one.message.id + '\\n')
        }
      }
    }
  `)
  const ended = await together(4, file, [folder, startLine()])
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  const rest = outbox.claim(1_000, Date.now()).claimed.map((one) => one.message.id)
  const made = ended.flatMap(({ stderr }) => ids(stderr))
  expect(made).toHaveLength(200)
  expect([...ended.flatMap(({ stdout }) => ids(stdout)), ...rest].sort()).toEqual([...all, ...made].sort())
})
