import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { noteRunning, runningRuns } from '../../src/journal/running.ts'
import { testdir } from '../support/testdir.ts'

const run = { pid: process.pid, target: 'dev.up/ü %', startedAt: 1_795_253_759_783 }

describe('a run that goes on', () => {
  test('is noted with all that is needed, for this person alone, until it ends', () => {
    const state = testdir()
    const ended = noteRunning(state, run)
    expect(runningRuns(state)).toEqual([run])
    const [name = ''] = fs.readdirSync(path.join(state, 'running'))
    expect(fs.statSync(path.join(state, 'running', name)).mode & 0o777).toBe(0o600)
    ended()
    expect(runningRuns(state)).toEqual([])
    ended()
  })

  test.each([
    ['a name longer than a file’s may be', 'x'.repeat(300)],
    ['half of a character', 'a\uD83D'],
  ])('is not noted, and disturbs nobody, with %s', (_name, target) => {
    const state = testdir()
    noteRunning(state, { ...run, target })()
    expect(runningRuns(state)).toEqual([])
  })

  test('is not noted, and disturbs nobody, where nothing can be written', () => {
    const file = path.join(testdir({ file: '' }), 'file')
    noteRunning(file, run)()
    expect(runningRuns(file)).toEqual([])
  })

  test('other files in its place are left alone', () => {
    const state = testdir({ 'running/notes.txt': '', 'running/1': '' })
    expect(runningRuns(state)).toEqual([])
    expect(fs.readdirSync(path.join(state, 'running'))).toHaveLength(2)
  })
})
