import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { preload } from '../../support/preload.ts'
import { type Receiver, receiver, status } from '../../support/receiver.ts'
import { agreedProject, shell } from '../../support/wrapped-project.ts'

const MAKEFILE = `impl-slow: ; @echo begun; touch begun; until [ -e thrown ]; do sleep 0.02; done; echo ended; exit 3
impl-quick: ; @echo ended; exit 3
`

/** Run by Node before the tool; it throws where nothing of the tool is on the stack. */
const throwsAfter = (file: string) => `const fs = require('node:fs')
const timer = setInterval(() => {
  if (!fs.existsSync('${file}')) return
  clearInterval(timer)
  fs.writeFileSync('thrown', '')
  throw new Error('stray')
}, 5).unref()
`

describe('a fault of ours that nothing catches', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  test('while the target runs: it runs to its end, and wrap ends as it did', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE })
    const env = { ...project.env, ...preload(project.folder, throwsAfter('begun')) }
    const { stdout, code } = await shell({ ...project, env }, 'send-metrics wrap slow; echo "code $?"')
    expect({ stdout, code }).toEqual({ stdout: 'begun\nended\ncode 2\n', code: 0 })
  })

  test('while sending: wrap ends as the target did, and the event is on disk', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE, settings: { budgetMs: 60_000 } })
    there.answer = () => fs.writeFileSync(path.join(project.repo, 'sent'), '')
    const env = { ...project.env, ...preload(project.folder, throwsAfter('sent')) }
    const { stdout } = await shell({ ...project, env }, 'send-metrics wrap quick; echo "code $?"')
    expect(stdout).toBe('ended\ncode 2\n')
    expect(fs.existsSync(path.join(project.repo, 'thrown'))).toBe(true)
    expect(project.waiting()).toHaveLength(1)
    there.answer = status(200)
  })
})
