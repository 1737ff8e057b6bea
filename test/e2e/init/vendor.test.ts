import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { BIN, NODE, run } from '../../support/cli.ts'
import { initProject } from '../../support/init-project.ts'

const MAKEFILE = '.PHONY: build\nbuild: ; @echo built\n'
const ENTRY = '.send-metrics/bin/send-metrics.js'

describe('--vendor', () => {
  test('puts plain files with their checksums into the repository, which need nothing but Node', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'package.json': '{ "type": "module" }', '.gitignore': 'dist/\nbin/\n*.js\n' })
    expect(await at.init('--vendor', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^created \.send-metrics\/, the tool itself: \d+ files, \d+ kB\n/u),
    })
    execFileSync('sha256sum', ['--quiet', '--check', 'SHA256SUMS'], { cwd: path.join(at.repo, '.send-metrics') })
    const files = Object.keys(at.tree()).filter((name) => fs.statSync(path.join(at.repo, name)).isFile())
    at.git('add', '--all')
    expect(at.git('ls-files').trim().split('\n').sort()).toEqual(files)
    expect(await run(NODE, [ENTRY, '--version'], { cwd: at.repo, env: at.env })).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(at.read('send-metrics.json')).$schema).toBe('./.send-metrics/schema/send-metrics.schema.json')
  })

  test.each(['* text=auto\n', '* text eol=crlf\n'])(
    'a clone of a repository whose .gitattributes say %j has the same bytes',
    async (attributes) => {
      const at = initProject({ Makefile: MAKEFILE, '.gitattributes': attributes })
      await at.init('--vendor', '--yes')
      at.git('add', '--all')
      at.git('-c', 'user.name=T', '-c', 'user.email=t@example.invalid', 'commit', '--quiet', '--message=the tool')
      const clone = path.join(at.folder, 'clone')
      at.git('clone', '--quiet', '.', clone)
      execFileSync('sha256sum', ['--quiet', '--check', 'SHA256SUMS'], { cwd: path.join(clone, '.send-metrics') })
    },
  )

  test('called again changes nothing, and brings an older copy up to date', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--vendor', '--yes')
    expect(await at.init('--vendor', '--yes')).toMatchObject({ code: 0, stderr: 'send-metrics: nothing to do\n' })
    const fresh = at.tree()
    // As an older version had it: another file in the list, and one that is not there any more.
    const old = '// old\n'
    at.write('.send-metrics/dist/main.js', old)
    at.write('.send-metrics/dist/gone.js', old)
    const hash = execFileSync('sha256sum', [path.join(at.repo, '.send-metrics/dist/gone.js')], { encoding: 'utf8' }).slice(0, 64)
    const sums = at.read('.send-metrics/SHA256SUMS').replace(/^[0-9a-f]{64}( {2}dist\/main\.js)$/mu, `${hash}$1`)
    at.write('.send-metrics/SHA256SUMS', `${sums}${hash}  dist/gone.js\n`)
    expect(await at.init('--vendor', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('changed .send-metrics/, the tool itself: 3 files'),
    })
    expect(at.tree()).toEqual(fresh)
  })

  test('is not put in place of a newer one', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--vendor', '--yes')
    const manifest = at.read('.send-metrics/package.json')
    const newer = manifest.replace(/"version": "[^"]+"/u, '"version": "99.0.0"')
    const hash = (text: string) => execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64)
    at.write('.send-metrics/package.json', newer)
    at.write('.send-metrics/SHA256SUMS', at.read('.send-metrics/SHA256SUMS').replace(hash(manifest), hash(newer)))
    const before = at.tree()
    expect(await at.init('--vendor', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the copy in \.send-metrics is version 99\.0\.0, and this is \S+; .*rm -r \.send-metrics\n/u),
    })
    expect(at.tree()).toEqual(before)
    fs.rmSync(path.join(at.repo, '.send-metrics'), { recursive: true })
    expect(await at.init('--vendor', '--yes')).toMatchObject({ code: 0 })
    expect(at.read('.send-metrics/package.json')).toBe(manifest)
  })

  test('is all of the tool: what can be loaded from it, typed and read', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--vendor', '--yes')
    const files = Object.keys(at.tree())
    const { files: published } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { files: string[] }
    for (const folder of published.filter((name) => fs.statSync(name).isDirectory())) {
      const all = fs.readdirSync(path.resolve(folder)).map((name) => `.send-metrics/${folder}/${name}`)
      expect(files).toEqual(expect.arrayContaining(all))
    }
    expect(at.read('.send-metrics/README.md').trim().split('\n').length).toBeLessThanOrEqual(10)
    for (const command of ['consent', 'doctor', 'init --undo']) expect(at.read('.send-metrics/README.md')).toContain(` ${command}\``)
    for (const cwd of [at.repo, path.join(at.repo, '.send-metrics/bin')]) {
      const typed = path.relative(cwd, path.join(at.repo, '.send-metrics/bin/send-metrics'))
      const ended = await run('sh', ['-c', `${path.dirname(typed)}/send-metrics consent off --json`], { cwd, env: at.env })
      expect(ended).toMatchObject({ code: 0, stderr: '' })
    }
    const env = { ...at.env, PATH: `${path.join(at.repo, '.send-metrics/bin')}:/usr/bin:/bin` }
    expect(await run('sh', ['-c', 'send-metrics --version'], { cwd: at.repo, env })).toMatchObject({ code: 0, stderr: '' })
  })

  test('removes itself, as its README says', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    const before = at.tree()
    await at.init('--vendor', '--yes')
    const { env, repo: cwd } = at
    expect(await run('.send-metrics/bin/send-metrics', ['init', '--undo', '--yes'], { cwd, env })).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('in a package below a copy makes no other, and undo there leaves that copy alone', async () => {
    const at = initProject({ Makefile: MAKEFILE, 'packages/a/Makefile': MAKEFILE, 'packages/b/Makefile': MAKEFILE })
    await at.init('--vendor', '--yes')
    const before = at.tree()
    const a = { cwd: path.join(at.repo, 'packages/a'), env: { ...at.env, PATH: '/usr/bin:/bin' } }
    const b = { ...a, cwd: path.join(at.repo, 'packages/b') }
    const init = (...words: string[]) => [path.join('../../.send-metrics/bin/send-metrics.js'), 'init', '--yes', ...words]
    expect(await run(NODE, init('--vendor'), a)).toMatchObject({
      code: 0,
      stderr: 'send-metrics: ../../.send-metrics is used; to bring it up to date, call init --vendor there\n',
    })
    expect(await run(NODE, init('--explicit', 'build'), b)).toMatchObject({ code: 0, stderr: '' })
    expect(Object.keys(at.tree()).filter((name) => !(name in before))).toEqual(['packages/a/GNUmakefile'])
    expect(at.read('packages/b/Makefile')).toContain('command . ../../.send-metrics/bin/send-metrics.js ')
    expect(await run(NODE, init('--undo'), a)).toMatchObject({ code: 0, stderr: '' })
    expect(await run(NODE, init('--undo'), b)).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('at a root without a makefile makes the copy alone, for the packages', async () => {
    const at = initProject({ 'packages/a/Makefile': MAKEFILE })
    const before = at.tree()
    const alone = /^send-metrics: no makefile here, so only the copy is made/u
    expect(await at.init('--vendor', '--yes')).toMatchObject({ code: 0, stderr: expect.stringMatching(alone) })
    const a = { cwd: path.join(at.repo, 'packages/a'), env: { ...at.env, PATH: '/usr/bin:/bin' } }
    const words = ['init', '--yes', '--vendor']
    expect(await run('../../.send-metrics/bin/send-metrics', words, { ...a, env: at.env })).toMatchObject({ code: 0 })
    expect(at.read('packages/a/GNUmakefile')).toContain(' $(foreach above,.. ../..,')
    expect(Object.keys(at.tree()).filter((name) => name.startsWith('packages') && !(name in before))).toEqual([
      'packages/a/GNUmakefile',
      'packages/a/send-metrics.json',
    ])
    expect(await run('../../.send-metrics/bin/send-metrics', ['init', '--undo', '--yes'], { ...a, env: at.env })).toMatchObject({ code: 0 })
    expect(await at.init('--undo', '--yes')).toMatchObject({ code: 0, stderr: '' })
    expect(at.tree()).toEqual(before)
  })

  test('in a folder without a makefile that is no root makes none', async () => {
    const at = initProject({ 'docs/index.md': '' })
    const before = at.tree()
    const ended = await run(NODE, [BIN, 'init', '--vendor', '--yes'], { cwd: path.join(at.repo, 'docs'), env: at.env })
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('no GNUmakefile, makefile or Makefile in ') })
    expect(at.tree()).toEqual(before)
  })

  test("with --local at such a root is nobody else's", async () => {
    const at = initProject({ 'packages/a/Makefile': MAKEFILE })
    await at.init('--vendor', '--local', '--yes')
    expect(at.git('status', '--porcelain')).toBe('')
    await at.init('--undo', '--yes')
    expect(at.read('.git/info/exclude')).not.toContain('send-metrics')
  })

  test('a file of it that somebody changed is named, not overwritten', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--vendor', '--yes')
    at.write('.send-metrics/dist/main.js', '// mine\n')
    const before = at.tree()
    const { code, stderr } = await at.init('--vendor', '--yes')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^send-metrics: \.send-metrics\/dist\/main\.js was changed by hand; .*\nsend-metrics: nothing was changed\n$/u)
    expect(at.tree()).toEqual(before)
  })

  test('the copy does not replace itself', async () => {
    const at = initProject({ Makefile: MAKEFILE })
    await at.init('--vendor', '--yes')
    const { code, stderr } = await run(NODE, [ENTRY, 'init', '--vendor', '--yes'], { cwd: at.repo, env: at.env })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('this is the copy in .send-metrics itself') })
  })
})
