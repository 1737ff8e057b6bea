import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { toolName } from '../src/tool-name.ts'
import { testdir } from './support/testdir.ts'

const PROGRAM = '#!/bin/sh\n'

/** What a person types in a folder of a repository with these files, with these folders of it on PATH. */
function named(files: Record<string, string>, { on = [] as string[], cwd = '.', started = undefined as string | undefined } = {}): string {
  const folder = testdir({ '.git/HEAD': '', ...files })
  for (const name of Object.keys(files)) if (files[name] === PROGRAM) fs.chmodSync(path.join(folder, name), 0o755)
  const PATH = on.map((one) => path.join(folder, one)).join(':')
  const name = toolName({ env: { PATH }, cwd: path.join(folder, cwd), started: started?.replace('@', folder) })
  return name.replace(folder, '@')
}

const VENDORED = { '.send-metrics/bin/send-metrics': PROGRAM, '.send-metrics/bin/send-metrics.js': PROGRAM }
const INSTALLED = { 'node_modules/.bin/send-metrics': PROGRAM }

describe('what a person types to start this tool', () => {
  test('its name, where it is on PATH, also with a copy in the repository', () => {
    expect(named({ 'bin/send-metrics': PROGRAM }, { on: ['bin'] })).toBe('send-metrics')
    expect(named({ 'bin/send-metrics': PROGRAM, ...VENDORED, ...INSTALLED }, { on: ['bin'] })).toBe('send-metrics')
  })

  test.each([
    ['is no program', { 'bin/send-metrics': 'text' }, 'bin'],
    ['is a folder', { 'bin/send-metrics/x': '' }, 'bin'],
    ["is a package manager's folder for one command", { ...INSTALLED }, 'node_modules/.bin'],
    ['is in the cache of npx', { 'c/_npx/ab12/node_modules/.bin/send-metrics': PROGRAM }, 'c/_npx/ab12/node_modules/.bin'],
    ["is in pnpm's folder for once", { 'c/pnpm/dlx/ab12/x/bin/send-metrics': PROGRAM }, 'c/pnpm/dlx/ab12/x/bin'],
    ["is in yarn's folder for once", { 'tmp/xfs-1a2b/dlx-7/bin/send-metrics': PROGRAM }, 'tmp/xfs-1a2b/dlx-7/bin'],
  ])('not where what is on PATH %s', (_what, files, folder) => {
    expect(named({ ...files, ...VENDORED }, { on: [folder] })).toBe('.send-metrics/bin/send-metrics')
  })

  test('not in an entry of PATH that nothing can be looked up in', () => {
    const folder = testdir({ 'bin/send-metrics': PROGRAM, file: '' })
    fs.chmodSync(path.join(folder, 'bin/send-metrics'), 0o755)
    fs.symlinkSync('round', path.join(folder, 'round'))
    const PATH = ['round', 'file', 'x'.repeat(300), 'bin'].map((one) => path.join(folder, one)).join(':')
    expect(toolName({ env: { PATH }, cwd: folder, started: '/opt/tool/send-metrics.js' })).toBe('send-metrics')
  })

  test.each<[string, Record<string, string>, string, string]>([
    ['the copy in the repository', VENDORED, '.', '.send-metrics/bin/send-metrics'],
    ['one without the short name', { '.send-metrics/bin/send-metrics.js': PROGRAM }, '.', '.send-metrics/bin/send-metrics.js'],
    ['the copy, from below', { ...VENDORED, 'a/b/c': '' }, 'a/b', '../../.send-metrics/bin/send-metrics'],
    ['the copy, from a folder with a blank', { ...VENDORED, 'a b/c': '' }, 'a b', '../.send-metrics/bin/send-metrics'],
    ['a package', INSTALLED, '.', 'npx send-metrics'],
    ['a package of npm', { ...INSTALLED, 'package-lock.json': '' }, '.', 'npx send-metrics'],
    ['a package of pnpm', { ...INSTALLED, 'pnpm-lock.yaml': '' }, '.', 'pnpm exec send-metrics'],
    ['a package of yarn', { ...INSTALLED, 'yarn.lock': '' }, '.', 'yarn send-metrics'],
    ['a package of bun', { ...INSTALLED, 'bun.lock': '' }, '.', 'bunx send-metrics'],
    ["yarn's Plug'n'Play", { '.pnp.cjs': '["send-metrics", "npm:1.0.0"]', 'yarn.lock': '' }, '.', 'yarn send-metrics'],
    [
      "a workspace, with the root's package",
      { ...INSTALLED, 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': '', 'packages/a/x': '' },
      'packages/a',
      'pnpm exec send-metrics',
    ],
    ['a folder below a package of pnpm', { ...INSTALLED, 'pnpm-lock.yaml': '', 'docs/a/x': '' }, 'docs/a', 'npx --no send-metrics'],
    [
      'a folder below a package of Yarn 1',
      { ...INSTALLED, 'yarn.lock': '# yarn lockfile v1\n', 'docs/a/x': '' },
      'docs/a',
      'npx --no send-metrics',
    ],
    ['a folder below a package of Yarn 4', { ...INSTALLED, 'yarn.lock': '', 'docs/a/x': '' }, 'docs/a', 'yarn run -T send-metrics'],
    [
      'a workspace, with a package of its own',
      { 'packages/a/node_modules/.bin/send-metrics': PROGRAM, 'yarn.lock': '' },
      'packages/a',
      'yarn send-metrics',
    ],
  ])('%s', (_what, files, cwd, expected) => {
    expect(named(files, { cwd })).toBe(expected)
  })

  test('nothing above the git root', () => {
    expect(named({ ...VENDORED, 'inner/.git/HEAD': '' }, { cwd: 'inner', started: '/opt/tool/bin/send-metrics.js' })).toBe(
      '/opt/tool/bin/send-metrics.js',
    )
  })

  test.each([
    ['a file, as a shell takes it', '/opt/my tool/send-metrics.js', "'/opt/my tool/send-metrics.js'"],
    ['npx', '/home/u/.npm/_npx/ab12/node_modules/.bin/send-metrics', 'npx send-metrics'],
    ['pnpm dlx', '/home/u/.cache/pnpm/dlx/ab12/node_modules/.bin/send-metrics', 'pnpm dlx send-metrics'],
    ['pnpm dlx of old', '/tmp/dlx-4711/node_modules/.bin/send-metrics', 'pnpm dlx send-metrics'],
    ['yarn dlx', '/tmp/xfs-1a2b3c/dlx-4711/node_modules/.bin/send-metrics', 'yarn dlx send-metrics'],
  ])('where it is nowhere to be found, what started it: %s', (_what, started, expected) => {
    expect(named({}, { started })).toBe(expected)
  })

  test('its name, where nothing can be known', () => {
    expect(toolName({ env: {}, cwd: undefined, started: undefined })).toBe('send-metrics')
  })
})
