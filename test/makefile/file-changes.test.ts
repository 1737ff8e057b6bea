import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { applyChanges, changeOf } from '../../src/makefile/file-changes.ts'
import { testdir } from '../support/testdir.ts'

const text = (content: string) => Buffer.from(content)

describe('changes of files', () => {
  test('are all made, or none: what was written before a failure is put back', () => {
    const folder = testdir({ a: 'old', b: 'in the way' })
    const file = (name: string) => path.join(folder, name)
    const changes = [
      ...changeOf(file('a'), text('new')),
      ...changeOf(file('c'), text('new')),
      { file: file('b/d'), before: undefined, after: text('new') },
    ]
    expect(() => applyChanges(changes)).toThrow(/b\/d: .*nothing was changed/u)
    expect(fs.readdirSync(folder).sort()).toEqual(['a', 'b'])
    expect(fs.readFileSync(file('a'), 'utf8')).toBe('old')
  })

  test('keep permissions, and the link that a file is reached by', () => {
    const folder = testdir({ 'real/a': 'old' })
    fs.chmodSync(path.join(folder, 'real/a'), 0o751)
    fs.symlinkSync('real/a', path.join(folder, 'link'))
    applyChanges(changeOf(path.join(folder, 'link'), text('new')))
    expect(fs.readlinkSync(path.join(folder, 'link'))).toBe('real/a')
    expect(fs.readFileSync(path.join(folder, 'real/a'), 'utf8')).toBe('new')
    expect(fs.statSync(path.join(folder, 'real/a')).mode & 0o777).toBe(0o751)
    expect(fs.readdirSync(path.join(folder, 'real'))).toEqual(['a'])
  })

  test('that are put back have their permissions again, also of a file that was removed', () => {
    const folder = testdir({ a: 'old', b: 'in the way' })
    fs.chmodSync(path.join(folder, 'a'), 0o775)
    const changes = [
      ...changeOf(path.join(folder, 'a'), undefined),
      { file: path.join(folder, 'b/d'), before: undefined, after: text('new') },
    ]
    expect(() => applyChanges(changes)).toThrow(/nothing was changed/u)
    expect(fs.statSync(path.join(folder, 'a')).mode & 0o777).toBe(0o775)
  })

  test('are not made over something that came since', () => {
    const folder = testdir({ a: 'old' })
    const changes = changeOf(path.join(folder, 'a'), text('new'))
    fs.writeFileSync(path.join(folder, 'a'), 'theirs')
    expect(() => applyChanges(changes)).toThrow(/was changed while/u)
    expect(fs.readFileSync(path.join(folder, 'a'), 'utf8')).toBe('theirs')
  })

  test('that change nothing are none', () => {
    const folder = testdir({ a: 'same' })
    expect(changeOf(path.join(folder, 'a'), text('same'))).toEqual([])
    expect(changeOf(path.join(folder, 'b'), undefined)).toEqual([])
  })
})
