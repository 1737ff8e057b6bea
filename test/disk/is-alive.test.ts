import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { expect, test } from '@jest/globals'
import { isAlive } from '../../src/disk/is-alive.ts'
import { onLinux } from '../support/needs.ts'
import { eventually } from '../support/patience.ts'

test('this process is alive, and one that ended is not', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect([isAlive(process.pid), isAlive(child.pid as number)]).toEqual([true, false])
})

test('one that ended and that nobody has waited for is not alive either', async () => {
  if (!onLinux()) return
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [text] = (await once(parent.stdout, 'data')) as [Buffer]
    const child = Number(text.toString())
    // A program that knows of no child never waits for it; the shell that it was does.
    const name = () => fs.readFileSync(`/proc/${parent.pid}/comm`, 'utf8')
    await eventually('the shell is a sleep', () => name() === 'sleep\n')
    process.kill(child, 'SIGKILL')
    await eventually('the child counts as ended', () => !isAlive(child))
    expect(process.kill(child, 0)).toBe(true)
  } finally {
    parent.kill('SIGKILL')
  }
})
