import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { whoElse, whoElseInTree } from '../../src/disk/own.ts'
import { openFile, openOwned, writeText } from '../../src/disk/plain-file.ts'
import { judgeHome } from '../../src/disk/whose-home.ts'
import { testdir } from '../support/testdir.ts'

const ME = 1000

describe('who else may have written something', () => {
  test.each<[string, { uid: number; gid?: number; mode: number }, RegExp | undefined]>([
    ['mine alone', { uid: ME, mode: 0o600 }, undefined],
    ['mine, for others to read', { uid: ME, mode: 0o755 }, undefined],
    ["root's", { uid: 0, mode: 0o644 }, undefined],
    ["another person's", { uid: 7, mode: 0o600 }, /belongs to user 7/u],
    ['open to all', { uid: ME, mode: 0o666 }, /others may write/u],
    ["root's, open to all", { uid: 0, mode: 0o1777 }, /others may write/u],
    ['open to a group of many', { uid: ME, gid: 100, mode: 0o660 }, /others may write/u],
    ['open to a group of my own', { uid: ME, gid: ME, mode: 0o664 }, undefined],
  ])('%s', (_name, { uid, gid = uid, mode }, reason) => {
    if (reason === undefined) expect(whoElse({ uid, gid, mode }, ME)).toBeUndefined()
    else expect(whoElse({ uid, gid, mode }, ME)).toMatch(reason)
  })

  test('root believes root alone', () => expect(whoElse({ uid: ME, gid: ME, mode: 0o600 }, 0)).toMatch(/belongs to user 1000/u))

  test('a folder as a whole, at any depth; links are looked at and not followed', () => {
    if (process.platform === 'win32') return
    const folder = testdir({ 'a/b/c': 'c', 'a/link': '-> /tmp' })
    expect(whoElseInTree(folder)).toBeUndefined()
    fs.chmodSync(path.join(folder, 'a/b/c'), 0o666)
    expect(whoElseInTree(folder)).toContain('a/b/c is not used: others may write to it')
  })
})

describe('a file of ours', () => {
  test('that others may write to is neither read nor emptied', () => {
    if (process.platform === 'win32') return
    const file = path.join(testdir({ file: 'text' }), 'file')
    fs.chmodSync(file, 0o666)
    expect(() => openFile(file)).toThrow(/is not used, since others may write to it/u)
    expect(() => writeText(file, 'new')).toThrow(/is not used/u)
    expect(fs.readFileSync(file, 'utf8')).toBe('text')
    fs.closeSync(openOwned(file))
  })

  test.each(['file', 'nowhere', '.'])('is no link, wherever it leads: %s', (to) => {
    const folder = testdir({ file: 'text', link: `-> ${to}` })
    for (const open of [openFile, openOwned]) expect(() => open(path.join(folder, 'link'))).toThrow(/is a link, not a file/u)
    expect(() => writeText(path.join(folder, 'link'), 'new')).toThrow(/is a link, not a file/u)
    expect(fs.readdirSync(folder).sort()).toEqual(['file', 'link'])
  })
})

test('a folder of ours that others may write to counts as somebody else’s, and says what mends it', () => {
  const home = judgeHome({
    uid: ME,
    cameFrom: undefined,
    home: undefined,
    folders: [{ folder: '/home/ada/.config/send-metrics', owner: ME, isPublic: false, isOpen: true }],
  })
  expect(home).toMatchObject({ whose: 'foreign', reason: expect.stringContaining('others may write to /home/ada/.config/send-metrics') })
  expect(home.whose === 'foreign' && home.todo('send-metrics')).toBe("chmod go-w '/home/ada/.config/send-metrics'")
})
