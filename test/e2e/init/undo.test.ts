import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { sendMetrics } from '../../support/cli.ts'
import { type InitProject, initProject } from '../../support/init-project.ts'

const MAKEFILE = '.PHONY: build test\nbuild: ; @echo built\ntest: build\n\t@echo tested\n'
const undo = (at: InitProject) => at.init('--undo', '--yes')

describe('--undo', () => {
  test('restores uncommitted changes, permissions and links, not what git has', async () => {
    const at = initProject({ 'real.mk': MAKEFILE }, { links: { Makefile: 'real.mk' } })
    at.write('real.mk', `${MAKEFILE}# not committed`)
    fs.chmodSync(path.join(at.repo, 'real.mk'), 0o640)
    const before = at.tree()
    expect(await at.init('--yes', '--explicit', 'build')).toMatchObject({ code: 0 })
    expect(at.tree()).toMatchObject({ Makefile: '-> real.mk', 'real.mk': expect.stringMatching(/^640 /u) })
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('goes back over several inits to the state before the first', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    await at.init('--yes', '--explicit', 'build')
    await at.init('--yes', '--explicit', 'test')
    await at.init('--yes', '--vendor')
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('takes our lines out of a makefile that was changed since, and keeps the rest of it', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--explicit', 'build')
    at.write('Makefile', `# mine\n${at.read('Makefile')}lint: ; @echo linted\n`)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.read('Makefile')).toBe(`# mine\n${MAKEFILE}lint: ; @echo linted\n`)
  })

  test('where our very lines were changed names them, and changes nothing, whatever else there is to take back', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--explicit', 'build')
    at.write('Makefile', at.read('Makefile').replace('exec "$$send_metrics"', 'exec env A=b "$$send_metrics"'))
    const changed = at.tree()
    expect(await undo(at)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^send-metrics: Makefile:\d+: init wrote this.*\nsend-metrics: put back.*\nsend-metrics: nothing was changed\n$/u,
      ),
    })
    expect(at.tree()).toEqual(changed)
  })

  test('leaves of a project file what somebody filled in, and says so', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    const mine = at.read('send-metrics.json').replace('"shop"', '"My shop"')
    at.write('send-metrics.json', mine)
    expect(await undo(at)).toMatchObject({ code: 0, stderr: expect.stringContaining('send-metrics.json stays, with what you wrote in it') })
    expect(at.read('send-metrics.json')).toBe('{\n  "project": "My shop"\n}\n')
    expect(at.tree()).not.toHaveProperty('GNUmakefile')
  })

  test('keeps what a person wrote between two inits, and takes back both', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    const mine = at.read('send-metrics.json').replace('"shop"', '"My shop"')
    at.write('send-metrics.json', mine)
    at.write('Makefile', `${MAKEFILE}lint: ; @echo linted\n`)
    expect(await at.init('--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('changed send-metrics.json') })
    expect(await undo(at)).toMatchObject({ code: 0 })
    expect(at.read('send-metrics.json')).toBe('{\n  "project": "My shop"\n}\n')
    expect(at.tree()).not.toHaveProperty('GNUmakefile')
  })

  test('knows a file of ours in a package that was moved, or unpacked outside of git', async () => {
    const at = initProject({ 'packages/a/Makefile': MAKEFILE })
    const moved = { cwd: path.join(at.folder, 'unpacked'), env: at.env }
    expect(await sendMetrics(['init', '--yes'], { ...moved, cwd: path.join(at.repo, 'packages/a') })).toMatchObject({ code: 0 })
    fs.renameSync(path.join(at.repo, 'packages/a'), moved.cwd)
    expect(await sendMetrics(['init', '--undo', '--yes'], moved)).toMatchObject({ code: 0 })
    expect(fs.readdirSync(moved.cwd)).not.toContain('GNUmakefile')
  })

  test('in a clone of what somebody committed removes what is ours to the byte', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes', '--vendor')
    at.git('add', '--all')
    at.git('-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '--quiet', '--message=metrics')
    at.git('clone', '--quiet', '.', '../clone')
    at.git('clone', '--quiet', '../clone', 'clone')
    fs.rmSync(path.join(at.repo, '.git'), { recursive: true })
    fs.renameSync(path.join(at.repo, 'clone/.git'), path.join(at.repo, '.git'))
    fs.rmSync(path.join(at.repo, 'clone'), { recursive: true })
    expect(await undo(at)).toMatchObject({ code: 0, stderr: expect.stringContaining('send-metrics.json stays') })
    expect(Object.keys(at.tree())).toEqual(['Makefile', 'send-metrics.json'])
  })

  test('an init that was cut short is finished by the next, or taken back', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    await at.init('--yes')
    const whole = at.tree()
    // The record is written first, GNUmakefile last.
    fs.rmSync(path.join(at.repo, 'GNUmakefile'))
    await at.init('--yes')
    expect(at.tree()).toEqual(whole)
    fs.rmSync(path.join(at.repo, 'GNUmakefile'))
    expect(await undo(at)).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('a record that is damaged is said, and nothing is touched', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--yes')
    const after = at.tree()
    const [record = ''] = fs.readdirSync(path.join(at.repo, '.git')).filter((name) => name.startsWith('send-metrics-init-'))
    at.write(`.git/${record}`, '{')
    expect(await undo(at)).toMatchObject({ code: 1, stderr: expect.stringContaining('is damaged; move it away') })
    expect(at.tree()).toEqual(after)
  })
})
