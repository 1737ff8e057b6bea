import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Env } from '../support/cli.ts'
import { mayDo } from '../support/needs.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { addFiles, testdir } from '../support/testdir.ts'

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** The target ends and prints as it does by hand. */
async function unharmed(at: Scratch, env: Env = {}): Promise<void> {
  const direct = await at.make(['impl-build'], env)
  expect(direct.code).toBe(0)
  expect(await at.make(['build'], env)).toEqual(direct)
}

/** What doctor calls a problem: one line each. */
async function problems(at: Scratch, env: Env = {}): Promise<string[]> {
  const { code, stdout, stderr } = await at.tool(['doctor'], env)
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  return stdout.split('\n').filter((line) => line.startsWith('PROBLEM'))
}

const config = (at: Scratch) => path.join(at.home, '.config/send-metrics/config.json')

/** Files that a test wrote are open to others; the tool's own never are. */
function closeToOthers(at: Scratch): void {
  fs.chmodSync(path.dirname(config(at)), 0o700)
  fs.chmodSync(config(at), fs.statSync(config(at)).isDirectory() ? 0o700 : 0o600)
}

describe('decisions that cannot be read', () => {
  test.each([
    ['half a file', '{"version":1,"projects":{'],
    ['an empty file', ''],
    ['no decisions', '[]'],
    ['bytes', '\u0000\u0001\u0002'],
  ])('%s', async (_name, text) => {
    const at = scratch({ to: there.url })
    addFiles(at.home, { '.config/send-metrics/config.json': text })
    closeToOthers(at)
    await unharmed(at)
    expect(await problems(at)).toEqual([expect.stringMatching(/decisions: .*config\.json(?::\d+:\d+)? is damaged/u)])
    expect(fs.readFileSync(config(at), 'utf8')).toBe(text)
    expect(there.connections).toBe(0)
  })

  test('a folder in place of the file', async () => {
    const at = scratch({ to: there.url })
    fs.mkdirSync(config(at), { recursive: true })
    closeToOthers(at)
    await unharmed(at)
    expect(await problems(at)).toEqual([expect.stringMatching(/decisions: .*config\.json is not a file of decisions/u)])
  })

  test('a no in a damaged file is no yes, and the next decision is stored', async () => {
    const at = scratch({ to: there.url })
    await at.tool(['consent', 'off'])
    fs.truncateSync(config(at), fs.statSync(config(at)).size - 10)
    await unharmed(at)
    expect(there.connections).toBe(0)
    expect((await at.tool(['consent', 'local'])).code).toBe(0)
    expect(JSON.parse((await at.tool(['consent', '--json'])).stdout).effective).toBe('local')
  })
})

describe('a config folder that cannot be written', () => {
  test('a file in its place: the target runs, doctor says why, an answer is not taken for stored', async () => {
    const at = scratch({ to: there.url })
    addFiles(at.home, { '.config': 'in the way' })
    await unharmed(at)
    expect(await problems(at)).toEqual([expect.stringMatching(/decisions: .*\.config/u)])
    const unasked = at.screen('make', ['build'])
    expect(await unasked.ended).toEqual({ code: 0, signal: 0 })
    expect(unasked.raw()).toBe('built\r\n')
    fs.rmSync(path.join(at.home, '.config'))
    const screen = at.screen('make', ['build'], {}, { columns: 200 })
    await screen.until('Your answer')
    addFiles(at.home, { '.config': 'in the way' })
    screen.type('yes\r')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw().replace(/\s+/gu, ' ')).toContain('nothing was sent')
    expect(there.connections).toBe(0)
    expect(filesUnder(path.join(at.home, '.local'))).toEqual([])
  })

  test('a state folder that cannot be written: the target runs, nothing is sent, doctor says why', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    fs.rmSync(path.join(at.home, '.local'), { recursive: true })
    addFiles(at.home, { '.local': 'in the way' })
    await unharmed(at)
    expect(there.requests).toEqual([])
    expect(await problems(at)).toEqual([expect.stringMatching(/records: .*\.local/u)])
  })
})

describe('no HOME', () => {
  // Without HOME the system's list of users knows a home; these keep what is written out of it.
  const apart = (at: Scratch) => ({ XDG_CONFIG_HOME: path.join(at.folder, 'config'), XDG_STATE_HOME: path.join(at.folder, 'state') })

  test('unset: the system’s own idea of a home counts', async () => {
    const at = scratch({ to: there.url, env: { HOME: undefined } })
    const env = { HOME: undefined }
    await unharmed(at, env)
    const { stdout } = await at.tool(['doctor'], env)
    expect(stdout).toContain(path.join(os.userInfo().homedir, '.config/send-metrics'))
    expect(there.connections).toBe(0)
  })

  test('unset, with XDG folders: recorded and sent', async () => {
    const at = scratch({ to: there.url })
    const env = { HOME: undefined, ...apart(at) }
    expect((await at.tool(['consent', 'on'], env)).code).toBe(0)
    await unharmed(at, env)
    expect(segmentEvents(there).map((event) => event.event)).toEqual(['demo.consent.change', 'demo.command.run'])
    expect(filesUnder(at.home)).toEqual([])
  })

  test('empty: the target runs, and every command says in a line what to set', async () => {
    const at = scratch({ to: there.url })
    const env = { HOME: '' }
    await unharmed(at, env)
    const about = (await problems(at, env)).map((line) => line.split(/\s+/u)[1])
    expect(about).toEqual(['decisions:', 'records:', 'segment:'])
    for (const words of [['consent', 'on'], ['log']]) {
      const ended = await at.tool(words, env)
      expect([words, ended.code, ended.stdout]).toEqual([words, 1, ''])
      expect(ended.stderr).toMatch(/no home folder is known; set HOME or XDG_(?:CONFIG|STATE)_HOME/u)
      expect(ended.stderr).not.toContain('    at ')
    }
  })

  test('empty, with a yes from an XDG folder: the target runs and nothing is sent', async () => {
    const at = scratch({ to: there.url })
    expect((await at.tool(['consent', 'on'], apart(at))).code).toBe(0)
    there.requests.length = 0
    await unharmed(at, { HOME: '', XDG_CONFIG_HOME: apart(at).XDG_CONFIG_HOME })
    expect(there.requests).toEqual([])
  })
})

/** A UUID v7 begins with its time, and one from long ago would be let go for its age. */
function idOfNow(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}

describe('a corrupt outbox file', () => {
  test('is set aside and told of; the others go', async () => {
    const at = scratch({ to: there.url })
    await at.agree(there)
    const outbox = path.join(
      at.home,
      '.local/state/send-metrics',
      fs.readdirSync(path.join(at.home, '.local/state/send-metrics'))[0] ?? '',
      'outbox',
    )
    const route = fs.readdirSync(outbox)[0] ?? ''
    addFiles(path.join(outbox, route), { [`${idOfNow()}.json`]: '{"id":"0198' })
    expect(await problems(at)).toEqual([expect.stringContaining('1 damaged event')])
    await unharmed(at)
    expect(segmentEvents(there)).toHaveLength(1)
    const attempts = (await at.log()).filter((line) => line.result === 'drop')
    expect(attempts).toEqual([expect.objectContaining({ reason: expect.stringContaining('damaged') })])
    expect(await problems(at)).toEqual([expect.stringContaining('.json.damaged')])
  })
})

/** Mounts a tiny file system; undefined, with a printed reason, where that is not allowed. */
function tinyDisk(): string | undefined {
  const folder = testdir()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    mayDo(`the right to mount a tiny disk (${(error as Error).message.trim()})`, false)
    return undefined
  }
  mounted.push(folder)
  return folder
}

const mounted: string[] = []
afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder])
})

function fill(disk: string): void {
  const file = fs.openSync(path.join(disk, 'filler'), 'a')
  try {
    for (;;) fs.writeSync(file, Buffer.alloc(4096))
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
  } finally {
    fs.closeSync(file)
  }
}

describe('a full disk', () => {
  test('under the records: the target runs, nothing is sent, doctor says so, and later all is well', async () => {
    const disk = tinyDisk()
    if (disk === undefined) return
    const at = scratch({ to: there.url, env: { XDG_STATE_HOME: disk } })
    await at.agree(there)
    fill(disk)
    // What is on the ledger's last page still has room in it, so more than a page is tried.
    for (let run = 0; run < 12; run++) await unharmed(at)
    const sent = segmentEvents(there).length
    await unharmed(at)
    expect(segmentEvents(there)).toHaveLength(sent)
    expect(await problems(at)).toEqual([expect.stringMatching(/records: .*ENOSPC/u)])
    fs.rmSync(path.join(disk, 'filler'))
    await unharmed(at)
    expect(segmentEvents(there).length).toBeGreaterThan(sent)
  })

  test('under the decisions: the target runs, and an answer is not taken for stored', async () => {
    const disk = tinyDisk()
    if (disk === undefined) return
    const at = scratch({ to: there.url, env: { XDG_CONFIG_HOME: disk } })
    fill(disk)
    await unharmed(at)
    const screen = at.screen('make', ['build'])
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(screen.raw()).toBe('built\r\n')
    const { code, stderr } = await at.tool(['consent', 'on'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/cannot store the decision in .*config\.json: .*ENOSPC/u)
    expect(there.connections).toBe(0)
  })
})
