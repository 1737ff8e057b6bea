import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Env, NODE, toolFolder } from '../../support/cli.ts'
import { filesUnder, type Scratch } from '../../support/scratch.ts'
import { addFiles } from '../../support/testdir.ts'
import { canTrace, lastTrace, TRACERS, traced } from './traced.ts'

/** Three lines, of which the middle one does something to the tracer. */
const doing = (harm: string) => `all: a b c\na c: ; @echo $@ && sleep 0\nb: ; @${harm}\n`
const FINE = { code: 0, stdout: 'a\nc\n', stderr: '' }

describe.each(TRACERS)('with the tracer in %s', (kind) => {
  test.each([
    ['its notes are gone', 'rm -r "$${SEND_METRICS_SPANS%/*}"'],
    ['the disk is full', 'ln -sf /dev/full "$$SEND_METRICS_SPANS"'],
    ['its notes are a folder', 'rm "$$SEND_METRICS_SPANS"; mkdir "$$SEND_METRICS_SPANS"'],
    [
      'its notes are not what it wrote',
      'head -c 3000 /dev/urandom >"$$SEND_METRICS_SPANS"; printf "s 1 x\\ne\\ns 1 2 3 t4 \\n" >>"$$SEND_METRICS_SPANS"',
    ],
  ])('the recipes run when %s', async (_name, harm) => {
    if (!canTrace(kind)) return
    const at = await traced(kind, { makefile: doing(harm) })
    expect(await at.wrap(['--', 'make'])).toMatchObject(FINE)
    expect((await at.log()).filter(({ type }) => type === 'run')).toMatchObject([{ outcome: 'success' }])
    expect(fs.readdirSync(at.tmp)).toEqual([])
  })

  test('the recipes run when a recipe takes the package away, as `npm ci` does', async () => {
    if (!canTrace(kind)) return
    const at = await traced(kind, { makefile: doing('rm -r package/tracer') })
    const copy = path.join(at.repo, 'package')
    for (const name of ['bin', 'dist', 'tracer']) fs.cpSync(name, path.join(copy, name), { recursive: true })
    addFiles(at.folder, toolFolder('bin', { node: NODE, bin: path.join(copy, 'bin/send-metrics.js') }))
    expect(await at.make(['-f', 'outer.mk', `TMPDIR=${at.tmp}`])).toMatchObject({ code: 2 })
    fs.writeFileSync(path.join(at.repo, 'outer.mk'), 'go: ; @send-metrics wrap --spans -- make\n')
    expect(await at.make(['-f', 'outer.mk', '--no-print-directory'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('a\nc\n'),
    })
    expect((await lastTrace(at)).spans.map(({ target }) => target)).toEqual(['a', 'b', 'c'])
  })
})

describe('where no tracer can be set up', () => {
  test.each<[string, (at: Scratch) => Env, string]>([
    [
      'the cache cannot be written',
      (at) => {
        fs.writeFileSync(path.join(at.folder, 'file'), '')
        return { XDG_CACHE_HOME: path.join(at.folder, 'file') }
      },
      'ENOTDIR',
    ],
    ['its path has a blank', (at) => ({ XDG_CACHE_HOME: path.join(at.folder, 'a b') }), 'has a blank or another special character'],
    ['there is no place for the notes', () => ({ TMPDIR: '/proc' }), 'ENOENT'],
  ])('%s: the run goes on without spans, and --verbose says why', async (_name, breakIt, words) => {
    if (!canTrace('sh')) return
    const at = await traced('sh', { makefile: doing('true') })
    const env = breakIt(at)
    expect(await at.wrap(['--', 'make'], env)).toMatchObject(FINE)
    const { stderr } = await at.wrap(['--verbose', '--', 'make'], env)
    expect(stderr).toMatch(new RegExp(`^send-metrics: which targets ran inside is not recorded: .*${words}`, 'u'))
    expect((await at.log()).filter(({ type }) => type === 'run')).toHaveLength(2)
  })

  test('without a makefile, and for a program that is not make', async () => {
    if (!canTrace('sh')) return
    const at = await traced('sh', { makefile: '', files: { builder: '#!/bin/sh\necho "$@"\n' } })
    expect(await at.wrap(['--make', './builder', 'x'])).toMatchObject({ code: 0, stdout: 'impl-x\n' })
    fs.rmSync(path.join(at.repo, 'Makefile'))
    const ended = await at.wrap(['--verbose', '--', 'make', 'x'])
    expect(ended.stderr).toContain('not recorded: there is no makefile\n')
    expect(ended.stderr).toContain("No rule to make target 'x'")
  })
})

test('many runs at once set the tracer up once, and nothing half made stays', async () => {
  if (!canTrace('sh')) return
  const at = await traced('sh', { makefile: 'all: ; @echo a && sleep 0\n' })
  const ended = await Promise.all(Array.from({ length: 6 }, () => at.wrap(['--', 'make'])))
  expect(ended.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(Array(6).fill('0 '))
  expect(fs.readdirSync(path.join(at.home, '.cache/send-metrics/tracer'))).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/u)])
  expect(filesUnder(path.join(at.home, '.local/state')).filter((file) => file.includes('spans-'))).toHaveLength(1)
  expect(fs.readdirSync(at.tmp)).toEqual([])
})

test('a run of very many lines keeps the longest spans and counts the rest', async () => {
  if (!canTrace('C')) return
  const at = await traced('C', { makefile: 'N := $(shell seq 1 2100)\nall: $(N) slow\n$(N): ; @true\nslow: ; @sleep 0.2\n' })
  expect((await at.wrap(['--', 'make', '-j2'])).code).toBe(0)
  const run = await lastTrace(at)
  expect(run.spans).toHaveLength(2000)
  expect(run.left_out).toBe(101)
  expect(run.spans.map(({ target }) => target)).toContain('slow')
  const { stdout } = await at.tool(['trace'])
  expect(stdout).toContain('101 shorter ones were not recorded')
})
