import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { BIN, run } from '../support/cli.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

const PACKAGE = path.resolve(path.dirname(BIN), '..')

function copyPackage(to: string): string {
  for (const part of ['bin', 'dist', 'tracer', 'schema', 'tilt', 'package.json'])
    fs.cpSync(path.join(PACKAGE, part), path.join(to, part), { recursive: true })
  return to
}

/** Where make may find the tool, what puts it there and tells of the folder, and what is to be done where it is not whole. */
const PLACES: readonly { readonly name: string; readonly put: (at: Scratch) => Promise<string>; readonly todo: RegExp }[] = [
  {
    name: 'the copy in the repository',
    put: async (at) => {
      await at.tool(['init', '--vendor', '--yes'])
      await run('git', ['add', '--all'], { cwd: at.repo, env: at.env })
      return path.join(at.repo, '.send-metrics')
    },
    todo: /^git checkout -- \.send-metrics; if it is not better then: rm -rf \.send-metrics, then in this folder: npx send-metrics init --vendor$/u,
  },
  {
    name: 'a package',
    put: async (at) => {
      addFiles(at.repo, { 'package.json': '{ "devDependencies": { "send-metrics": "*" } }', 'pnpm-lock.yaml': '' })
      await at.tool(['init', '--yes'])
      return copyPackage(path.join(at.repo, 'node_modules/send-metrics'))
    },
    todo: /^rm -rf node_modules\/send-metrics, then: pnpm install$/u,
  },
  {
    name: "a package manager's script for a package",
    put: async (at) => {
      const script = path.join(at.repo, 'node_modules/.bin/send-metrics')
      addFiles(at.repo, {
        'package.json': '{}',
        [path.relative(at.repo, script)]: '#!/bin/sh\nexec "${0%/*}/../.store/send-metrics/bin/send-metrics.js" "$@"\n',
      })
      fs.chmodSync(script, 0o755)
      await at.tool(['init', '--yes'])
      const folder = copyPackage(path.join(at.repo, 'node_modules/.store/send-metrics'))
      fs.symlinkSync('.store/send-metrics', path.join(at.repo, 'node_modules/send-metrics'))
      return folder
    },
    todo: /^rm -rf node_modules\/\.store\/send-metrics, then: npm install --save-dev send-metrics$/u,
  },
  {
    name: 'a global one',
    put: async (at) => {
      await at.tool(['init', '--yes'])
      const folder = copyPackage(path.join(at.folder, 'lib/node_modules/send-metrics'))
      fs.rmSync(path.join(at.folder, 'bin/send-metrics'))
      fs.symlinkSync(path.join(folder, 'bin/send-metrics.js'), path.join(at.folder, 'bin/send-metrics'))
      return folder
    },
    todo: /^install it anew: npm install --global send-metrics; or keep a copy in the repository: send-metrics init --vendor$/u,
  },
]

const SPOILS: readonly [string, (dist: string) => void, RegExp][] = [
  ['without dist', (dist) => fs.rmSync(dist, { recursive: true }), /dist\/main\.js is missing, so/u],
  [
    'with the first file of dist alone',
    (dist) => {
      for (const name of fs.readdirSync(dist)) if (name !== 'main.js') fs.rmSync(path.join(dist, name))
    },
    /dist\/\S+\.js is missing, and so it is with \d+ more of its files, so/u,
  ],
  ['with half a file', (dist) => fs.truncateSync(path.join(dist, 'record.js'), 5000), /dist\/record\.js is damaged, so/u],
]

describe.each(PLACES)('the tool that make finds: $name', ({ put, todo }) => {
  test('is whole', async () => {
    const at = scratch({ makefile: 'build: ; @echo built\n' })
    await put(at)
    await at.tool(['consent', 'local'])
    expect((await at.tool(['doctor'])).stdout).toMatch(/^ok +tool: +make finds/mu)
    await at.make(['build'])
    expect(await at.log()).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'run' })]))
  })

  test.each(SPOILS)('is %s', async (_name, spoil, text) => {
    const at = scratch({ makefile: 'build: ; @echo built\n' })
    const folder = await put(at)
    await at.tool(['consent', 'local'])
    spoil(path.join(folder, 'dist'))
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect((await at.log()).filter(({ type }) => type === 'run')).toEqual([])
    const why = JSON.parse((await at.tool(['why', '--json'])).stdout)
    expect(why).toMatchObject({ outcome: 'not recorded', reason: expect.stringMatching(text), todo: expect.stringMatching(todo) })
    const { code, stdout } = await at.tool(['doctor', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining([{ about: 'tool', state: 'problem', text: why.reason, todo: why.todo }]))
  })
})

test('a copy without dist is restored by what doctor says in one line', async () => {
  const at = scratch({ makefile: 'build: ; @echo built\n' })
  await PLACES[0]?.put(at)
  fs.rmSync(path.join(at.repo, '.send-metrics/dist'), { recursive: true })
  const problems = (await at.tool(['doctor'])).stdout.split('\n').filter((line) => /^(?:PROBLEM|note) +copy/u.test(line))
  expect(problems).toEqual([expect.stringMatching(/\d+ files are missing or not what SHA256SUMS says, the first is \S+dist\/\S+$/u)])
  expect(await run('git', ['checkout', '--', '.send-metrics'], { cwd: at.repo, env: at.env })).toMatchObject({ code: 0 })
  expect((await at.tool(['doctor'])).stdout).toMatch(/^ok +copy:/mu)
})
