import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver, status } from '../../support/receiver.ts'
import { agreedProject, shell, WRAPPED } from '../../support/wrapped-project.ts'

const MAKEFILE = `${WRAPPED('slow')}\nimpl-slow: ; @echo begun; sleep 0.6; echo ended; exit 3\n`

/** Loaded into the tool by Node itself; it throws where nothing of the tool is on the stack. */
const THROWS = (ms: number) => `setTimeout(() => { throw new Error('stray') }, ${ms})\n`

describe('a fault of ours that nothing catches', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  const files = { 'throws-early.js': THROWS(300), 'throws-late.js': THROWS(1_500) }
  const loading = (repo: string, file: string) => ({ NODE_OPTIONS: `--require=${path.join(repo, file)}` })

  test('while the target runs: it runs to its end, and wrap ends as it did', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE, files })
    const env = { ...project.env, ...loading(project.repo, 'throws-early.js') }
    const { stdout, code } = await shell({ ...project, env }, 'send-metrics wrap slow; echo "code $?"')
    expect({ stdout, code }).toEqual({ stdout: 'begun\nended\ncode 2\n', code: 0 })
  })

  test('while sending: wrap ends as the target did, and the event is on disk', async () => {
    const project = await agreedProject(there, { makefile: MAKEFILE, files, settings: { budgetMs: 20_000 } })
    there.answer = () => {}
    const env = { ...project.env, ...loading(project.repo, 'throws-late.js') }
    const { stdout } = await shell({ ...project, env }, 'send-metrics wrap slow; echo "code $?"')
    expect(stdout).toBe('begun\nended\ncode 2\n')
    expect(project.waiting()).toHaveLength(1)
    there.answer = status(200)
  })
})
