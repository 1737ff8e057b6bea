import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { checkCopy } from '../../src/doctor/check-copy.ts'
import type { Finding } from '../../src/doctor/checks.ts'
import { applyChanges } from '../../src/makefile/file-changes.ts'
import { isNewer } from '../../src/makefile/newer-version.ts'
import { vendoring } from '../../src/makefile/vendor.ts'
import { addFiles, testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const COPY = 'repo/.send-metrics'

/** A repository with a copy of the tool, some of it spoilt, and what `doctor` finds in a package of it. */
async function found(spoil: (copy: string) => void = () => {}, more: Record<string, string> = {}): Promise<readonly Finding[]> {
  const folder = testdir({ 'repo/.git/HEAD': '', 'repo/packages/a/Makefile': '', ...more })
  applyChanges(vendoring(path.join(folder, 'repo')))
  spoil(path.join(folder, COPY))
  const all = await checkCopy(testWorld({ cwd: path.join(folder, 'repo/packages/a'), env: { PATH: path.join(folder, 'bin') } }))
  return all.map((one) => JSON.parse(JSON.stringify(one).replaceAll(folder, '')) as Finding)
}

/** As another version made it. */
function ofVersion(copy: string, version: string): void {
  const file = path.join(copy, 'package.json')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/"version": "[^"]*"/u, `"version": "${version}"`))
  const sums = path.join(copy, 'SHA256SUMS')
  fs.writeFileSync(sums, fs.readFileSync(sums, 'utf8').replace(/.*package\.json\n/u, ''))
}

const tool = (version: string) => ({ 'bin/send-metrics': `#!/bin/sh\necho ${version}\n` })

describe('the copy in the repository', () => {
  test('is whole, and found from a folder below', async () => {
    const [finding, ...others] = await found()
    expect(finding).toEqual({
      about: 'copy',
      state: 'ok',
      text: expect.stringMatching(/^\/repo\/\.send-metrics, version \S+: \d+ files/u),
    })
    expect(others).toEqual([])
  })

  test.each<[string, (file: string) => void, RegExp, RegExp]>([
    [
      'changed',
      (file) => fs.appendFileSync(file, '\n<<<<<<< HEAD\n'),
      /is not what SHA256SUMS says$/u,
      /^git checkout -- \.\.\/\.\.\/\.send-metrics\/dist\/main\.js; /u,
    ],
    ['empty', (file) => fs.writeFileSync(file, ''), /is not what SHA256SUMS says$/u, /^git checkout /u],
    [
      'gone',
      (file) => fs.rmSync(file),
      /is missing$/u,
      /^git checkout .*: rm -f \S+main\.js, then in \.\.\/\.\.: npx send-metrics init --vendor$/u,
    ],
    [
      'a folder',
      (file) => {
        fs.rmSync(file)
        fs.mkdirSync(file)
      },
      /cannot be read$/u,
      /^mv \/repo\//u,
    ],
  ])('has a file that is %s', async (_name, spoil, text, todo) => {
    const all = await found((copy) => spoil(path.join(copy, 'dist/main.js')))
    expect(all).toEqual([{ about: 'copy', state: 'problem', text: expect.stringMatching(text), todo: expect.stringMatching(todo) }])
    expect(all[0]?.text).toMatch(/^\/repo\/\.send-metrics\/dist\/main\.js /u)
  })

  test.each<[string, (file: string) => void]>([
    ['is missing', fs.rmSync],
    ['lists no file', (file) => fs.writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\n')],
  ])('has lost its checksums: SHA256SUMS %s', async (what, spoil) => {
    const all = await found((copy) => spoil(path.join(copy, 'SHA256SUMS')))
    expect(all).toEqual([expect.objectContaining({ state: 'problem', text: expect.stringContaining(`SHA256SUMS ${what}, so`) })])
  })

  test('has lost a folder: one command restores it', async () => {
    const all = await found((copy) => fs.rmSync(path.join(copy, 'dist'), { recursive: true }))
    const todo = 'git checkout -- ../../.send-metrics; if it is not better then: rm -rf ../../.send-metrics, then in ../..: npx'
    expect(all).toEqual([
      {
        about: 'copy',
        state: 'problem',
        text: expect.stringMatching(/^\d+ files are missing or not what SHA256SUMS says, the first is \/repo\/\.send-metrics\/dist\/\S+$/u),
        todo: `${todo} send-metrics init --vendor`,
      },
    ])
  })

  test('has files that a command for each puts aside: five are named, and the others counted', async () => {
    const all = await found((copy) => {
      for (const name of fs.readdirSync(path.join(copy, 'dist')).slice(0, 7)) {
        fs.rmSync(path.join(copy, 'dist', name))
        fs.mkdirSync(path.join(copy, 'dist', name))
      }
    })
    expect(all.map(({ state }) => state)).toEqual(['problem', 'problem', 'problem', 'problem', 'problem', 'note'])
    expect(all.at(-1)?.text).toMatch(/^2 more files of \/repo\/\.send-metrics are like these$/u)
  })

  test('is older than the tool on PATH', async () => {
    const [, newer] = await found((copy) => ofVersion(copy, '1.2.3'), tool('1.10.0'))
    expect(newer).toEqual({
      about: 'copy',
      state: 'note',
      text: '/repo/.send-metrics is version 1.2.3, and /bin/send-metrics is 1.10.0',
      todo: 'to bring it up to date: (cd /repo && /bin/send-metrics init --vendor)',
    })
  })

  test.each(['1.2.3', '1.2.2', 'no version'])('is not older than %s', async (version) => {
    expect(await found((copy) => ofVersion(copy, '1.2.3'), tool(version))).toHaveLength(1)
  })
})

test('where there is no copy nothing is said', async () => {
  const folder = testdir({ 'repo/.git/HEAD': '' })
  expect(await checkCopy(testWorld({ cwd: path.join(folder, 'repo') }))).toEqual([])
  addFiles(folder, { '.send-metrics/bin/send-metrics.js': '', '.send-metrics/SHA256SUMS': '' })
  expect(await checkCopy(testWorld({ cwd: path.join(folder, 'repo') }))).toEqual([])
})

test.each([
  ['1.0.1', '1.0.0', true],
  ['1.10.0', '1.9.9', true],
  ['2.0.0-rc.1', '1.9.9', true],
  ['1.0.0', '1.0.0-rc.1', true],
  ['1.0.0-rc.10', '1.0.0-rc.9', true],
  ['1.0.0-rc.1', '1.0.0', false],
  ['1.0.0', '1.0.0', false],
  ['1.0.0', 'none', false],
])('%s is newer than %s: %s', (one, other, is) => {
  expect(isNewer(one, other)).toBe(is)
})
