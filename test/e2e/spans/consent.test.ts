import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { answer, editProject, QUESTION_MORE, stored } from '../../support/answers.ts'
import type { Env } from '../../support/cli.ts'
import { type Receiver, receiver, segmentEvents } from '../../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../../support/scratch.ts'
import { nobody } from '../../support/trouble.ts'
import { canTrace, lastTrace } from './traced.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** What a recipe sees of a tracer: the command line of its make, and the shell. */
const MAKEFILE = `build: ; @send-metrics wrap "$@"
impl-build: test secret/plans.txt
	@tr '\\0' ' ' </proc/$$PPID/cmdline | grep -o ' .*' | sed 's/.*/words:&/'; echo "shell: $(SHELL)"
test: ; @sleep 0.03
secret/plans.txt: ; @sleep 0.05
`
const UNTOUCHED = 'words: --no-print-directory impl-build \nshell: /bin/sh\n'
const SPANS = { spans: true, targets: ['build', 'test'] }

/** Everything that left or waits to. */
const outside = (at: Scratch) => JSON.stringify([there.requests, at.waiting()])

describe('nobody is traced', () => {
  test.each<[string, Record<string, unknown>, readonly string[] | undefined, Env?]>([
    ['who has not decided', SPANS, undefined],
    ['who said no', SPANS, ['off', '--silent']],
    ['who said yes to a project that does not ask for it', { targets: ['build', 'test'] }, ['on']],
    ['while SEND_METRICS=off is set', SPANS, ['on'], { SEND_METRICS: 'off' }],
    ['while DO_NOT_TRACK=1 is set', SPANS, ['on'], { DO_NOT_TRACK: '1' }],
    ['in CI', SPANS, ['on'], { CI: 'true' }],
    ['where the project file switches off', { ...SPANS, enabled: false }, ['on']],
  ])('%s', async (_name, project, consent, env = {}) => {
    const at = scratch({ to: there.url, makefile: MAKEFILE, project })
    if (consent) expect((await at.tool(['consent', ...consent])).code).toBe(0)
    for (const words of [['build'], ['--spans', 'build']]) {
      if (words.length === 2 && consent?.[0] === 'on' && Object.keys(env).length === 0 && !('enabled' in project)) continue
      expect(await at.wrap(words, { MAKELEVEL: '1', ...env })).toMatchObject({ code: 0, stdout: UNTOUCHED, stderr: '' })
    }
    expect(filesUnder(path.join(at.home, '.cache/send-metrics/tracer'))).toEqual([])
    expect((await at.tool(['trace'])).code).toBe(1)
  })

  test.each(['-n', '-q', '-t'])('under %s', async (flag) => {
    const at = scratch({ to: there.url, makefile: MAKEFILE, project: SPANS })
    await at.agree(there)
    const { stdout } = await at.wrap(['--spans', 'build', '--', flag])
    expect(stdout).not.toContain('tracer')
    expect(filesUnder(path.join(at.home, '.cache/send-metrics/tracer'))).toEqual([])
  })
})

describe('a project that asks for spans', () => {
  test('gets names on its list and no others, in the field and in what waits for destinations that know traces', async () => {
    if (!canTrace('sh')) return
    const at = scratch({ to: there.url, makefile: MAKEFILE, project: SPANS })
    await at.agree(there)
    expect((await at.make(['build'])).code).toBe(0)
    const sent = segmentEvents(there).at(-1)
    expect(sent?.properties.slowest_targets).toMatch(/^(?:(?:other|test|build)=\d+(?:,|$)){3}$/u)
    expect(sent).not.toHaveProperty('spans')
    expect((await lastTrace(at)).spans.map(({ target }) => target)).toEqual(['test', 'secret/plans.txt', 'impl-build'])

    editProject(at, { destinations: [{ type: 'segment', writeKey: 'key', host: await nobody() }] })
    await at.tool(['consent', 'on', '--yes'])
    await at.make(['build'])
    const run = await lastTrace(at)
    const waits = at.waiting().find(({ event }) => event === 'demo.command.run') as { spans?: unknown; properties: object } | undefined
    expect(waits?.spans).toEqual(
      run.spans.map(({ parent_id: _parent, ...span }) => ({
        ...span,
        target: { test: 'test', 'impl-build': 'build' }[span.target] ?? 'other',
      })),
    )
    expect(waits?.properties).toMatchObject({ run_id: run.run_id })
    expect(outside(at)).not.toContain('plans')
  })

  test('without a list of targets, gets no names', async () => {
    if (!canTrace('sh')) return
    const at = scratch({ to: there.url, makefile: MAKEFILE, project: { spans: true } })
    await at.agree(there)
    await at.make(['build'])
    expect(segmentEvents(there).at(-1)?.properties.slowest_targets).toMatch(/^other=\d+$/u)
  })

  test('is answered for it alone by those who had said yes before; until then nobody is traced', async () => {
    if (!canTrace('sh')) return
    const at = scratch({ to: there.url, makefile: MAKEFILE, project: { targets: SPANS.targets } })
    await answer(at, 'yes\r')
    const before = stored(at)[0]?.decision?.fieldSet ?? []
    expect(before).not.toContain('slowest_targets')
    editProject(at, { spans: true })
    const screen = await answer(at, 'yes\r', QUESTION_MORE)
    expect(screen.raw()).toContain('shell: /bin/sh')
    expect(screen.raw().replace(/\s+/gu, ' ')).toContain('which targets ran inside it, when, for how long and how they ended')
    expect(segmentEvents(there).at(-1)?.properties).not.toHaveProperty('slowest_targets')
    expect(stored(at)[0]?.decision?.fieldSet).toEqual([...before, 'slowest_targets', 'slowest_targets: build', 'slowest_targets: test'])
    await at.make(['build'])
    expect(segmentEvents(there).at(-1)?.properties).toHaveProperty('slowest_targets')
  })

  test('a no to it is kept to', async () => {
    const at = scratch({ to: there.url, makefile: MAKEFILE, project: { targets: SPANS.targets } })
    await answer(at, 'yes\r')
    editProject(at, { spans: true })
    await answer(at, 'no\r', QUESTION_MORE)
    expect((await at.wrap(['build'])).stdout).toContain('shell: /bin/sh')
    expect(segmentEvents(there).at(-1)?.properties).not.toHaveProperty('slowest_targets')
  })

  test('in CI, by the yes of whoever owns the pipeline', async () => {
    if (!canTrace('sh')) return
    const at = scratch({ to: there.url, makefile: MAKEFILE, project: SPANS })
    await at.wrap(['build'], { CI: 'true', SEND_METRICS: 'on' })
    expect(segmentEvents(there).at(-1)?.properties.slowest_targets).toMatch(/test=\d+/u)
  })
})

describe('--spans where the project does not ask for them', () => {
  test.each(['on', 'local'])('with %s: on this machine only', async (choice) => {
    if (!canTrace('sh')) return
    const at = scratch({ to: there.url, makefile: MAKEFILE, project: { targets: SPANS.targets } })
    expect((await at.tool(['consent', choice])).code).toBe(0)
    expect((await at.wrap(['--spans', 'build'])).stdout).toMatch(/tracer.*\/by-path\/bin\/sh/u)
    expect((await lastTrace(at)).spans).toHaveLength(3)
    expect(outside(at)).not.toMatch(/slowest|spans|plans/u)
    const log = await at.log()
    expect(log.filter(({ type }) => type === 'run')).toHaveLength(1)
    expect(JSON.stringify(log)).not.toMatch(/slowest|plans/u)
  })

  test('`consent forget` takes them away', async () => {
    if (!canTrace('sh')) return
    const at = scratch({ to: there.url, makefile: MAKEFILE })
    await at.agree(there)
    await at.wrap(['--spans', 'build'])
    expect((await at.tool(['consent', 'forget'])).code).toBe(0)
    const left = filesUnder(path.join(at.home, '.local/state'))
    expect(left.map((file) => fs.readFileSync(path.join(at.home, '.local/state', file), 'utf8')).join()).not.toContain('plans')
    expect(left.filter((file) => file.includes('spans'))).toEqual([])
  })
})

test('a run inside that belongs to another project, or that is not recorded, is not noted by the tracer around it', async () => {
  if (!canTrace('sh')) return
  const makefile = `impl-all: foreign off inside
foreign: ; @cd other && send-metrics wrap quiet
off: ; @SEND_METRICS=off send-metrics wrap hidden
inside: ; @send-metrics wrap seen
impl-hidden impl-seen: ; @echo $@
`
  const files = { 'other/send-metrics.json': '{ "project": "Other" }', 'other/Makefile': 'impl-quiet: ; @echo $@ $$MAKEFILES\n' }
  const at = scratch({ to: there.url, makefile, files })
  await at.agree(there)
  expect((await at.wrap(['--spans', 'all'])).stdout).toBe('impl-quiet\nimpl-hidden\nimpl-seen\n')
  expect((await lastTrace(at)).spans.map(({ target }) => target)).toEqual(['foreign', 'off', 'inside', 'impl-seen'])
})
