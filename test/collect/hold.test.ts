import * as path from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { Hold } from '../../src/collect/hold.ts'
import { deadPid } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

const MINUTE = 60_000
let file: string
let now: number
beforeEach(() => {
  file = path.join(testdir(), 'collect/tilt.pid')
  now = Date.parse('2026-11-21T09:00:00Z')
})
const hold = (pid: number) => new Hold(file, { pid, now: () => now })

test('one process has a place until it gives it up', () => {
  const [one, other] = [hold(process.pid), hold(process.ppid)]
  expect(one.take(MINUTE)).toBeUndefined()
  expect(other.take(MINUTE)).toBe(process.pid)
  other.release()
  expect(one.take(MINUTE)).toBeUndefined()
  one.release()
  expect(other.take(MINUTE)).toBeUndefined()
  expect(one.take(MINUTE)).toBe(process.ppid)
})

test('a dead one has lost it', () => {
  hold(deadPid()).take(MINUTE)
  expect(hold(process.pid).take(MINUTE)).toBeUndefined()
})

test('one whose number means another process by now has lost it when it no longer shows itself', () => {
  const one = hold(process.ppid)
  one.take(MINUTE)
  now += 59_000
  expect(hold(process.pid).take(MINUTE)).toBe(process.ppid)
  one.take(MINUTE)
  now += 59_000
  expect(hold(process.pid).take(MINUTE)).toBe(process.ppid)
  now += 2_000
  expect(hold(process.pid).take(MINUTE)).toBeUndefined()
})
