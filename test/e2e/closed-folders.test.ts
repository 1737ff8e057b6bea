import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { type Ended, run } from '../support/cli.ts'
import { modesHold, UNDER_MODES } from '../support/faults.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { AS_SOMEBODY_ELSE, canBecomeSomebodyElse, giveAway, openToEverybody } from '../support/somebody-else.ts'
import { addFiles } from '../support/testdir.ts'

/** Entries that PATH may have and from which nothing can be started, each with what puts it there. */
const ENTRIES: readonly [string, (folder: string) => string][] = [
  ['a folder of mode 000', closedFolder],
  ['a folder inside one', (folder) => path.join(closedFolder(folder), 'bin')],
  ['a file', (folder) => written(path.join(folder, 'file'))],
]

function closedFolder(folder: string): string {
  const closed = path.join(folder, 'closed')
  addFiles(closed, { 'bin/send-metrics': '', 'send-metrics': '', node: '' })
  fs.chmodSync(closed, 0)
  return closed
}

function written(place: string): string {
  fs.writeFileSync(place, '')
  return place
}

const COMMANDS = ['help', '--version', 'init --yes', 'consent', 'why', 'doctor', 'wrap -- make build', 'consent off']

/** Runs each command with a folder first on PATH; nobody is told of that folder, and the tool's own name stays. */
async function expectNoWord(at: Scratch, entry: string, who: readonly string[]): Promise<void> {
  for (const words of COMMANDS) {
    const [program = 'sh', ...before] = [...who, 'sh', '-c', `send-metrics ${words}`]
    const env = { ...at.env, PATH: `${entry}:${at.env.PATH}` }
    const { code, stdout, stderr }: Ended = await run(program, before, { cwd: at.repo, env })
    expect([words, stdout + stderr]).toEqual([words, expect.not.stringMatching(/EACCES|ELOOP|ENAMETOOLONG|ENOTDIR|could not be checked/u)])
    expect([words, code]).toEqual([words, 0])
    if (words === 'doctor') expect(stdout).toMatch(/^ok +tool: +make finds \S+\/bin\/send-metrics$/mu)
  }
}

const measured = () => scratch({ makefile: 'build: ; @echo built\n' })

test.each(ENTRIES)('on PATH, %s is passed over', async (_name, put) => {
  if (!modesHold()) return
  const at = measured()
  await expectNoWord(at, put(at.folder), UNDER_MODES)
})

test("on PATH, root's own folder is passed over", async () => {
  if (!canBecomeSomebodyElse()) return
  const at = measured()
  openToEverybody(at)
  giveAway(at.repo, at.home)
  const closed = path.join(at.folder, 'root')
  addFiles(closed, { 'bin/send-metrics': '' })
  fs.chmodSync(closed, 0o700)
  await expectNoWord(at, path.join(closed, 'bin'), AS_SOMEBODY_ELSE)
})
