import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { nameHolder } from '../../src/disk/holder.ts'
import { withLock } from '../../src/disk/lock.ts'
import { onLinux } from '../support/needs.ts'
import { AWAIT_START, deadPid, script, startLine, together } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

function scratch() {
  const folder = testdir()
  const file = path.join(folder, 'file')
  return { folder, file, lock: `${file}.lock` }
}

/** A lock that was taken by whoever left this line, or none, so many seconds ago by the file system's clock. */
function leftBehind(lock: string, line: string | undefined, seconds = 0): void {
  fs.mkdirSync(lock)
  if (line !== undefined) fs.writeFileSync(path.join(lock, '1'), line)
  const then = Date.now() / 1000 - seconds
  fs.utimesSync(lock, then, then)
}

/** Time that is enough to look a few times. */
const SHORT = { patienceMs: 20 }
const ELSEWHERE = '1 7 another-boot pid:[1] token'
const deadHere = () => `${nameHolder(process.pid).replace(/^\d+ \S+/u, `${deadPid()} 7`)} token`
const numberInUseAgain = () => `${nameHolder(process.pid).replace(/^(\d+) \S+/u, '$1 7')} token`
const aliveHere = () => `${nameHolder(process.pid)} token`

describe('a lock', () => {
  test('is held while the work is done, and gone afterwards', () => {
    const { file, lock, folder } = scratch()
    expect(withLock(file, process.pid, SHORT, () => fs.statSync(lock).mode & 0o777)).toBe(0o700)
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('is given back when the work fails', () => {
    const { file, folder } = scratch()
    const fails = () => {
      throw new Error('the work')
    }
    expect(() => withLock(file, process.pid, SHORT, fails)).toThrow('the work')
    expect(fs.readdirSync(folder)).toEqual([])
  })

  // Whatever time the file system says it is: an hour back, a minute ahead.
  test.each([0, 60, 3_600, -60])(
    'that a living process took is waited for, and then it is an error; theirs stays: %i s of skew',
    (skew) => {
      const { file, lock } = scratch()
      leftBehind(lock, aliveHere(), skew)
      expect(() => withLock(file, process.pid, { ...SHORT, staleMs: 10 }, () => 'done')).toThrow(/another process holds its lock/u)
      expect(fs.readdirSync(lock)).toEqual(['1'])
    },
  )

  test.each([
    ['of a dead process', deadHere, 0],
    ['of a dead process, taken a minute ahead', deadHere, -60],
    ['of a process whose number is in use again', numberInUseAgain, 0],
    ['of another machine, from long ago', () => ELSEWHERE, 700],
    ['of nobody, from long ago', () => undefined, 700],
  ])('%s is taken over at once', (_name, line, age) => {
    if (age === 0 && !onLinux()) return
    const { file, lock, folder } = scratch()
    leftBehind(lock, line(), age)
    expect(withLock(file, process.pid, SHORT, () => 'done')).toBe('done')
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test.each([
    ['of another machine', () => ELSEWHERE],
    ['of which nobody says who has it', () => undefined],
    ['that was being taken when the disk was full', () => ''],
  ])('%s is waited for, and taken over by who looked on for long enough', (_name, line) => {
    const { file, lock, folder } = scratch()
    leftBehind(lock, line(), 60)
    expect(() => withLock(file, process.pid, SHORT, () => 'done')).toThrow(/another process holds its lock/u)
    expect(withLock(file, process.pid, { patienceMs: 20, staleMs: 100 }, () => 'done')).toBe('done')
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test.each<[string, (lock: string) => void]>([
    ['a file', (lock) => fs.writeFileSync(lock, '')],
    ['a link that leads nowhere', (lock) => fs.symlinkSync('nowhere', lock)],
  ])('%s in its place is put away after a while', (_name, put) => {
    const { file, lock, folder } = scratch()
    put(lock)
    expect(withLock(file, process.pid, { patienceMs: 20, staleMs: 50 }, () => 'done')).toBe('done')
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('that was taken over while its holder slept is not given back by him', () => {
    const { file, lock } = scratch()
    withLock(file, process.pid, SHORT, () => {
      fs.rmSync(lock, { recursive: true })
      leftBehind(lock, ELSEWHERE)
    })
    expect(fs.readdirSync(lock)).toEqual(['1'])
  })

  test('where none can be made, the reason is told', () => {
    expect(() => withLock(path.join(testdir(), 'no/such/file'), process.pid, SHORT, () => 'done')).toThrow(/ENOENT/u)
  })
})

/** Adds one to a number in a file, sixty times; with `dies`, it ends by kill -9 in the middle of the thirtieth. */
const counting = (dies: boolean) => `
    import * as fs from 'node:fs'
    import { withLock } from './src/disk/lock.ts'
    const file = process.argv[3]
    ${AWAIT_START}
    for (let n = 0; n < 60; n++) {
      withLock(file, process.pid, { patienceMs: 60_000 }, () => {
        const before = Number(fs.readFileSync(file, 'utf8'))
        if (${dies} && n === 30) process.kill(process.pid, 'SIGKILL')
        const until = performance.now() + 1
        while (performance.now() < until) {}
        fs.writeFileSync(file, String(before + 1))
      })
    }
  `

test('processes, some of which die holding it, and a lock that another left behind: never two at once', async () => {
  if (!onLinux()) return
  const { file, lock, folder } = scratch()
  leftBehind(lock, deadHere(), 60)
  fs.writeFileSync(file, '0')
  const [lives, dies] = [script(counting(false)), script(counting(true))]
  const words = [file, startLine()]
  const ended = (await Promise.all([together(3, lives, words), together(2, dies, words)])).flat()
  expect(ended.map(({ code, signal, stderr }) => [code ?? signal, stderr])).toEqual([
    ...Array(3).fill([0, '']),
    ...Array(2).fill(['SIGKILL', '']),
  ])
  expect(fs.readFileSync(file, 'utf8')).toBe(String(3 * 60 + 2 * 30))
  // Whoever died may have been the last to hold it.
  withLock(file, process.pid, SHORT, () => {})
  expect(fs.readdirSync(folder)).toEqual(['file'])
})

test('a process that was stopped in the middle keeps its lock', async () => {
  if (!onLinux()) return
  const { file } = scratch()
  const holds = script(`
    import { withLock } from './src/disk/lock.ts'
    withLock(process.argv[2], process.pid, { patienceMs: 0 }, () => {
      process.stdout.write('held')
      process.kill(process.pid, 'SIGSTOP')
    })
  `)
  const child = spawn(process.execPath, [holds, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(() => withLock(file, process.pid, { patienceMs: 100, staleMs: 50 }, () => 'done')).toThrow(/another process holds its lock/u)
  child.kill('SIGCONT')
  await once(child, 'exit')
  expect(withLock(file, process.pid, SHORT, () => 'done')).toBe('done')
})
