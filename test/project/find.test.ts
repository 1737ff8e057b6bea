import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { findProject, PROJECT_FILE, targetPrefix } from '../../src/project/find.ts'
import { declaredPlace } from '../../src/project/places.ts'
import { testdir } from '../support/testdir.ts'

const uid = process.getuid?.()
const FILE = '{"project": "P"}'
const GIT = '.git/HEAD'

/** Where a project file is found from a folder, relative to `root`. */
function foundFrom(root: string, folder: string, as = uid): string | undefined {
  const found = findProject({ cwd: path.join(root, folder), uid: as })
  return found && path.relative(root, found.file)
}

describe('looking upwards', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['here', { 'a/b/send-metrics.json': FILE, [`a/${GIT}`]: '' }, 'a/b/send-metrics.json'],
    ['at the git root', { 'a/send-metrics.json': FILE, [`a/${GIT}`]: '', 'a/b/x': '' }, 'a/send-metrics.json'],
    ['the nearest of two', { 'a/send-metrics.json': FILE, 'a/b/send-metrics.json': '{}', [`a/${GIT}`]: '' }, 'a/b/send-metrics.json'],
    ['not above the git root', { 'send-metrics.json': FILE, [`a/${GIT}`]: '', 'a/b/x': '' }, undefined],
    ['a worktree or submodule has a file called .git', { 'send-metrics.json': FILE, 'a/.git': 'gitdir: x', 'a/b/x': '' }, undefined],
    ['outside a checkout, further up', { 'send-metrics.json': FILE, 'a/b/x': '' }, 'send-metrics.json'],
  ])('%s', (_name, files, expected) => {
    expect(foundFrom(testdir(files), 'a/b')).toBe(expected)
  })

  // Whoever may write to a shared folder above could otherwise set a project for everybody.
  const stranger = (uid ?? 0) + 1
  const mine = (folder: string) => fs.statSync(folder).uid !== 0
  test('outside a checkout a file of somebody else is passed over, one in the working directory is not', () => {
    const root = testdir({ 'send-metrics.json': FILE, 'a/b/x': '' })
    // Root's files are trusted, so where the tests run as root the file is given away first.
    if (!mine(root)) fs.chownSync(path.join(root, PROJECT_FILE), 12345, 12345)
    expect(foundFrom(root, 'a/b', stranger)).toBeUndefined()
    expect(foundFrom(root, '', stranger)).toBe(PROJECT_FILE)
  })

  test('inside a checkout it counts whoever owns it', () => {
    const root = testdir({ [GIT]: '', 'send-metrics.json': FILE, 'a/b/x': '' })
    if (!mine(root)) fs.chownSync(path.join(root, PROJECT_FILE), 12345, 12345)
    expect(foundFrom(root, 'a/b', stranger)).toBe(PROJECT_FILE)
  })

  test('a working directory that was deleted has none', () => {
    const gone = {
      get cwd(): string {
        throw new Error('ENOENT: uv_cwd')
      },
      uid,
    }
    expect(findProject(gone)).toBeUndefined()
    expect(findProject({ cwd: '/nowhere/at/all', uid })).toBeUndefined()
  })
})

describe('the content', () => {
  const load = (text: string) => findProject({ cwd: testdir({ [GIT]: '', [PROJECT_FILE]: text }), uid })

  test('is read, with a byte order mark or without', () => {
    expect(load(FILE)).toMatchObject({ content: { project: 'P' }, problem: undefined })
    expect(load(`\uFEFF${FILE}`)).toMatchObject({ content: { project: 'P' }, problem: undefined })
  })

  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /is not JSON/u],
    ['empty', '', /is not JSON/u],
    ['a list', '[]', /must hold one JSON object/u],
    ['null', 'null', /must hold one JSON object/u],
    ['text', '"x"', /must hold one JSON object/u],
    ['more than 64 KB', `${FILE}${' '.repeat(64 * 1024)}`, /has 65552 bytes; at most 65536/u],
  ])('%s: a mistake that names the file', (_name, text, what) => {
    const found = load(text)
    expect(found).toMatchObject({ content: undefined, problem: { file: found?.file, what: expect.stringMatching(what) } })
  })

  test('50 MB are not even read', () => {
    const root = testdir({ [GIT]: '' })
    fs.closeSync(fs.openSync(path.join(root, PROJECT_FILE), 'w'))
    fs.truncateSync(path.join(root, PROJECT_FILE), 50 * 1024 * 1024)
    expect(findProject({ cwd: root, uid })?.problem?.what).toMatch(/has 52428800 bytes/u)
  })

  test('a folder, a device, and a link to a link to it', () => {
    const root = testdir({ [GIT]: '', [`${PROJECT_FILE}/x`]: '', 'b/real.json': FILE })
    expect(findProject({ cwd: root, uid })?.problem?.what).toMatch(/is not a file/u)
    fs.symlinkSync('/dev/zero', path.join(root, 'b', PROJECT_FILE))
    expect(findProject({ cwd: path.join(root, 'b'), uid })?.problem?.what).toMatch(/is not a file/u)
    fs.rmSync(path.join(root, 'b', PROJECT_FILE))
    fs.symlinkSync('real.json', path.join(root, 'b', PROJECT_FILE))
    expect(findProject({ cwd: path.join(root, 'b'), uid })?.content).toEqual({ project: 'P' })
  })

  test('a link that leads nowhere or in a circle is no file', () => {
    const root = testdir({ [GIT]: '' })
    fs.symlinkSync(PROJECT_FILE, path.join(root, PROJECT_FILE))
    expect(findProject({ cwd: root, uid })).toBeUndefined()
  })
})

describe('the prefix of real targets', () => {
  test.each<[unknown, string]>([
    [undefined, 'impl-'],
    ['real.', 'real.'],
    ['', 'impl-'],
    ['-x', 'impl-'],
    ['a b', 'impl-'],
    ['$(shell id)', 'impl-'],
    ['a/b', 'impl-'],
    ['x'.repeat(50), 'impl-'],
    [7, 'impl-'],
  ])('%j gives %s', (prefix, expected) => {
    expect(targetPrefix({ file: '', root: '', content: { prefix }, problem: undefined })).toBe(expected)
  })

  test('a file that cannot be read runs the default', () => {
    expect(targetPrefix({ file: '', root: '', content: undefined, problem: { file: '', what: '' } })).toBe('impl-')
    expect(targetPrefix(undefined)).toBe('impl-')
  })
})

test.each<[string, object, string]>([
  ['segment with its default host', { type: 'segment', writeKey: 'k' }, 'segment host="https://api.segment.io" writeKey="k"'],
  ['keys in any order', { writeKey: 'k', host: 'h', type: 'segment' }, 'segment host="h" writeKey="k"'],
  ['a setting that does not decide where', { type: 'file', path: 'a', note: 'x' }, 'file path="a"'],
  ['a value that looks like another setting', { type: 'file', path: 'a" host="b' }, 'file path="a\\" host=\\"b"'],
])('where a destination sends, as one line: %s', (_name, destination, line) => {
  expect(declaredPlace(destination as { type: string })).toBe(line)
})
