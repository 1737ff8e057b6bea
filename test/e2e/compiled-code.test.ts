import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'

const folderOf = (at: Scratch) => path.join(at.home, '.cache/send-metrics/code')

/** What each run of this person loads. */
const EACH = ['aftermath', 'decided', 'main', 'record']

/** Files of compiled code by the name of what they were made of. */
function codeOf(at: Scratch): Record<string, string> {
  const names = fs.readdirSync(folderOf(at))
  return Object.fromEntries(
    names.map((name) => [/^v[\d.]+-[^-]+-(.+)\.js-[0-9a-f]{16}-[0-9a-z]+$/u.exec(name)?.[1] ?? name, path.join(folderOf(at), name)]),
  )
}

/** Somebody who records on this machine, with the code of some runs. */
async function recorded(): Promise<Scratch> {
  const at = scratch()
  await at.tool(['consent', 'local'])
  for (let run = 0; run < 3; run++) expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
  return at
}

/** The halves agree, and the header is what the loader looks for. */
function isWhole(file: string): boolean {
  const bytes = fs.readFileSync(file)
  const middle = 16 + (bytes.length - 16) / 2
  return /^sm-code1\d {7}$/u.test(bytes.toString('latin1', 0, 16)) && bytes.subarray(16, middle).equals(bytes.subarray(middle))
}

describe('compiled code', () => {
  test('is kept for the person alone, once there is a decision', async () => {
    const at = scratch()
    await at.make(['build'])
    expect(filesUnder(at.home)).toEqual([])
    await at.tool(['consent', 'local'])
    await at.make(['build'])
    const code = codeOf(at)
    expect(Object.keys(code)).toEqual(expect.arrayContaining(EACH))
    for (const file of Object.values(code)) expect([fs.statSync(file).mode & 0o777, isWhole(file)]).toEqual([0o600, true])
  })

  test('is what later runs start from: they add to it', async () => {
    const at = await recorded()
    // What V8 rejects, or nobody finds, would be begun anew by each run.
    expect(fs.readFileSync(codeOf(at).main as string, 'latin1').slice(0, 9)).toBe('sm-code13')
  })

  const half = (bytes: Buffer) => 16 + (bytes.length - 16) / 2
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is cut', (bytes) => bytes.subarray(0, -100)],
    ['has zeros for its end', (bytes) => bytes.fill(0, 4_096)],
    ['has zeros in one of its halves', (bytes) => bytes.fill(0, 4_096, half(bytes))],
    ['has nothing but zeros', (bytes) => bytes.fill(0)],
    ['is of another kind', () => Buffer.from('#!/bin/sh\n')],
  ])('that %s is made anew, and no run notices', async (_name, damage) => {
    const at = await recorded()
    const code = codeOf(at)
    const files = EACH.map((name) => code[name] as string)
    for (const file of files) fs.writeFileSync(file, damage(fs.readFileSync(file)))
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect(files.map(isWhole)).toEqual(files.map(() => true))
  })

  test('cannot be kept where a file stands in the way; runs go on', async () => {
    const at = scratch()
    await at.tool(['consent', 'local'])
    fs.writeFileSync(folderOf(at), '')
    expect(await at.make(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
    expect((await at.log()).length).toBe(1)
  })

  test('that no run has added to for two months goes when other code comes', async () => {
    const at = await recorded()
    const old = path.join(folderOf(at), 'v1.0.0-x64-main.js-0000000000000000-0')
    const young = path.join(folderOf(at), 'v2.0.0-x64-main.js-0000000000000000-0')
    for (const [file, days] of [
      [old, 61],
      [young, 59],
    ] as const) {
      fs.writeFileSync(file, '')
      fs.utimesSync(file, new Date(), new Date(Date.now() - days * 86_400_000))
    }
    fs.rmSync(codeOf(at).record as string)
    await at.make(['build'])
    expect([fs.existsSync(old), fs.existsSync(young)]).toEqual([false, true])
  })
})
