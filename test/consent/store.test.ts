import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Identity } from '../../src/consent/identity.ts'
import { readStore } from '../../src/consent/read-store.ts'
import { changeEntry, newEntry, StoreError } from '../../src/consent/store.ts'
import { nameHolder } from '../../src/disk/holder.ts'
import { onLinux } from '../support/needs.ts'
import { AWAIT_START, script, startLine, together } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'

const DEMO: Identity = { project: 'Demo', recipient: 'R', declared: ['segment'], where: ['segment'] }
const OTHER: Identity = { project: 'Other', recipient: 'R', declared: ['segment'], where: ['segment'] }
const NOW = Date.parse('2026-11-21T10:20:30Z')

function scratch(files: Record<string, string> = {}) {
  const home = testdir(files)
  const world = testWorld({ home, platform: 'linux', now: () => NOW })
  const folder = path.join(home, '.config/send-metrics')
  return { world, folder, file: path.join(folder, 'config.json') }
}

describe('changing what is stored', () => {
  test('the first change makes an entry, without an ID; the next ones find it', () => {
    const { world } = scratch()
    expect(changeEntry(world, DEMO, (entry) => entry)).toEqual(newEntry(DEMO))
    changeEntry(world, DEMO, (entry) => ({ ...entry, anonymousId: 'ab' }))
    changeEntry(world, OTHER, (entry) => entry)
    expect(changeEntry(world, DEMO, (entry) => ({ ...entry, askAfter: 'x' }))).toMatchObject({ anonymousId: 'ab', askAfter: 'x' })
    expect(readStore(world).entries.map(({ project }) => project)).toEqual(['Demo', 'Other'])
  })

  test('nobody else can read it', () => {
    const { world, folder, file } = scratch()
    changeEntry(world, DEMO, (entry) => entry)
    expect([fs.statSync(folder).mode & 0o777, fs.statSync(file).mode & 0o777]).toEqual([0o700, 0o600])
  })

  test('it is replaced and never written into, in the terminal of a snap package, too', () => {
    const { world, file } = scratch()
    changeEntry(world, DEMO, (entry) => entry)
    const before = fs.readFileSync(file, 'utf8')
    fs.linkSync(file, `${file}.before`)
    process.env.SNAP = '/snap/terminal/1'
    try {
      changeEntry(world, OTHER, (entry) => entry)
      expect(process.env.SNAP).toBe('/snap/terminal/1')
    } finally {
      delete process.env.SNAP
    }
    expect(fs.readFileSync(`${file}.before`, 'utf8')).toBe(before)
    expect(readStore(world).entries).toHaveLength(2)
  })

  test('nothing is left beside it', () => {
    const { world, folder } = scratch()
    changeEntry(world, DEMO, (entry) => entry)
    expect(fs.readdirSync(folder)).toEqual(['config.json'])
  })

  test('a project name with dots or __proto__ is a name like any other', () => {
    const { world } = scratch()
    for (const project of ['a.b.c', '__proto__', 'constructor']) changeEntry(world, { ...DEMO, project }, (entry) => entry)
    expect(readStore(world).entries.map(({ project }) => project)).toEqual(['a.b.c', '__proto__', 'constructor'])
  })

  test('what fails inside leaves the file as it was and the lock free', () => {
    const { world, file } = scratch()
    changeEntry(world, DEMO, (entry) => entry)
    const before = fs.readFileSync(file, 'utf8')
    const fails = () =>
      changeEntry(world, DEMO, () => {
        throw new Error('no')
      })
    expect(fails).toThrow(StoreError)
    expect(fs.readFileSync(file, 'utf8')).toBe(before)
    expect(fs.existsSync(`${file}.lock`)).toBe(false)
  })
})

describe('a damaged file', () => {
  test.each([['{"projects": {'], [''], ['[]'], ['{"version": 1}']])('%j is set aside with a date, and the tool goes on', (text) => {
    const { world, folder, file } = scratch({ '.config/send-metrics/config.json': text })
    changeEntry(world, DEMO, (entry) => entry)
    const aside = `${file}.damaged-2026-11-21T102030`
    expect(fs.readFileSync(aside, 'utf8')).toBe(text)
    expect(fs.readdirSync(folder)).toHaveLength(2)
    expect(readStore(world).entries).toEqual([newEntry(DEMO)])
  })
})

describe('where nothing can be stored', () => {
  test('no home: says what to set', () => {
    expect(() => changeEntry(testWorld(), DEMO, (entry) => entry)).toThrow(/the config folder: no home folder is known; set HOME/u)
  })

  test('a file where the folder should be: names the file and the reason', () => {
    const { world, file } = scratch({ '.config': '' })
    const attempt = () => changeEntry(world, DEMO, (entry) => entry)
    expect(attempt).toThrow(StoreError)
    expect(attempt).toThrow(`cannot store the decision in ${file}: `)
  })
})

describe('two processes deciding at once', () => {
  test('there is one decision, whole, and neither loses what the other stored', async () => {
    const { world } = scratch()
    const file = script(`
      import { changeEntry } from './src/consent/store.ts'
      const [number, home] = process.argv.slice(2)
      const world = { env: {}, home, platform: 'linux', now: Date.now, pid: process.pid }
      const one = { project: 'Demo', recipient: 'R', declared: ['segment'], where: ['segment'] }
      ${AWAIT_START}
      const text = number.repeat(20_000)
      changeEntry(world, one, (entry) => ({ ...entry, decision: { decision: 'off', text, textHash: number } }))
      for (let n = 0; n < 10; n++) {
        changeEntry(world, { ...one, project: 'P' + number + '-' + n }, (entry) => entry)
        changeEntry(world, one, (entry) => ({ ...entry, anonymousId: entry.anonymousId ?? number }))
      }
    `)
    const ended = await together(2, file, [world.home as string, startLine()])
    expect(ended).toEqual([expect.objectContaining({ code: 0, stderr: '' }), expect.objectContaining({ code: 0, stderr: '' })])
    const { entries, problem } = readStore(world)
    expect(problem).toBeUndefined()
    expect(entries).toHaveLength(21)
    const { decision } = entries.find(({ project }) => project === 'Demo') ?? {}
    expect(decision?.text).toBe(decision?.textHash.repeat(20_000))
  })

  test('a lock that a living process holds is waited for, then named', () => {
    const { world, file } = scratch()
    if (!onLinux()) return
    fs.mkdirSync(`${file}.lock`, { recursive: true })
    fs.writeFileSync(`${file}.lock/1`, `${nameHolder(process.pid)} token`)
    expect(() => changeEntry(world, DEMO, (entry) => entry)).toThrow(`cannot store the decision in ${file}: another process holds its lock`)
  })
})
