import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { run } from '../support/cli.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { AS_SOMEBODY_ELSE, canBecomeSomebodyElse, giveAway, openToEverybody } from '../support/somebody-else.ts'

const fileOf = (at: Scratch) => path.join(at.home, '.config/send-metrics/config.json')

/** The file of decisions of a person who said yes, changed as text. */
const text = (change: (whole: string) => string) => (file: string) => fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')))
const instead = (make: (file: string) => unknown) => (file: string) => {
  fs.rmSync(file)
  make(file)
}

test.each<[string, (file: string) => unknown]>([
  ['recipients {}', text((whole) => whole.replace(/"recipients": \[[^\]]*\]/u, '"recipients": {}'))],
  ['recipients 5', text((whole) => whole.replace(/"recipients": \[[^\]]*\]/u, '"recipients": 5'))],
  ['recipients true', text((whole) => whole.replace(/"recipients": \[[^\]]*\]/u, '"recipients": true'))],
  ['where null', text((whole) => whole.replace(/"where": \[[^\]]*\]/u, '"where": null'))],
  ['decision a list', text((whole) => whole.replace(/"decision": \{/u, '"decision": [], "was": {'))],
  ['projects a list', text((whole) => whole.replace(/"projects": \{/u, '"projects": [], "were": {'))],
  ['an entry null', text((whole) => whole.replace(/"projects": \{/u, '"projects": { "x": null,'))],
  ['6,000 brackets', text((whole) => whole.replace(/"where": \[/u, `"deep": ${'['.repeat(6_000)}${']'.repeat(6_000)}, "where": [`))],
  ['UTF-16', (file) => fs.writeFileSync(file, Buffer.from(`\uFEFF${fs.readFileSync(file, 'utf8')}`, 'utf16le'))],
  ['a pipe', instead((file) => execFileSync('mkfifo', [file]))],
  ['a folder', instead((file) => fs.mkdirSync(file))],
  ['a link that leads nowhere', instead((file) => fs.symlinkSync('/nonexistent', file))],
])('config.json with %s: the target runs, and a no can be said', async (_name, spoil) => {
  const at = scratch()
  expect(await at.tool(['consent', 'local'])).toMatchObject({ code: 0 })
  spoil(fileOf(at))
  const built = { code: 0, stdout: 'built\n', stderr: '' }
  expect(await at.make(['build'])).toMatchObject(built)
  for (const words of [['consent'], ['consent', 'list'], ['doctor']]) expect((await at.tool(words)).stderr).not.toMatch(/^ +at /mu)
  expect(await at.tool(['consent', 'off'])).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse((await at.tool(['consent', '--json'])).stdout)).toMatchObject({ effective: 'off', decidedBy: 'stored', problem: null })
  expect(await at.make(['build'])).toMatchObject(built)
})

test.each<[string, boolean, (file: string) => void]>([
  ['a file of mode 000', true, (file) => fs.chmodSync(file, 0)],
  ['a file of root', false, (file) => fs.chownSync(file, 0, 0)],
])('%s: an ordinary user has his targets run, and can say no', async (_name, keepsOthers, spoil) => {
  if (!canBecomeSomebodyElse()) return
  const at = scratch()
  openToEverybody(at)
  const as = (line: string) => {
    const [program = '', ...words] = [...AS_SOMEBODY_ELSE, 'sh', '-c', line]
    return run(program, words, { cwd: at.repo, env: at.env })
  }
  giveAway(at.repo, at.home)
  expect(await as('send-metrics consent off --all-projects')).toMatchObject({ code: 0 })
  spoil(fileOf(at))
  expect(await as('make build')).toEqual(expect.objectContaining({ code: 0, stdout: 'built\n', stderr: '' }))
  expect(await as('send-metrics consent off')).toMatchObject({ code: 0, stderr: '' })
  const { effective, problem } = JSON.parse((await as('send-metrics consent --json')).stdout)
  expect({ effective, problem }).toEqual({ effective: 'off', problem: null })
  // What could be opened is all there; what could not is kept beside.
  const all = JSON.parse((await as('send-metrics consent list --json')).stdout).all
  expect(all === null).toBe(!keepsOthers)
  expect(filesUnder(path.dirname(fileOf(at))).filter((name) => name.includes('.damaged-'))).toHaveLength(keepsOthers ? 0 : 1)
})
