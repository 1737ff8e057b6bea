import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { appendLines } from '../../src/disk/append-line.ts'
import { run } from '../support/cli.ts'
import { script } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

function appended(before: string, text: string, flags = 'a+'): string {
  const file = path.join(testdir({ 'lines.jsonl': before }), 'lines.jsonl')
  const descriptor = fs.openSync(file, flags)
  appendLines(descriptor, text)
  fs.closeSync(descriptor)
  return fs.readFileSync(file, 'utf8')
}

describe('where a file ends', () => {
  test.each([
    ['', 'b\n'],
    ['a\n', 'a\nb\n'],
    ['{"half', '{"half\nb\n'],
  ])('%j: the next line is one of its own', (before, after) => expect(appended(before, 'b\n')).toBe(after))

  test('a file that may only be written to gets the line as it is', () => expect(appended('a\n', 'b\n', 'a')).toBe('a\nb\n'))
})

describe('a disk that takes half a line', () => {
  const BEFORE = `${'a'.repeat(1_000)}\n`

  /** A limit on the size of files cuts a write short as a full disk does; `meanwhile` runs after that write. */
  async function cutShort(meanwhile: string): Promise<{ stdout: string; after: string }> {
    const file = path.join(testdir({ 'lines.jsonl': BEFORE }), 'lines.jsonl')
    const code = script(`
      import * as fs from 'node:fs'
      import { appendLines } from './src/disk/append-line.ts'
      const real = require('node:fs')
      const write = real.writeSync
      real.writeSync = (...words) => { const written = write(...words); real.writeSync = write; ${meanwhile}; return written }
      require('node:module').syncBuiltinESMExports()
      const file = process.argv[2]
      try { appendLines(fs.openSync(file, 'a+'), 'b'.repeat(100) + '\\n') } catch (error) { process.stdout.write(error.message) }
    `)
    const { stdout } = await run('bash', ['-c', `ulimit -f 1; exec "${process.execPath}" "${code}" "${file}"`], {
      cwd: path.dirname(file),
      env: { PATH: process.env.PATH ?? '' },
    })
    return { stdout, after: fs.readFileSync(file, 'utf8') }
  }

  test('is an error, and the half is taken back', async () => {
    expect(await cutShort('')).toEqual({ stdout: expect.stringContaining('is it full?'), after: BEFORE })
  })

  test('where somebody else appended meanwhile, nothing is taken back', async () => {
    const { stdout, after } = await cutShort(`
      const { size } = fs.statSync(file); fs.truncateSync(file, size - 10); fs.appendFileSync(file, 'c\\n')`)
    expect(stdout).toContain('is it full?')
    expect(after).toBe(`${BEFORE}${'b'.repeat(13)}c\n`)
  })
})
