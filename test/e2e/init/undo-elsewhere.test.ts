import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { sendMetrics } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'

const MAKEFILE = '.PHONY: build test\nbuild: ; @echo built\ntest: build\n\t@echo tested\n'

/** Commits everything, and forgets what only this checkout knows. */
function asClone(at: InitProject): void {
  at.git('add', '--all', '--force')
  at.git('-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '--quiet', '--message=metrics')
  for (const name of fs.readdirSync(path.join(at.repo, '.git'))) {
    if (name.startsWith('send-metrics-init-')) fs.rmSync(path.join(at.repo, '.git', name))
  }
}

describe('in a clone', () => {
  test('a file to include that is missing is said to be, and written again', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--include', '--yes')
    const before = at.tree()
    asClone(at)
    for (const words of [[], ['--include']]) {
      fs.rmSync(path.join(at.repo, 'send-metrics.mk'))
      await at.tool('consent', 'local')
      const missing = 'Makefile includes send-metrics.mk, which is not here, so nothing that make runs here is recorded'
      expect((await at.tool('doctor')).stdout).toMatch(new RegExp(`makefile: +${missing}\\n +do: .*init writes it again`, 'u'))
      expect((await at.tool('why')).stdout).toContain(missing)
      expect(await at.init(...words, '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('created send-metrics.mk') })
      expect(at.tree()).toEqual(before)
    }
  })

  test('one that the makefile lists itself is still refused', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--include', '--yes')
    fs.rmSync(path.join(at.repo, 'send-metrics.mk'))
    at.write('Makefile', `${at.read('Makefile')}include $(wildcard *.mk)\n`)
    expect(await at.init('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('Makefile includes it') })
  })

  test.each<[string, string[]]>([
    ['three lines', ['--include']],
    ['rewritten rules', ['--explicit', 'build,test']],
    ['one rewritten rule', ['--explicit', 'test']],
  ])('%s are taken back', async (_name, words) => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    await at.init(...words, '--yes')
    asClone(at)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: expect.stringContaining('send-metrics.json stays') })
    fs.rmSync(path.join(at.repo, 'send-metrics.json'))
    expect(at.tree()).toEqual(before)
  })

  test('rules that were changed since are named', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--include', '--yes')
    asClone(at)
    at.write('Makefile', at.read('Makefile').replace(/endif\n$/u, 'else\nendif\n'))
    const before = at.tree()
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('Makefile:7: init wrote this') })
    expect(at.tree()).toEqual(before)
  })

  test('only what works is advised where a second way is asked for', async () => {
    const at = initProject({ Makefile: 'build: ; @send-metrics wrap build\nimpl-build: ; @echo built\n' })
    expect((await at.init('--include', '--yes')).stderr).toMatch(/first take the calls out by hand\n/u)
    at.write('Makefile', MAKEFILE)
    await at.init('--explicit', 'build', '--yes')
    asClone(at)
    expect((await at.init('--include', '--yes')).stderr).toMatch(/first take the calls out: \S+ init --undo\n/u)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0 })
    expect(await at.init('--include', '--yes')).toMatchObject({ code: 0 })
  })
})

describe('a GNUmakefile of somebody’s own in place of ours', () => {
  const OWN = 'include Makefile\nmine: ; @echo mine\n'

  test('is theirs, and stays', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('GNUmakefile', OWN)
    expect(await at.init('--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('a GNUmakefile of its own') })
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0 })
    expect(Object.keys(at.tree())).toEqual(['GNUmakefile', 'Makefile'])
    expect(at.read('GNUmakefile')).toBe(OWN)
  })

  test('takes three lines, and gives them back', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('GNUmakefile', OWN)
    expect(await at.init('--include', '--yes')).toMatchObject({ code: 0 })
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0 })
    expect(Object.keys(at.tree())).toEqual(['GNUmakefile', 'Makefile'])
    expect(at.read('GNUmakefile')).toBe(OWN)
  })
})

describe('in two folders', () => {
  const undoIn = (at: InitProject, folder: string) =>
    sendMetrics(['init', '--undo', '--yes'], { cwd: path.join(at.repo, folder), env: at.env })

  test.each([
    ['the one with the project file first', '.', 'p'],
    ['the one below first', 'p', '.'],
  ])('nothing is left, %s', async (_name, first, second) => {
    const at = initProject({ Makefile: MAKEFILE, 'p/Makefile': 'deploy: ; @echo deployed\n' })
    const before = at.tree()
    await at.init('--yes')
    await sendMetrics(['init', '--yes'], { cwd: path.join(at.repo, 'p'), env: at.env })
    expect(at.read('send-metrics.json')).toContain('deploy')
    expect(await undoIn(at, first)).toMatchObject({ code: 0 })
    expect(await undoIn(at, second)).toMatchObject({ code: 0 })
    expect(at.tree()).toEqual(before)
    expect(fs.readdirSync(path.join(at.repo, '.git')).filter((name) => name.startsWith('send-metrics'))).toEqual([])
  })

  test('what a person wrote in it stays', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'p/Makefile': 'deploy: ; @echo deployed\n' })
    await at.init('--yes')
    await sendMetrics(['init', '--yes'], { cwd: path.join(at.repo, 'p'), env: at.env })
    at.write('send-metrics.json', at.read('send-metrics.json').replace('"shop",', '"shop",\n  "recipient": "us",'))
    await undoIn(at, '.')
    expect(await undoIn(at, 'p')).toMatchObject({ code: 0 })
    expect(JSON.parse(at.read('send-metrics.json'))).toMatchObject({ project: 'shop', recipient: 'us' })
  })
})
