import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'

const PAGE = 'docs/security.md'
/** Parts of the promise that have a row. */
const POINTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]

interface Row {
  readonly point: number
  readonly threat: string
  readonly promise: string
  readonly tests: readonly { readonly title: string; readonly file: string }[]
}

function rowsOf(page: string): Row[] {
  const cells = [...page.matchAll(/^\| (\d+) \| (.*?) \| (.*?) \| (.*) \|$/gmu)]
  return cells.map(([, point, threat = '', promise = '', tests = '']) => ({
    point: Number(point),
    threat,
    promise,
    tests: [...tests.matchAll(/\[(.+?)\]\((\.\.\/test\/[\w./-]+)\)/gu)].map(([, title = '', file = '']) => ({ title, file })),
  }))
}

/** Tests that a page names and that are not there. */
function missing(page: string): string[] {
  return rowsOf(page).flatMap(({ tests }) =>
    tests.flatMap(({ title, file }) => {
      const at = path.join(path.dirname(PAGE), file)
      const text = fs.existsSync(at) ? fs.readFileSync(at, 'utf8') : ''
      return isTitle(text, title) ? [] : [`${file}: ${title}`]
    }),
  )
}

/** Whether it stands in quotes behind `test(`, `describe(` or the rows of their `each`, and is not skipped. */
function isTitle(text: string, title: string): boolean {
  const at = [`'${title}'`, `"${title}"`, `\`${title}\``].map((quoted) => text.indexOf(quoted)).find((index) => index >= 0)
  if (at === undefined) return false
  const before = text.slice(0, at).trimEnd()
  return /(?:test|describe|linux)(?:\.each)?\($|\)\($/u.test(before) && !/\.(?:skip|todo|failing)\($/u.test(before)
}

const page = fs.readFileSync(PAGE, 'utf8')

describe('the page about threats', () => {
  test('every test that the page names is there, under its title', () => expect(missing(page)).toEqual([]))

  test('each part of the promise has a row, and each row a threat, a promise and a test', () => {
    const rows = rowsOf(page)
    expect([...new Set(rows.map(({ point }) => point))]).toEqual(POINTS)
    expect(rows.filter(({ threat, promise, tests }) => threat === '' || promise === '' || tests.length === 0)).toEqual([])
    expect(rows).toHaveLength(page.match(/^\| \d/gmu)?.length ?? 0)
  })

  test('a link to a file or a title that is gone is seen', () => {
    expect(missing('| 1 | a | b | [no such title](../test/messages.test.ts) |')).toEqual(['../test/messages.test.ts: no such title'])
    expect(missing('| 1 | a | b | [a title](../test/no-such.test.ts) |')).toEqual(['../test/no-such.test.ts: a title'])
    expect(isTitle("test.skip('a', () => {})", 'a')).toBe(false)
    expect(isTitle("test.each([1])('a', () => {})", 'a')).toBe(true)
    expect(isTitle("expect('a')", 'b')).toBe(false)
  })

  test('every test of a promise stands on the page', () => {
    const folder = 'test/e2e/promises'
    const named = new Set(rowsOf(page).flatMap(({ tests }) => tests.map(({ file }) => path.basename(file))))
    expect(fs.readdirSync(folder).filter((name) => !named.has(name))).toEqual([])
  })
})
