import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { withLock } from '../../src/disk/lock.ts'
import { AWAIT_START, script, startLine, together } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

function scratch() {
  const folder = testdir()
  const file = path.join(folder, 'file')
  return { folder, file, lock: `${file}.lock` }
}

/** A lock that was taken so many seconds ago (negative: in the future) and never given back. */
function leftBehind(lock: string, seconds: number): void {
  fs.mkdirSync(lock)
  const then = Date.now() / 1000 - seconds
  fs.utimesSync(lock, then, then)
}

describe('a lock', () => {
  test('is held while the work is done, and gone afterwards', () => {
    const { file, lock, folder } = scratch()
    expect(withLock(file, 0, () => fs.statSync(lock).mode & 0o777)).toBe(0o700)
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('is given back when the work fails', () => {
    const { file, folder } = scratch()
    const fails = () => {
      throw new Error('the work')
    }
    expect(() => withLock(file, 0, fails)).toThrow('the work')
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('that somebody holds is waited for, and then it is an error; theirs stays', () => {
    const { file, lock } = scratch()
    leftBehind(lock, 5)
    expect(() => withLock(file, 20, () => 'done')).toThrow(/another process holds its lock/u)
    expect(fs.existsSync(lock)).toBe(true)
  })

  test.each([
    ['of a process that died', 11],
    ['from a future that a clock invented', -11],
  ])('%s is taken over', (_name, seconds) => {
    const { file, lock, folder } = scratch()
    leftBehind(lock, seconds)
    expect(withLock(file, 20, () => 'done')).toBe('done')
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('where none can be made, the reason is told', () => {
    expect(() => withLock(path.join(testdir(), 'no/such/file'), 20, () => 'done')).toThrow(/ENOENT/u)
  })
})

test('two processes, and a lock that a third left behind: never two at once', async () => {
  const { file, lock } = scratch()
  leftBehind(lock, 60)
  fs.writeFileSync(file, '0')
  const program = script(`
    import * as fs from 'node:fs'
    import { withLock } from './src/disk/lock.ts'
    const file = process.argv[3]
    ${AWAIT_START}
    for (let n = 0; n < 60; n++) {
      withLock(file, 10_000, () => {
        const before = Number(fs.readFileSync(file, 'utf8'))
        const until = performance.now() + 2
        while (performance.now() < until) {}
        fs.writeFileSync(file, String(before + 1))
      })
    }
  `)
  const ended = await together(2, program, [file, startLine()])
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ])
  expect(fs.readFileSync(file, 'utf8')).toBe('120')
})
