import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { inTurn } from '../../src/disk/turn.ts'
import { AWAIT_START, deadPid, script, startLine, together } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

const turnFile = () => path.join(testdir(), 'deep/turn')

test('work is done, its result comes back, and the next may begin', async () => {
  const file = turnFile()
  expect(await inTurn(file, process.pid, 100, async () => 'done')).toBe('done')
  await expect(inTurn(file, process.pid, 100, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(fs.existsSync(file)).toBe(false)
})

test('while another has its turn, one waits for as long as one wants', async () => {
  const file = turnFile()
  let let1 = () => {}
  const first = inTurn(file, process.pid, 100, () => new Promise<void>((resolve) => (let1 = resolve)))
  expect(await inTurn(file, process.pid, 30, async () => 'never')).toBeUndefined()
  const waiting = inTurn(file, process.pid, 60_000, async () => 'after it')
  let1()
  await first
  expect(await waiting).toBe('after it')
})

test.each([
  ['a dead process left it', () => String(deadPid()), 0],
  ['it is older than anybody holds it', () => String(process.ppid), 61_000],
  ['it was never written to the end', () => '', 2_000],
])('a turn is taken over when %s', async (_name, holder, age) => {
  const file = turnFile()
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, holder())
  const then = (Date.now() - age) / 1_000
  fs.utimesSync(file, then, then)
  expect(await inTurn(file, process.pid, 5_000, async () => 'taken')).toBe('taken')
})

test('a turn whose file cannot be made is an error', async () => {
  const folder = testdir({ blocked: '' })
  await expect(inTurn(path.join(folder, 'blocked/turn'), process.pid, 100, async () => {})).rejects.toThrow(/ENOTDIR/u)
})

test('processes never have it at the same time, some of them dying in it', async () => {
  const folder = testdir({ count: '0' })
  const file = (dies: boolean) =>
    script(`
    import * as fs from 'node:fs'
    import { inTurn } from './src/disk/turn.ts'
    const folder = process.argv[3]
    ${AWAIT_START}
    for (let at = 0; at < 25; at++)
      await inTurn(folder + '/turn', process.pid, 60_000, async () => {
        const count = Number(fs.readFileSync(folder + '/count', 'utf8'))
        await new Promise((resolve) => setTimeout(resolve, 1))
        fs.writeFileSync(folder + '/count', String(count + 1))
        if (${dies} && at === 12) process.kill(process.pid, 'SIGKILL')
      })
  `)
  const line = startLine()
  await Promise.all([together(2, file(false), [folder, line]), together(2, file(true), [folder, line])])
  expect(fs.readFileSync(path.join(folder, 'count'), 'utf8')).toBe(String(2 * 25 + 2 * 13))
})
