import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { makeFolders } from '../../src/disk/make-folders.ts'
import { onLinux } from '../support/needs.ts'
import { addFiles, testdir } from '../support/testdir.ts'

describe('folders are made', () => {
  test.each(['a', 'a/b/c', 'there', 'there/a', '.'])('%s', (name) => {
    const folder = testdir({ 'there/file': '' })
    makeFolders(path.join(folder, name))
    expect(fs.statSync(path.join(folder, name)).isDirectory()).toBe(true)
  })

  test('for their owner alone', () => {
    const folder = testdir()
    makeFolders(path.join(folder, 'a/b'))
    expect(['a', 'a/b'].map((name) => fs.statSync(path.join(folder, name)).mode & 0o777)).toEqual([0o700, 0o700])
  })

  test('behind a link', () => {
    const folder = testdir({ 'there/file': '' })
    fs.symlinkSync('there', path.join(folder, 'link'))
    makeFolders(path.join(folder, 'link/a'))
    expect(fs.statSync(path.join(folder, 'there/a')).isDirectory()).toBe(true)
  })
})

describe('folders that cannot be made: an error, and no endless try', () => {
  test.each<[string, RegExp]>([
    ['file', /EEXIST/u],
    ['file/a/b', /ENOTDIR/u],
    ['nowhere', /EEXIST/u],
    ['nowhere/a/b', /EEXIST/u],
  ])('%s', (name, error) => {
    const folder = testdir()
    addFiles(folder, { file: '' })
    fs.symlinkSync('/nonexistent/x', path.join(folder, 'nowhere'))
    expect(() => makeFolders(path.join(folder, name))).toThrow(error)
  })

  test('in a file system that takes none, and says that there is no folder above', () => {
    if (!onLinux()) return
    expect(() => makeFolders('/proc/a/b')).toThrow(/ENOENT|EACCES/u)
  })
})
