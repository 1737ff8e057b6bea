import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { isAlive } from '../../src/disk/is-alive.ts'

test('this process is alive, and one that ended is not', async () => {
  const child = spawn('true')
  await once(child, 'exit')
  expect([isAlive(process.pid), isAlive(child.pid as number)]).toEqual([true, false])
})

test('one that ended and that nobody has waited for is not alive either', async () => {
  if (process.platform !== 'linux') return
  // A program that knows of no child never waits for it.
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [text] = (await once(parent.stdout, 'data')) as [Buffer]
    const child = Number(text.toString())
    while (isAlive(child)) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(process.kill(child, 0)).toBe(true)
  } finally {
    parent.kill('SIGKILL')
  }
})
