import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { testdir } from '../support/testdir.ts'

/** What the linter, set up as here, says of a project with this one file. */
function lint(file: string, text: string): string {
  const folder = testdir({ [file]: text })
  fs.copyFileSync('biome.json', path.join(folder, 'biome.json'))
  const { stdout, stderr } = spawnSync(path.resolve('node_modules/.bin/biome'), ['lint', '.'], { cwd: folder, encoding: 'utf8' })
  return `${stdout}${stderr}`
}

const LONG = `export function a(): number {\n${'  Math.random()\n'.repeat(41)}  return 1\n}\n`

describe('the linter sees what is planted', () => {
  test.each([
    ['a function over 40 lines', 'noExcessiveLinesPerFunction', LONG],
    ['an arrow function over 40 lines', 'noExcessiveLinesPerFunction', LONG.replace('function a(): number', 'const a = (): number =>')],
    ['the environment of the process', 'noProcessEnv', 'export const a = process.env.A\n'],
    ['a word on the console', 'noConsole', "console.log('a')\n"],
    ['a default export', 'noDefaultExport', 'export default 1\n'],
  ])('%s', (_name, rule, text) => {
    expect(lint('src/wrap/planted.ts', text)).toContain(rule)
  })

  test('nothing in a short function', () => {
    const said = lint('src/wrap/planted.ts', 'export function a(): number {\n  return 1\n}\n')
    expect(said).toContain('Checked 2 files')
    expect(said).not.toContain('lint/')
  })
})
