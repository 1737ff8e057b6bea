import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { NODE } from '../../support/cli.ts'
import { filesUnder, type Scratch, scratch } from '../../support/scratch.ts'
import { canBecomeSomebodyElse, giveAway, SOMEBODY_ELSE } from '../../support/somebody-else.ts'

const MB = 1024 * 1024
const cacheOf = (at: Scratch) => path.join(at.home, '.cache/send-metrics')
const codeOf = (at: Scratch) => path.join(cacheOf(at), 'code')

/** V8 takes code for a text by its length alone: this is for a text as long as another, and leaves a file. */
const COMPILE = `
  const [source, into, sign] = process.argv.slice(1)
  const fs = require('fs')
  const length = fs.readFileSync(source, 'utf8').length
  const script = new (require('vm').Script)(('(function () { process.getBuiltinModule("node:fs").appendFileSync(' + JSON.stringify(sign) + ', "x") })').padEnd(length))
  script.runInThisContext()()
  const code = script.createCachedData()
  fs.writeFileSync(into, Buffer.concat([Buffer.from('sm-code19       '), code, code]), { mode: 0o600 })
`

/** Somebody who records here, and whose compiled code somebody has put other code in the place of. */
async function planted(): Promise<{ at: Scratch; ran: () => boolean }> {
  const at = scratch()
  await at.tool(['consent', 'local'])
  for (let run = 0; run < 2; run++) await at.make(['build'])
  const name = fs.readdirSync(codeOf(at)).find((one) => one.includes('-main.js-')) ?? ''
  const sign = path.join(at.folder, 'ran')
  execFileSync(NODE, ['-e', COMPILE, path.resolve('dist/main.js'), path.join(codeOf(at), name), sign])
  fs.rmSync(sign)
  return { at, ran: () => fs.existsSync(sign) }
}

describe('compiled code is run only where nobody else can have written it', () => {
  test('its own is, which shows that the planted one would be', async () => {
    const { at, ran } = await planted()
    await at.make(['build'])
    expect(ran()).toBe(true)
  })

  const each = (at: Scratch, change: (file: string) => void) => {
    for (const name of fs.readdirSync(codeOf(at))) change(path.join(codeOf(at), name))
  }
  test.each<[string, (at: Scratch) => void]>([
    ['its folder is open to others', (at) => fs.chmodSync(cacheOf(at), 0o777)],
    ['its folder is open to all, as /tmp is', (at) => fs.chmodSync(cacheOf(at), 0o1777)],
    ['the folder in that is open to others', (at) => fs.chmodSync(codeOf(at), 0o777)],
    ["the folder in that is another person's", (at) => giveAway(codeOf(at))],
    ['the files are open to others', (at) => each(at, (file) => fs.chmodSync(file, 0o666))],
    ["the files are another person's", (at) => each(at, (file) => fs.chownSync(file, SOMEBODY_ELSE, SOMEBODY_ELSE))],
    [
      'the files are links',
      (at) =>
        each(at, (file) => {
          fs.renameSync(file, path.join(at.folder, path.basename(file)))
          fs.symlinkSync(path.join(at.folder, path.basename(file)), file)
        }),
    ],
    ['nobody has decided anything', (at) => fs.rmSync(path.join(at.home, '.config'), { recursive: true })],
  ])('not where %s: make runs all the same', async (_name, spoil) => {
    if (!canBecomeSomebodyElse()) return
    const { at, ran } = await planted()
    spoil(at)
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(ran()).toBe(false)
  })
})

describe('the tracer is started only where nobody else can have written it', () => {
  const tracer = (at: Scratch) => path.join(cacheOf(at), 'tracer')
  const shells = (at: Scratch) => filesUnder(tracer(at)).filter((name) => /\/line$/u.test(name))

  /** A run with spans, and then a tracer that says when it is run. */
  async function traced(): Promise<{ at: Scratch; ran: () => boolean }> {
    const at = scratch({ makefile: 'build: ; @send-metrics wrap --spans "$@"\nimpl-build: ; @echo built\n' })
    await at.tool(['consent', 'local'])
    await at.make(['build'])
    const sign = path.join(at.folder, 'ran')
    expect(shells(at)).toHaveLength(1)
    for (const name of shells(at)) {
      fs.writeFileSync(path.join(tracer(at), name), `#!/bin/sh\n: >${sign}\nexec /bin/sh "$@"\n`)
    }
    return { at, ran: () => fs.existsSync(sign) }
  }

  test('its own is', async () => {
    const { at, ran } = await traced()
    await at.make(['build'])
    expect(ran()).toBe(true)
  })

  test.each<[string, (at: Scratch) => void]>([
    ['its folder is open to others', (at) => fs.chmodSync(cacheOf(at), 0o777)],
    ['the folder in that is open to others', (at) => fs.chmodSync(tracer(at), 0o777)],
    ['the tracer is open to others', (at) => fs.chmodSync(path.join(tracer(at), shells(at)[0] ?? ''), 0o777)],
    ["the tracer is another person's", (at) => fs.chownSync(path.join(tracer(at), shells(at)[0] ?? ''), SOMEBODY_ELSE, SOMEBODY_ELSE)],
  ])('not where %s: make runs all the same', async (_name, spoil) => {
    if (!canBecomeSomebodyElse()) return
    const { at, ran } = await traced()
    spoil(at)
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n' })
    expect(ran()).toBe(false)
  })
})

describe('decisions', () => {
  const store = (at: Scratch) => path.join(at.home, '.config/send-metrics/config.json')
  const effective = async (at: Scratch) => JSON.parse((await at.tool(['consent', '--json'])).stdout).effective as string
  const spoiled: [string, (at: Scratch) => void][] = [
    ['a folder that others may write', (at) => fs.chmodSync(path.dirname(store(at)), 0o777)],
    ['a file that others may write', (at) => fs.chmodSync(store(at), 0o666)],
    ["another person's file", (at) => giveAway(store(at))],
  ]
  test.each(spoiled)('a yes in %s is none', async (_name, spoil) => {
    if (!canBecomeSomebodyElse()) return
    const at = scratch()
    await at.tool(['consent', 'local'])
    expect(await effective(at)).toBe('local')
    spoil(at)
    expect(await effective(at)).toMatch(/^(?:off|undecided)$/u)
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(filesUnder(at.home).filter((name) => name.includes('/runs-'))).toEqual([])
    const said = (await at.tool(['doctor'])).stdout
    expect(said).toMatch(/others may write to|belongs to user/u)
  })

  test.each(spoiled)('a no in %s holds', async (_name, spoil) => {
    if (!canBecomeSomebodyElse()) return
    const at = scratch()
    await at.tool(['consent', 'off'])
    spoil(at)
    expect(await effective(at)).toBe('off')
  })

  test("behind a link of one's own, among files that are taken along, count and are changed there", async () => {
    const at = scratch()
    await at.tool(['consent', 'local'])
    const kept = path.join(at.home, 'dotfiles.json')
    fs.renameSync(store(at), kept)
    fs.symlinkSync(kept, store(at))
    expect(await effective(at)).toBe('local')
    await at.tool(['consent', 'off'])
    expect([await effective(at), fs.lstatSync(store(at)).isSymbolicLink()]).toEqual(['off', true])
  })
})

describe('records', () => {
  const runs = (at: Scratch) => filesUnder(at.home).find((name) => name.includes('/runs-')) ?? ''
  test.each<[string, (file: string, other: string) => void]>([
    [
      'is a link',
      (file, other) => {
        fs.rmSync(file)
        fs.symlinkSync(other, file)
      },
    ],
    ["is another person's", (file) => fs.chownSync(file, SOMEBODY_ELSE, SOMEBODY_ELSE)],
    ['is open to others', (file) => fs.chmodSync(file, 0o666)],
  ])('a file of them that %s is neither read nor written, and doctor says so', async (_name, spoil) => {
    if (!canBecomeSomebodyElse()) return
    const at = scratch()
    await at.tool(['consent', 'local'])
    await at.make(['build'])
    const [file, other] = [path.join(at.home, runs(at)), path.join(at.folder, 'other')]
    fs.writeFileSync(other, 'alias x=y\n')
    spoil(file, other)
    const before = fs.readFileSync(file, 'utf8')
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n' })
    expect([fs.readFileSync(file, 'utf8'), fs.readFileSync(other, 'utf8')]).toEqual([before, 'alias x=y\n'])
    expect((await at.tool(['log'])).stderr).toContain(path.basename(file))
    expect((await at.tool(['doctor'])).stdout).toContain(file)
  })
})

describe('the file destination', () => {
  const project = (file: string) => scratch({ project: { destinations: [{ type: 'file', path: file }] } })
  const inRepo = (at: Scratch, name: string) => path.join(at.repo, name)

  test.each([
    ['small', 'alias x=y\n'],
    ['of 11 MB', 'x'.repeat(11 * MB)],
  ])('leaves a foreign file as it is: %s', async (_name, text) => {
    const at = project('metrics.jsonl')
    await at.agree()
    fs.writeFileSync(inRepo(at, 'metrics.jsonl'), text)
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n' })
    expect(fs.readFileSync(inRepo(at, 'metrics.jsonl'), 'utf8')).toBe(text)
    expect(filesUnder(at.repo).filter((name) => name.startsWith('metrics'))).toEqual(['metrics.jsonl'])
    expect((await at.tool(['log'])).stdout).toMatch(/not ours|not one of ours/u)
  })

  test.each(['after', 'before'])('a link made %s the yes leads no line to a file of the person', async (when) => {
    const at = project('metrics.jsonl')
    const bashrc = path.join(at.home, '.bashrc')
    fs.writeFileSync(bashrc, 'alias x=y\n')
    if (when === 'after') await at.agree()
    fs.rmSync(inRepo(at, 'metrics.jsonl'), { force: true })
    fs.symlinkSync(bashrc, inRepo(at, 'metrics.jsonl'))
    if (when === 'before') await at.agree()
    await at.make(['build'])
    expect(fs.readFileSync(bashrc, 'utf8')).toBe('alias x=y\n')
  })

  test.each(['.1', '.5', '.lock'])("a foreign metrics.jsonl%s is in nobody's way, and stays", async (end) => {
    const at = project('metrics.jsonl')
    await at.agree()
    fs.writeFileSync(inRepo(at, 'metrics.jsonl'), `{"messageId":"a"}\n`.padEnd(11 * MB))
    const foreign = inRepo(at, `metrics.jsonl${end}`)
    fs.writeFileSync(foreign, 'mine\n')
    fs.utimesSync(foreign, 1_000_000, 1_000_000)
    await at.make(['build'])
    expect(fs.readFileSync(foreign, 'utf8')).toBe('mine\n')
  })

  test('a foreign folder in the place of the lock keeps what is in it', async () => {
    const at = project('metrics.jsonl')
    await at.agree()
    fs.writeFileSync(inRepo(at, 'metrics.jsonl'), `{"messageId":"a"}\n`.padEnd(11 * MB))
    fs.mkdirSync(inRepo(at, 'metrics.jsonl.lock'))
    fs.writeFileSync(inRepo(at, 'metrics.jsonl.lock/mine'), 'mine\n')
    fs.utimesSync(inRepo(at, 'metrics.jsonl.lock'), 1_000_000, 1_000_000)
    await at.make(['build'])
    expect(fs.readFileSync(inRepo(at, 'metrics.jsonl.lock/mine'), 'utf8')).toBe('mine\n')
  })
})

describe("Prometheus' textfile", () => {
  const project = () => scratch({ project: { destinations: [{ type: 'prometheus', textfile: 'shop.prom' }] } })
  const textfile = (at: Scratch) => path.join(at.repo, 'shop.prom')

  test('keeps the permissions that it was given', async () => {
    const at = project()
    await at.agree()
    await at.make(['build'])
    fs.chmodSync(textfile(at), 0o600)
    await at.make(['build'])
    expect(fs.readFileSync(textfile(at), 'utf8')).toContain('runs_total')
    expect(fs.statSync(textfile(at)).mode & 0o777).toBe(0o600)
  })

  test('no name beside it can be foreseen, and no link there is followed', async () => {
    const at = project()
    await at.agree()
    const other = path.join(at.folder, 'other')
    fs.writeFileSync(other, 'mine\n')
    const wait = `impl-build: ; @p=$$$$; for n in $$(seq $$((p - 40)) $$p); do ln -s ${other} shop.prom.$$n.tmp 2>/dev/null; done; :\n`
    fs.writeFileSync(path.join(at.repo, 'Makefile'), `build: ; @send-metrics wrap "$@"\n${wait}`)
    await at.make(['build'])
    expect(fs.readFileSync(textfile(at), 'utf8')).toContain('runs_total')
    expect([fs.readFileSync(other, 'utf8'), fs.lstatSync(textfile(at)).isFile()]).toEqual(['mine\n', true])
  })

  test("another person's file is not replaced", async () => {
    if (!canBecomeSomebodyElse()) return
    const at = project()
    await at.agree()
    await at.make(['build'])
    giveAway(textfile(at))
    const before = fs.readFileSync(textfile(at), 'utf8')
    await at.make(['build'])
    expect([fs.readFileSync(textfile(at), 'utf8'), fs.statSync(textfile(at)).uid]).toEqual([before, SOMEBODY_ELSE])
  })
})

describe('init', () => {
  const recordOf = (at: Scratch) =>
    path.join(at.repo, '.git', fs.readdirSync(path.join(at.repo, '.git')).find((name) => name.startsWith('send-metrics-init')) ?? '')
  const poisoned = (at: Scratch, file: string) => {
    const kept = { file, before: Buffer.from('poison\n').toString('base64'), after: null }
    fs.writeFileSync(recordOf(at), JSON.stringify({ version: 1, files: [kept], offered: [] }), { mode: 0o600 })
  }
  const makefile = 'build: ; @echo built\n'

  test.each<[string, (at: Scratch) => string]>([
    ['above the repository', () => '../outside'],
    ['anywhere', (at) => path.join(at.folder, 'outside')],
    ['among the hooks of git', () => '.git/hooks/pre-commit'],
    [
      'behind a link',
      (at) => {
        fs.symlinkSync(at.folder, path.join(at.repo, 'link'))
        return 'link/outside'
      },
    ],
  ])('a poisoned record writes nothing %s', async (_name, place) => {
    const at = scratch({ makefile, projectFile: null })
    await at.tool(['init', '--yes'])
    const name = place(at)
    poisoned(at, name)
    expect(await at.tool(['init', '--undo', '--yes'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/init never writes/u) })
    expect(fs.existsSync(path.resolve(at.repo, name))).toBe(false)
  })

  test('a makefile that is a link out of the checkout is not changed', async () => {
    const at = scratch({ makefile, projectFile: null })
    const outside = path.join(at.home, '.bashrc')
    fs.renameSync(path.join(at.repo, 'Makefile'), outside)
    fs.symlinkSync(outside, path.join(at.repo, 'Makefile'))
    const { code, stderr } = await at.tool(['init', '--include', '--yes'])
    expect([code, stderr.includes('outside of this checkout')]).toEqual([1, true])
    expect(fs.readFileSync(outside, 'utf8')).toBe(makefile)
  })

  test("another person's record is none of ours", async () => {
    if (!canBecomeSomebodyElse()) return
    const at = scratch({ makefile, projectFile: null })
    await at.tool(['init', '--yes'])
    poisoned(at, 'Makefile')
    giveAway(recordOf(at))
    expect(await at.tool(['init', '--undo', '--yes'])).toMatchObject({ code: 1 })
    expect(fs.readFileSync(path.join(at.repo, 'Makefile'), 'utf8')).toBe(makefile)
  })

  test.each(['.send-metrics', '.send-metrics/dist'])('--vendor writes nothing behind a link: %s', async (name) => {
    const at = scratch({ makefile, projectFile: null })
    const outside = path.join(at.folder, 'outside')
    fs.mkdirSync(outside)
    if (name.includes('/')) fs.mkdirSync(path.join(at.repo, '.send-metrics'))
    fs.symlinkSync(outside, path.join(at.repo, name))
    const { code, stderr } = await at.tool(['init', '--vendor', '--yes'])
    expect([code, stderr.includes(`${name} is a link`)]).toEqual([1, true])
    expect(fs.readdirSync(outside)).toEqual([])
  })

  test('--undo removes nothing behind a link', async () => {
    const at = scratch({ makefile, projectFile: null })
    await at.tool(['init', '--vendor', '--yes'])
    const [copy, outside] = [path.join(at.repo, '.send-metrics'), path.join(at.folder, 'outside')]
    fs.renameSync(copy, outside)
    fs.symlinkSync(outside, copy)
    const before = filesUnder(outside)
    expect((await at.tool(['init', '--undo', '--yes'])).code).toBe(1)
    expect(filesUnder(outside)).toEqual(before)
  })
})
