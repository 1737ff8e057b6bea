import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { whyNotStorable } from '../../src/consent/storable.ts'
import { script } from '../support/processes.ts'
import { addFiles, testdir } from '../support/testdir.ts'

const FILE = '.config/send-metrics/config.json'
const EMPTY = JSON.stringify({ version: 1, projects: {} })
/** File modes do not stop root, so that another user looks. */
const NOBODY = 65_534

type Make = (home: string) => void
const file =
  (name: string, text = ''): Make =>
  (home) =>
    addFiles(home, { [name]: text })
const link =
  (name: string, to: string): Make =>
  (home) => {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true })
    fs.symlinkSync(to, path.join(home, name))
  }
const mode =
  (name: string, bits: number): Make =>
  (home) =>
    fs.chmodSync(path.join(home, name), bits)
const fifo: Make = (home) => {
  fs.mkdirSync(path.dirname(path.join(home, FILE)), { recursive: true })
  execFileSync('mkfifo', [path.join(home, FILE)])
}
const folder =
  (name: string): Make =>
  (home) =>
    fs.mkdirSync(path.join(home, name), { recursive: true })

function made(steps: readonly Make[]): string {
  const home = testdir()
  for (const step of steps) step(home)
  return home
}

const look = (home: string | undefined, env = {}) => whyNotStorable({ env, home, platform: 'linux' })

/** All there is below a folder, with kind, mode and times: what a look must not change. */
function traces(home: string): string[] {
  return ['.', ...fs.readdirSync(home, { recursive: true, encoding: 'utf8' })].map((name) => {
    const { mode: bits, mtimeMs, ctimeMs } = fs.lstatSync(path.join(home, name))
    return `${name} ${bits} ${mtimeMs} ${ctimeMs}`
  })
}

describe('an answer can be kept', () => {
  test.each<[string, Make[]]>([
    ['in an empty home', []],
    ['beside other settings', [file('.config/other/file')]],
    ['in a file that is there', [file(FILE, EMPTY)]],
    ['in place of a damaged one', [file(FILE, '{')]],
    ['in a file that is a link', [file('real', EMPTY), link(FILE, '../../real')]],
    ['in a folder that is a link', [file('real/x'), link('.config', 'real')]],
  ])('%s', (_where, steps) => {
    const home = made(steps)
    const before = traces(home)
    expect(look(home)).toBeUndefined()
    expect(traces(home)).toEqual(before)
  })
})

describe('an answer cannot be kept', () => {
  test.each<[string, Make[], RegExp]>([
    ['a folder in its place', [folder(FILE)], /not a file of decisions/u],
    ['a FIFO in its place', [fifo], /not a file of decisions/u],
    ['a link in its place that leads nowhere', [link(FILE, '/nonexistent/x')], /nowhere/u],
    ['a file larger than is read', [file(FILE, ' '.repeat(4 * 1024 * 1024 + 1))], /not a file of decisions/u],
    ['a file where the folder should be', [file('.config')], /not a (?:folder|directory)/u],
    ['a file where its own folder should be', [file('.config/send-metrics')], /not a (?:folder|directory)/u],
    ['a folder that leads nowhere', [link('.config', '/nonexistent/x')], /nowhere/u],
  ])('%s', (_what, steps, why) => {
    const home = made(steps)
    const before = traces(home)
    expect(look(home)).toMatch(why)
    expect(traces(home)).toEqual(before)
  })

  test.each<[string, string | undefined, Record<string, string>, RegExp]>([
    ['no home', undefined, {}, /no home folder/u],
    ['a relative home', '.', {}, /no home folder/u],
    ['a home that is no folder', '/dev/null', {}, /not a (?:folder|directory)/u],
    ['a config folder below what is none', '/', { XDG_CONFIG_HOME: '/dev/null' }, /not a (?:folder|directory)/u],
  ])('%s', (_what, home, env, why) => expect(look(home, env)).toMatch(why))

  test.each<[string, Make[]]>([
    ['a home without the right to write', [mode('.', 0o555)]],
    ['a folder without the right to write', [file(FILE, EMPTY), mode('.config/send-metrics', 0o555)]],
    ['a file without the right to read', [file(FILE, EMPTY), mode('.config/send-metrics', 0o777), mode(FILE, 0)]],
    ['a folder without the right to enter', [file(FILE, EMPTY), mode('.config', 0o700 - 0o100)]],
  ])('%s', (_what, steps) => {
    const home = made([mode('.', 0o755), ...steps])
    expect(lookAsNobody(home)).toMatch(/EACCES/u)
    for (const name of ['.', '.config', '.config/send-metrics']) if (fs.existsSync(path.join(home, name))) mode(name, 0o700)(home)
  })

  test('the root of the file system, for a user whom nobody knows', () => {
    expect(lookAsNobody('/')).toMatch(/EACCES|EROFS/u)
  })
})

/** Read from a pipe, since another user need not reach the file. */
function lookAsNobody(home: string): string {
  const code = fs.readFileSync(
    script(
      `import { whyNotStorable } from './src/consent/storable.ts'
      process.stdout.write(String(whyNotStorable({ env: {}, home: ${JSON.stringify(home)}, platform: 'linux' })))`,
    ),
    'utf8',
  )
  const other = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  return execFileSync(process.execPath, ['--input-type=module', '-'], { input: code, cwd: '/', ...other, encoding: 'utf8' })
}
