import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { nameHolder } from '../../src/disk/holder.ts'
import { inTurn } from '../../src/disk/turn.ts'
import { onLinux } from '../support/needs.ts'
import { AWAIT_START, deadPid, script, startLine, together } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

/** A turn that whoever left this line took, and never gave back. */
function leave(turn: string, line: string): void {
  fs.mkdirSync(turn)
  fs.writeFileSync(path.join(turn, '1'), `${line} token`)
}

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

test.each<[string, (turn: string) => void, number]>([
  ['a dead process left it', (turn) => leave(turn, nameHolder(process.pid).replace(/^\d+/u, String(deadPid()))), 0],
  ['a process of another machine left it long ago', (turn) => leave(turn, '1 7 another-boot pid:[1]'), 700],
  ['it was never written to the end', (turn) => fs.mkdirSync(turn), 700],
  ['a version that knew of files only left it', (turn) => fs.writeFileSync(turn, '1'), 700],
])('a turn is taken over when %s', async (_name, put, age) => {
  if (age === 0 && !onLinux()) return
  const turn = turnFile()
  fs.mkdirSync(path.dirname(turn), { recursive: true })
  put(turn)
  const then = Date.now() / 1_000 - age
  fs.utimesSync(turn, then, then)
  expect(await inTurn(turn, process.pid, 5_000, async () => 'taken')).toBe('taken')
  expect(fs.readdirSync(path.dirname(turn))).toEqual([])
})

test.each([0, 90, -90])("a turn that a living process has is nobody else's, with %i s of skew", async (skew) => {
  if (!onLinux()) return
  const turn = turnFile()
  fs.mkdirSync(path.dirname(turn), { recursive: true })
  leave(turn, nameHolder(process.pid))
  const then = Date.now() / 1_000 - skew
  fs.utimesSync(turn, then, then)
  expect(await inTurn(turn, process.pid, 50, async () => 'taken')).toBeUndefined()
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
    import { nameHolder } from '../../src/disk/holder.ts'
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
