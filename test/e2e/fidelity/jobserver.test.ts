import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Receiver, receiver } from '../../support/receiver.ts'
import { agreedProject, shell } from '../../support/wrapped-project.ts'

const JOBS = [1, 2, 3, 4, 5, 6]

/** Each job stays until three were there at once, and notes how many it sees; without three it ends after a minute. */
const JOB = `impl-job%: ; @mkdir -p here; touch here/$*; n=0; \\
	while ! [ -e three ] && [ $$n -lt 3000 ]; do [ $$(ls here | wc -l) -lt 3 ] || touch three; sleep 0.02; n=$$((n+1)); done; \\
	ls here | wc -l >> seen; sleep 0.1; rm here/$*
`

const all = `.PHONY: all\nall: ${JOBS.map((job) => `job${job}`).join(' ')}\n`

describe('make -j3 over six wrapped targets', () => {
  let there: Receiver
  beforeEach(async () => {
    there = await receiver()
  })
  afterEach(() => there.close())

  async function seen(recipe: string, command = 'make -j3 all') {
    const project = await agreedProject(there, { makefile: `${all}job%: ; ${recipe}\n${JOB}` })
    const ended = await shell(project, command)
    const counts = fs.readFileSync(path.join(project.repo, 'seen'), 'utf8').trim().split('\n').map(Number)
    return { project, ended, counts }
  }

  test.each([
    ['with + in the line', '+@send-metrics wrap "$@"'],
    ['with $(MAKE) in the line', '@send-metrics wrap --make "$(MAKE)" "$@"'],
  ])('%s: three at once, never four, and no warning', async (_name, recipe) => {
    const { project, ended, counts } = await seen(recipe)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(counts).toHaveLength(JOBS.length)
    expect(Math.max(...counts)).toBe(3)
    expect(project.runs()).toHaveLength(JOBS.length)
  })

  test('an inner -j target takes its jobs from the same pool', async () => {
    const makefile = `all: ; +@send-metrics wrap "$@"\nimpl-all: ${JOBS.map((job) => `impl-job${job}`).join(' ')}\n${JOB}`
    const project = await agreedProject(there, { makefile })
    const ended = await shell(project, 'make -j3 all')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const counts = fs.readFileSync(path.join(project.repo, 'seen'), 'utf8').trim().split('\n').map(Number)
    expect(Math.max(...counts)).toBe(3)
  })

  test('neither: the same warning as a bare make in that line', async () => {
    const wrapped = await seen('@send-metrics wrap "$@"')
    const bare = await seen('@make --no-print-directory impl-$@')
    expect(wrapped.ended.code).toBe(0)
    expect(bare.ended.stderr).toContain('jobserver unavailable')
    expect(new Set(wrapped.ended.stderr.split('\n'))).toEqual(new Set(bare.ended.stderr.split('\n')))
  })

  test.each(['3,4', '4,5', '5,6', '6,7', '8,9', '10,11', '14,15'])(
    'MAKEFLAGS that names %s, which is no jobserver: none of our own pipes is handed over',
    async (pair) => {
      const makefile =
        'impl-a impl-b impl-c: ; @echo $@ $$(ls -l /proc/self/fd | grep -c "pipe:" || true)\nimpl-all: impl-a impl-b impl-c\n'
      const project = await agreedProject(there, { makefile })
      const flags = ` -j3 --jobserver-auth=${pair}`
      const bare = await shell(project, 'MAKELEVEL=1 make --no-print-directory impl-all', { MAKEFLAGS: flags })
      const wrapped = await shell(project, 'MAKELEVEL=1 send-metrics wrap all', { MAKEFLAGS: flags })
      expect(wrapped).toEqual(bare)
      expect(wrapped.code).toBe(0)
    },
  )
})
