import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { editStore, stored } from '../support/answers.ts'
import { run } from '../support/cli.ts'
import { dieAt, preload } from '../support/preload.ts'
import { filesUnder, type Scratch, type ScratchOptions, scratch } from '../support/scratch.ts'
import { addFiles } from '../support/testdir.ts'

/** Lines as the file destination writes them, of some people who each ran some targets some times. */
function teamLines(people: number, more: object = {}): string {
  const lines: string[] = []
  for (let person = 0; person < people; person++) {
    for (let run = 0; run < 12; run++) {
      lines.push(
        JSON.stringify({
          type: 'run',
          id: `event-${person}-${run}`,
          anonymousId: `person-${person}`,
          command: 'build',
          start_time: new Date(Date.now() - run * 86_400_000).toISOString(),
          duration_ms: 1_000 * (person + 1) + run,
          outcome: run === 3 ? 'failure' : 'success',
          os_type: 'linux',
          cpu_count: person < 3 ? 8 : 16,
          ...more,
        }),
      )
    }
  }
  return `${lines.join('\n')}\n`
}

const withTeam = (people = 5, options: ScratchOptions = {}): Scratch => scratch({ files: { 'team.jsonl': teamLines(people) }, ...options })
const pageOf = (at: Scratch, name = 'report.html'): string => fs.readFileSync(path.join(at.repo, name), 'utf8')
const isThere = (at: Scratch, name = 'report.html'): boolean => fs.existsSync(path.join(at.repo, name))
const fromTeam = ['report', '--input', 'team.jsonl'] as const

describe('send-metrics report', () => {
  test.each([['report', '-o', '-'], ['report', '--json'], ['stats']])('%s %s %s fails where its output finds no room', async (...words) => {
    const at = withTeam()
    const script = 'send-metrics "$@" --input team.jsonl >/dev/full'
    const ended = await run('sh', ['-c', script, 'sh', ...words.filter(Boolean)], { cwd: at.repo, env: at.env })
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('the output could not be written: ENOSPC') })
  })

  test('waits for what is piped in slowly, and passes over a mark of the byte order', async () => {
    const at = withTeam()
    const script = '(sleep 1; printf "\\357\\273\\277"; cat team.jsonl; sleep 1; cat team.jsonl) | send-metrics report --json --input -'
    const { stdout, stderr } = await run('sh', ['-c', script], { cwd: at.repo, env: at.env })
    expect([JSON.parse(stdout), stderr]).toMatchObject([{ runs: 60, leftOut: { unreadable: 0, duplicates: 60 } }, ''])
  })

  test('writes one page of what was recorded here', async () => {
    const at = scratch()
    await at.tool(['consent', 'local'])
    await at.make(['build'])
    expect(await at.tool(['report'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'send-metrics: wrote report.html; open it in a browser\n',
    })
    expect(pageOf(at)).toMatch(/^<!doctype html>.*<title>Demo: last .*1 run · 1 target · .*<\/html>\n$/su)
    expect(filesUnder(at.repo).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('says what to do where nothing was recorded, ends as stats does, and writes nothing', async () => {
    const at = scratch()
    const { code, stderr } = await at.tool(['report'])
    expect(stderr).toContain('no run of Demo in this time')
    expect({ code, stderr }).toEqual({ ...(await at.tool(['stats'])), stdout: undefined, signal: undefined })
    expect(isThere(at)).toBe(false)
  })

  test('prints the page with -o -, and the numbers as JSON with --json, and then writes no file', async () => {
    const at = withTeam()
    expect((await at.tool([...fromTeam, '-o', '-'])).stdout).toMatch(/^<!doctype html>.*<\/html>\n$/su)
    const json = JSON.parse((await at.tool([...fromTeam, '--json'])).stdout)
    expect(json).toMatchObject({ runs: 60, people: 5, targets: [{ target: 'build', runs: 60, failed: 5 }] })
    expect(json).toEqual(JSON.parse((await at.tool(['stats', '--input', 'team.jsonl', '--json'])).stdout))
    expect(isThere(at)).toBe(false)
  })

  test.each([['report'], ['stats']])('%s has nobody’s ID in what it says of a team', async (command) => {
    const at = withTeam()
    for (const words of command === 'report' ? [['-o', '-'], ['--json']] : [[], ['--json']]) {
      const { stdout, stderr } = await at.tool([command, '--input', 'team.jsonl', ...words])
      expect(stdout).toContain('build')
      expect(stdout + stderr).not.toMatch(/person-\d|event-\d/u)
    }
  })
})

describe('the file', () => {
  test('replaces a report, but nothing else without --force', async () => {
    const at = withTeam()
    const other = '<!doctype html>\n<p>A page of my own.\n'
    addFiles(at.repo, { 'own.html': other })
    const { code, stderr } = await at.tool([...fromTeam, '-o', 'own.html'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'send-metrics: own.html is there and is no report of send-metrics; --force replaces it, -o names another file\n',
    })
    expect(pageOf(at, 'own.html')).toBe(other)
    expect(await at.tool([...fromTeam, '-o', 'own.html', '--force'])).toMatchObject({ code: 0 })
    expect(await at.tool([...fromTeam, '-o', 'own.html'])).toMatchObject({ code: 0 })
    expect(pageOf(at, 'own.html')).toContain('60 runs')
  })

  test.each([
    ['nowhere', '', /the name of the file is empty; name one with -o/u],
    ['a folder', '.', /is a folder; name a file in it/u],
    ['in a folder that is not there', 'none/report.html', /there is no folder .*none; make it first/u],
    ['a device', '/dev/null', /is not a file; to print the page: -o -/u],
  ])('is not written where it is %s, even with --force', async (_name, file, why) => {
    const at = withTeam()
    const { code, stderr } = await at.tool([...fromTeam, '--force', '-o', file])
    expect(stderr).toMatch(why)
    expect(code).toBe(1)
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('is written where a link points to, and the link stays', async () => {
    const at = withTeam()
    addFiles(at.repo, { 'there/page.html': '' })
    fs.symlinkSync('there/page.html', path.join(at.repo, 'report.html'))
    expect(await at.tool(fromTeam)).toMatchObject({ code: 0 })
    expect(fs.lstatSync(path.join(at.repo, 'report.html')).isSymbolicLink()).toBe(true)
    expect(pageOf(at, 'there/page.html')).toContain('60 runs')
  })

  test('is whole when Ctrl-C comes while it is written, and the command ends of it', async () => {
    const at = withTeam()
    const interrupt = `const fs = require('fs'); const real = fs.renameSync
fs.renameSync = (...words) => { process.kill(process.pid, 'SIGINT'); return real(...words) }`
    expect(await at.tool(fromTeam, preload(at.folder, interrupt))).toMatchObject({ code: null, signal: 'SIGINT', stderr: '' })
    expect(pageOf(at)).toMatch(/<\/html>\n$/u)
    expect(filesUnder(at.repo).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('is the one before when the tool is killed while it writes', async () => {
    const at = withTeam()
    await at.tool(fromTeam)
    const before = pageOf(at)
    addFiles(at.repo, { 'team.jsonl': teamLines(2) })
    expect(await at.tool(fromTeam, preload(at.folder, dieAt('fs', 'renameSync', 'report')))).toMatchObject({ signal: 'SIGKILL' })
    expect(pageOf(at)).toBe(before)
  })

  test('is not there in halves when the disk is full', async () => {
    const at = withTeam()
    const full = `const fs = require('fs'); const real = fs.writeFileSync
fs.writeFileSync = (file, text, ...more) => {
  if (!/report/.test(file)) return real(file, text, ...more)
  real(file, text.slice(0, 100))
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
}`
    const { code, stderr } = await at.tool(fromTeam, preload(at.folder, full))
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'send-metrics: ENOSPC: no space left on device, write\n' })
    expect(filesUnder(at.repo).filter((name) => name.startsWith('report'))).toEqual([])
  })
})

describe('--open', () => {
  test('hands the file to what the system opens files with', async () => {
    const at = withTeam(5, { files: { 'team.jsonl': teamLines(5), '../bin/xdg-open': '#!/bin/sh\necho "$@" >opened\n' } })
    expect(await at.tool([...fromTeam, '-o', '-f.html', '--open'])).toMatchObject({ code: 0 })
    expect(fs.readFileSync(path.join(at.repo, 'opened'), 'utf8')).toBe(`${path.join(at.repo, '-f.html')}\n`)
  })

  test.each([
    ['there is none', {}, 'there is no xdg-open to open it with'],
    ['it fails', { '../bin/xdg-open': '#!/bin/sh\nexit 3\n' }, 'xdg-open ended with 3'],
  ])('is an error where %s, but the file stays', async (_name, files, why) => {
    const at = withTeam(5, { files: { 'team.jsonl': teamLines(5), ...files } })
    const { code, stderr } = await at.tool([...fromTeam, '--open'], { PATH: path.join(at.folder, 'bin') })
    expect(stderr).toContain(`the report is written, but not opened: ${why}; open it yourself`)
    expect(code).toBe(1)
    expect(isThere(at)).toBe(true)
  })

  test('makes no sense without a file', async () => {
    const at = withTeam()
    expect(await at.tool([...fromTeam, '-o', '-', '--open'])).toMatchObject({ code: 2, stdout: '' })
    expect(await at.tool([...fromTeam, '--json', '--open'])).toMatchObject({ code: 2, stdout: expect.stringMatching(/^\{"error":/u) })
  })
})

describe('people', () => {
  test('you are whoever has your own ID, and nobody where it is not among them', async () => {
    const at = withTeam()
    await at.agree()
    expect((await at.tool([...fromTeam, '-o', '-'])).stdout).not.toContain('class="you"')
    await at.make(['build'])
    editStore(at, (entry) => Object.assign(entry, { anonymousId: 'person-1' }))
    expect(stored(at)[0]?.anonymousId).toBe('person-1')
    expect((await at.tool([...fromTeam, '-o', '-'])).stdout.match(/class="you"/gu)).toHaveLength(1)
  })

  test.each([
    [['--k', '3'], '--k goes with --input or --warehouse'],
    [['--input', 'team.jsonl', '--schema', 'x'], '--schema goes with --warehouse'],
    [['--time-limit', '5'], '--time-limit goes with --warehouse'],
  ])('%j is a mistake: %s', async (words, reason) => {
    const at = withTeam()
    const { code, stderr } = await at.tool(['report', ...words])
    expect([code, stderr, isThere(at)]).toEqual([2, expect.stringContaining(reason), false])
  })

  test('with --k what is compared is called a kind of machine, and one week the last week', async () => {
    const at = withTeam(6)
    await at.tool([...fromTeam, '--k', '3'])
    expect(pageOf(at)).toContain('of 2 kinds of machines is far from the team')
    await at.tool([...fromTeam, '--since', '1w'])
    expect(pageOf(at)).toContain('<title>Runs: last week</title>')
  })

  test.each(['stats', 'report'])('%s with --k names no target that fewer people ran, and says so where none is left', async (command) => {
    const at = withTeam()
    fs.appendFileSync(path.join(at.repo, 'team.jsonl'), teamLines(2, { command: 'secret', id: undefined }))
    const printed = async (words: readonly string[]) => {
      const { stdout, stderr } = await at.tool([command, '--input', 'team.jsonl', ...words])
      return stdout + stderr
    }
    expect(await printed(['--k', '3', '--json'])).not.toContain('secret')
    if (command === 'stats') expect(await printed(['--k', '3', 'nope'])).not.toContain('secret')
    expect(await printed(['--k', '6'])).toContain('that 6 people have in common')
  })

  test('with --k no group is smaller, and nobody is alone or marked', async () => {
    const at = withTeam()
    await at.agree()
    await at.make(['build'])
    editStore(at, (entry) => Object.assign(entry, { anonymousId: 'person-1' }))
    const { stdout } = await at.tool([...fromTeam, '--k', '3', '--json'])
    expect(JSON.parse(stdout).machines).toMatchObject([{ code: '3 people', you: false, machine: { os: 'linux', cpus: 8 } }])
    const page = (await at.tool([...fromTeam, '--k', '3', '-o', '-'])).stdout
    expect(page).not.toMatch(/class="you|>u0\d/u)
    expect(await at.tool([...fromTeam, '--k', '6'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('that 6 people have in common'),
    })
    expect(isThere(at)).toBe(false)
  })
})
