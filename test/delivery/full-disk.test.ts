import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { Outbox } from '../../src/journal/outbox.ts'
import { run } from '../support/cli.ts'
import { message, put } from '../support/events.ts'
import { script } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

/** Delivers what waits in a state folder to its out.jsonl, once. */
const DELIVER = `
  import { Breaker } from './src/delivery/breaker.ts'
  import { deliver } from './src/delivery/deliver.ts'
  import { file } from './src/destinations/file.ts'
  import { Ledger } from './src/journal/ledger.ts'
  import { Outbox } from './src/journal/outbox.ts'
  const state = process.argv[2]
  const world = { now: Date.now, monotonic: () => performance.now() }
  const route = {
    name: 'one', settings: { absolute: state + '/out.jsonl' }, load: async () => file, memo: { recall() {}, keep() {} }, missing: undefined, secrets: [],
    outbox: new Outbox(state + '/outbox', process.pid), breaker: new Breaker(state + '/breaker'), connection: undefined,
  }
  const options = { deadline: Infinity, most: 9, force: true, asOf: undefined, note: () => {} }
  process.stdout.write(JSON.stringify(await deliver(world, route, new Ledger(state), options)))
`

test('an event of which the disk takes half waits, and arrives whole when there is room', async () => {
  const before = `{"messageId":"${'a'.repeat(985)}"}\n`
  const state = testdir({ 'out.jsonl': before })
  const one = message()
  put(new Outbox(path.join(state, 'outbox'), process.pid), one)
  const code = script(DELIVER)
  const deliver = async (limit: string) => {
    const line = `${limit} exec "${process.execPath}" "${code}" "${state}"`
    const { stdout } = await run('bash', ['-c', line], { cwd: state, env: { PATH: process.env.PATH ?? '' } })
    return JSON.parse(stdout)
  }
  const text = () => fs.readFileSync(path.join(state, 'out.jsonl'), 'utf8')

  // A limit on the size of files, 1,024 bytes here, cuts a write short as a full disk does.
  expect(await deliver('ulimit -f 1;')).toMatchObject({ delivered: 0, kept: 1, reason: expect.stringContaining('is it full?') })
  expect(text()).toBe(before)
  expect(await deliver('')).toMatchObject({ delivered: 1, kept: 0 })
  expect(JSON.parse(text().slice(before.length))).toMatchObject({ messageId: one.id })
})
