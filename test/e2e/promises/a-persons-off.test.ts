import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'
import { onLinux } from '../../support/needs.ts'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, runEvents, WRAPPED } from '../../support/wrapped-project.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

const BUILD = `${WRAPPED('build')}deep: ; @$(MAKE) build\nimpl-build: ; @echo built\n`

describe('after a yes, what a person has in the environment lowers, whatever a makefile exports in its place', () => {
  test.each([
    ['SEND_METRICS=off', { SEND_METRICS: 'off' }, 'SEND_METRICS := on'],
    ['SEND_METRICS=off', { SEND_METRICS: 'off' }, 'SEND_METRICS :='],
    ['DO_NOT_TRACK=1', { DO_NOT_TRACK: '1' }, 'DO_NOT_TRACK := 0'],
    ['SEND_METRICS=local', { SEND_METRICS: 'local' }, 'SEND_METRICS := on'],
  ])('%s', async (_name, env, exported) => {
    if (!onLinux()) return
    const at = await agreedProject(there, { makefile: `export ${exported}\n${BUILD}` })
    for (const target of ['build', 'deep'])
      expect(await run('make', [target], { cwd: at.repo, env: { ...at.env, ...(env as Record<string, string>) } })).toMatchObject({
        code: 0,
      })
    expect(runEvents(there)).toEqual([])
    expect(at.runs()).toHaveLength('SEND_METRICS' in env && env.SEND_METRICS === 'local' ? 2 : 0)
  })
})
