import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { runProgram } from '../../src/delivery/run-program.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const request = (run: readonly string[], folder = '/') => ({ run, folder, body: '[]\n', messages: [] })
const soon = () => performance.now() + 60_000

test('what it said last counts, even if it comes after word of its end', async () => {
  const stderr = new PassThrough()
  const child = Object.assign(new EventEmitter(), { pid: undefined, stdin: new PassThrough(), stderr })
  const world = testWorld({ spawn: () => child as unknown as ChildProcess })
  const answer = runProgram(world, request(['./report']), soon())
  child.emit('exit', 1, null)
  stderr.on('close', () => child.emit('close', 1, null))
  stderr.end('trying\ncannot reach the bus\n')
  expect(await answer).toEqual({ status: 1, headers: {}, body: 'cannot reach the bus' })
})

test('one that leaves somebody behind with its stderr is not waited for', async () => {
  const folder = testdir()
  const script = `
    const child = require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: ['ignore', 'ignore', 'inherit'] })
    require('node:fs').writeFileSync('pid', String(child.pid))
    console.error('done')
    child.unref()`
  const answer = await runProgram(testWorld(), request([process.execPath, '-e', script], folder), soon())
  expect(answer).toEqual({ status: 0, headers: {}, body: 'done' })
  process.kill(Number(fs.readFileSync(path.join(folder, 'pid'), 'utf8')))
})
