import { describe, expect, test } from '@jest/globals'
import { type InitProject, initProject } from '../../support/init-project.ts'

const MAKEFILE = 'all: test ; @echo all\ntest: ; @echo tested\nlint: ; @echo linted\n'
const BY_HAND = 'SM := send-metrics\nmeasure = @$(SM) wrap "$@"\nbuild: ; $(measure)\nlint: ; @echo linted\nimpl-build: ; @echo built\n'

/** How often a run of make asks the tool to run something: so often it would be counted. */
async function callsOf(at: InitProject, target: string): Promise<number> {
  await at.tool('consent', 'local')
  const { code } = await at.make(target)
  expect(code).toBe(0)
  const { stdout } = await at.tool('log', '--json')
  return stdout.split('\n').filter((line) => line !== '').length
}

describe('a makefile that calls the tool already gets no second way, which would count its runs twice', () => {
  test.each([
    ['the rules of single targets', ['--explicit', 'all'], ['--include'], 'Makefile calls wrap in its own rules (all)'],
    ['three lines', ['--include'], ['--explicit', 'all'], 'Makefile includes send-metrics.mk'],
    ['a GNUmakefile', [], ['--include'], 'GNUmakefile measures every target already'],
    ['a GNUmakefile', [], ['--explicit', 'all'], 'GNUmakefile measures every target already'],
  ])('after %s (%j), %j is refused, and plain init goes on as before', async (_name, first, second, why) => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    await at.init(...first, '--yes')
    const { Makefile: makefile, GNUmakefile: gnu, 'send-metrics.mk': included } = at.tree()
    const refused = await at.init(...second, '--yes')
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(why) })
    expect(refused.stderr).toContain('send-metrics init --undo')
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(at.tree()).toMatchObject({ Makefile: makefile })
    expect([at.tree().GNUmakefile, at.tree()['send-metrics.mk']]).toEqual([gnu, included])
    expect(await callsOf(at, 'all')).toBe(1)
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('calls that were written by hand are found through variables; the others are named, with how to measure them', async () => {
    const at = initProject({ Makefile: BY_HAND })
    const { code, stderr } = await at.init('--yes')
    expect(code).toBe(0)
    expect(stderr).toContain('Makefile calls wrap in its own rules, so only these are measured: build\n')
    expect(stderr).toMatch(/to measure others too: .*send-metrics init --explicit lint\n/u)
    expect(Object.keys(at.tree())).toEqual(['Makefile', 'send-metrics.json'])
    expect(await callsOf(at, 'build')).toBe(1)
    expect(await at.init('--explicit', 'lint', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect((await at.init('--yes')).stderr).toContain('only these are measured: lint, build')
  })

  test('where both are there since another version, init and doctor say that runs count twice', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    at.write('Makefile', BY_HAND)
    expect((await at.init('--yes')).stderr).toMatch(/Makefile calls wrap in its own rules \(build\) too, so their runs count twice/u)
    const { code, stdout } = await at.tool('doctor')
    expect(code).toBe(1)
    expect(stdout.replace(/\s+/gu, ' ')).toContain('calls wrap in its own rules (build) too, so their runs count twice')
  })
})
