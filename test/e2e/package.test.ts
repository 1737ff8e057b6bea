import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { cleanEnv, NODE, run } from '../support/cli.ts'
import { receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, MAKEFILE } from '../support/scratch.ts'
import { addFiles, testdir } from '../support/testdir.ts'

let folder: string
let installed: string
let env: Record<string, string>

/** npm with nothing of this machine's own settings, and no network. */
function npm(words: readonly string[], cwd: string): string {
  const settings = { npm_config_update_notifier: 'false', npm_config_audit: 'false', npm_config_fund: 'false' }
  const quiet = cleanEnv(path.join(folder, 'home'), { ...settings, npm_config_cache: path.join(folder, 'cache') })
  return execFileSync('npm', words, { cwd, env: quiet, encoding: 'utf8', stdio: 'pipe' })
}

beforeAll(() => {
  folder = testdir({ 'home/.keep': '', 'project/package.json': '{"private":true}' })
  // Without its scripts, because the bundle is there already and other tests are running from it.
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], path.resolve('.')))
  npm(['install', '--offline', path.join(folder, packed.filename)], path.join(folder, 'project'))
  installed = path.join(folder, 'project/node_modules/send-metrics')
  addFiles(folder, { 'node/node': `#!/bin/sh\nexec "${NODE}" "$@"\n` })
  const bin = path.join(folder, 'project/node_modules/.bin')
  env = cleanEnv(path.join(folder, 'home'), { PATH: `${path.join(folder, 'node')}:${bin}:${process.env.PATH}` })
})

const manifest = () => JSON.parse(fs.readFileSync(path.join(installed, 'package.json'), 'utf8'))

describe('what is in the package', () => {
  test('it stands alone in node_modules', () => {
    const names = fs.readdirSync(path.join(folder, 'project/node_modules')).filter((name) => !name.startsWith('.'))
    expect(names).toEqual(['send-metrics'])
  })

  test('no dependencies of its own, and nothing that runs at an installation', () => {
    const { dependencies, optionalDependencies, peerDependencies, scripts = {} } = manifest()
    expect([dependencies, optionalDependencies, peerDependencies]).toEqual([undefined, undefined, undefined])
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) expect(Object.keys(scripts)).not.toContain(name)
    expect(filesUnder(installed)).not.toContain('binding.gyp')
  })

  test('a command, and the versions of Node it is for', () => {
    const { bin, engines, license } = manifest()
    expect(bin).toEqual({ 'send-metrics': 'bin/send-metrics.js' })
    expect(engines.node).toContain('20')
    expect(license).toBe('Apache-2.0')
  })

  test('less than 1.5 MB when unpacked', () => {
    const bytes = filesUnder(installed).reduce((sum, file) => sum + fs.statSync(path.join(installed, file)).size, 0)
    expect(bytes).toBeLessThan(1_500_000)
    expect(bytes).toBeGreaterThan(100_000)
  })

  test('nothing but the command, the bundle, the tracer, the schema, the examples and the papers', () => {
    const tops = new Set(filesUnder(installed).map((file) => file.split('/')[0] ?? ''))
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.txt', 'package.json']
    expect(['Makefile.example', 'bin', 'dist', 'schema', 'tilt', 'tracer', ...papers]).toEqual(expect.arrayContaining([...tops]))
    expect([...tops]).toEqual(expect.arrayContaining(['THIRD-PARTY-NOTICES.txt', 'bin', 'dist', 'package.json']))
  })

  test('notices for every package in the bundle', () => {
    const text = fs.readFileSync(path.join(installed, 'THIRD-PARTY-NOTICES.txt'), 'utf8')
    for (const name of ['@segment/analytics-node', 'commander', 'conf', 'inquirer', 'simple-git', 'valibot'])
      expect(text).toContain(`\n${name} `)
  })

  test('no file names the machine it was made on', () => {
    for (const file of filesUnder(installed))
      expect([file, fs.readFileSync(path.join(installed, file), 'utf8').includes(path.resolve('.'))]).toEqual([file, false])
  })
})

describe('installed in an empty folder, it works', () => {
  test('--version', async () => {
    expect(await run('send-metrics', ['--version'], { cwd: folder, env })).toMatchObject({
      code: 0,
      stdout: `${manifest().version}\n`,
      stderr: '',
    })
  })

  test('from a yes to an event', async () => {
    const there = await receiver()
    const destinations = [{ type: 'segment', writeKey: 'key', host: there.url }]
    const cwd = path.join(folder, 'project')
    addFiles(cwd, { Makefile: MAKEFILE, 'send-metrics.json': JSON.stringify({ project: 'Demo', destinations }) })
    expect((await run('send-metrics', ['consent', 'on'], { cwd, env })).code).toBe(0)
    expect(await run('make', ['build'], { cwd, env })).toEqual({ code: 0, signal: null, stdout: 'built\n', stderr: '' })
    expect(segmentEvents(there).map((event) => event.event)).toEqual(['demo.consent.change', 'demo.command.run'])
    await there.close()
  })

  test('every command loads', async () => {
    for (const name of ['wrap', 'consent', 'log', 'preview', 'flush', 'doctor']) {
      expect(await run('send-metrics', [name, '--help'], { cwd: folder, env })).toMatchObject({ code: 0, stderr: '' })
    }
  })
})
