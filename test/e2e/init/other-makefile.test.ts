import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { initProject } from '../../support/init-project.ts'

const PLAIN = 'build: ; @echo built\n'

describe('a makefile that gets another name after init is found as make would find it', () => {
  test('renamed in git', async () => {
    const at = initProject({ Makefile: PLAIN })
    const native = await at.make('build')
    await at.init('--yes')
    at.git('mv', 'Makefile', 'makefile')
    expect(await at.make('build')).toEqual(native)
    expect(await at.make('-n', 'build')).toMatchObject({ code: 0, stdout: 'echo built\n' })
    expect(await at.init('--yes')).toMatchObject({ code: 0 })
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(at.tree())).toEqual(['makefile'])
  })

  test('one beside it, which make takes for the first', async () => {
    const at = initProject({ Makefile: PLAIN })
    await at.init('--yes')
    at.write('makefile', 'include Makefile\nmine: ; @echo mine of $(MAKEFILE_LIST)\n')
    const measured = await at.make('mine')
    expect(measured).toMatchObject({ code: 0, stdout: 'mine of makefile Makefile\n' })
    expect(await at.make('no-such')).toMatchObject({ code: 2 })
    fs.rmSync(path.join(at.repo, 'GNUmakefile'))
    expect(await at.make('mine')).toEqual(measured)
  })

  test('gone: init and doctor say whose GNUmakefile it is, and --undo takes it away', async () => {
    const at = initProject({ Makefile: PLAIN })
    await at.init('--yes')
    fs.rmSync(path.join(at.repo, 'Makefile'))
    expect(await at.init('--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /GNUmakefile in \S+ is ours, and there is no Makefile for it to measure; bring that back, or call init --undo/u,
      ),
    })
    expect((await at.tool('doctor')).stdout).toContain('GNUmakefile is ours, and there is no Makefile or makefile beside it')
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0 })
    expect(at.tree()).toEqual({})
  })

  test('both gone: as make says it', async () => {
    const at = initProject({ Makefile: PLAIN })
    await at.init('--yes')
    fs.rmSync(path.join(at.repo, 'Makefile'))
    const ours = [await at.make(), await at.make('build')]
    fs.rmSync(path.join(at.repo, 'GNUmakefile'))
    expect(ours).toEqual([await at.make(), await at.make('build')])
  })
})
