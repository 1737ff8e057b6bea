import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { cleanEnv, toolFolder } from '../support/cli.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { terminal } from '../support/terminal.ts'
import { gitInit, testdir } from '../support/testdir.ts'

describe('the question at a terminal', () => {
  let there: Receiver
  beforeAll(async () => {
    there = await receiver()
  })
  afterAll(() => there.close())

  function scratch() {
    const folder = testdir({
      'repo/Makefile': 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo built\n',
      'repo/send-metrics.json': JSON.stringify({ project: 'Demo', destinations: [{ type: 'segment', writeKey: 'key', host: there.url }] }),
      ...toolFolder('bin'),
    })
    const repo = path.join(folder, 'repo')
    gitInit(repo)
    return { repo, env: cleanEnv(path.join(folder, 'home'), { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` }) }
  }

  test('yes: the run arrives, and the next one is sent without a question', async () => {
    const { repo, env } = scratch()
    const screen = terminal('make', ['build'], { cwd: repo, env })
    await screen.until('Your answer')
    screen.type('yes\r')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(segmentEvents(there).map((event) => event.event)).toEqual(['demo.consent.change', 'demo.command.run'])
  })
})
