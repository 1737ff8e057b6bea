import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { stdioWithJobserver } from '../../src/wrap/jobserver.ts'
import { testdir } from '../support/testdir.ts'

const open: number[] = []
afterAll(() => {
  for (const descriptor of open) fs.closeSync(descriptor)
})

// Opened for reading and writing, so that nobody has to wait for the other end.
function fifo(folder: string, name: string): number {
  const file = path.join(folder, name)
  if (!fs.existsSync(file)) execFileSync('mkfifo', [file])
  open.push(fs.openSync(file, 'r+'))
  return open.at(-1) as number
}

function regular(folder: string): number {
  open.push(fs.openSync(path.join(folder, 'file'), 'w+'))
  return open.at(-1) as number
}

describe('a jobserver that is really there', () => {
  test('both ends reach the child at the numbers that MAKEFLAGS names, and nothing else does', () => {
    const folder = testdir()
    const read = fifo(folder, 'jobs')
    const between = regular(folder)
    const write = fifo(folder, 'jobs')
    const stdio = stdioWithJobserver(`${read},${write}`)
    const list = stdio as unknown[]
    expect(list.slice(0, 3)).toEqual(['inherit', 'inherit', 'inherit'])
    expect([list[read], list[write], list[between]]).toEqual([read, write, 'ignore'])
    expect(list).toHaveLength(Math.max(read, write) + 1)
    const seen = spawnSync('sh', ['-c', `for n in ${read} ${write} ${between}; do readlink /proc/self/fd/$n; done`], {
      stdio: ['ignore', 'pipe', 'inherit', ...list.slice(3)] as 'ignore'[],
    })
    const file = path.join(folder, 'jobs')
    expect(seen.stdout.toString().split('\n').slice(0, 2)).toEqual([file, file])
    expect(seen.stdout.toString()).not.toContain(path.join(folder, 'file'))
  })

  test('the order of the two ends does not matter', () => {
    const folder = testdir()
    const one = fifo(folder, 'jobs')
    const other = fifo(folder, 'jobs')
    expect(stdioWithJobserver(`${other},${one}`)).toEqual(stdioWithJobserver(`${one},${other}`))
    expect(stdioWithJobserver(`${one},${other}`)).not.toBe('inherit')
  })
})

describe('what is not handed over', () => {
  test('ends of two different pipes', () => {
    const folder = testdir()
    expect(stdioWithJobserver(`${fifo(folder, 'one')},${fifo(folder, 'two')}`)).toBe('inherit')
  })

  test('files that have the numbers by chance', () => {
    const file = regular(testdir())
    expect(stdioWithJobserver(`${file},${file}`)).toBe('inherit')
  })

  test.each([
    ['none', undefined],
    ['nothing', ''],
    ['a fifo, which needs no help', 'fifo:/tmp/GMfifo1'],
    ['descriptors that make closed', '-2,-2'],
    ['the standard streams', '0,1'],
    ['closed descriptors', '900,901'],
    ['numbers past any limit', '99999999,99999999'],
    ['words', 'three,four'],
    ['three numbers', '3,4,5'],
  ])('%s', (_name, jobserver) => {
    expect(stdioWithJobserver(jobserver)).toBe('inherit')
  })
})
