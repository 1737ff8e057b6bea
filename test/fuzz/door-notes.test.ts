import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Choice } from '../../src/consent/decision.ts'
import { noteForDoor } from '../../src/consent/door-notes.ts'
import { BIN } from '../support/cli.ts'
import { DEMO, projectOf, store } from '../support/projects.ts'
import { testdir } from '../support/testdir.ts'
import { testWorld } from '../support/world.ts'
import { FUZZ, FUZZ_PATIENCE_MS, oneOf } from './cases.ts'
import { TARGET_CODE, tree, writeOld } from './runs.ts'

/** Notes as they are, as they were, and as nobody makes them: a shell reads their names. */
const NAMES = ['go', 'no', 'node', 'prefix.impl-', 'prefix.-rf', 'prefix.$(touch pwned)', 'prefix.a b;touch pwned', 'library.0', '*', '-n']
const TIMES = ['config', 'project', 'node', 'library.0'].flatMap((one) => ['from', 'to', 'before', 'after'].map((end) => `${one}.${end}`))
const harms = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES, ...TIMES),
    act: fc.constantFrom('remove', 'folder', 'no such', 'loop', 'device', 'text', 'past', 'future'),
  }),
  { minLength: 1, maxLength: 6 },
)

function harmNote(folder: string, { name, act }: { name: string; act: string }): void {
  const file = path.join(folder, name)
  if (act === 'past' || act === 'future') {
    if (fs.existsSync(file)) fs.lutimesSync(file, act === 'past' ? 1 : 4e9, act === 'past' ? 1 : 4e9)
    return
  }
  fs.rmSync(file, { recursive: true, force: true })
  if (act === 'folder') fs.mkdirSync(file)
  if (act === 'text') fs.writeFileSync(file, 'x'.repeat(9_999))
  const link = { 'no such': '/nonexistent/file', loop: name, device: '/dev/zero' }[act]
  if (link !== undefined) fs.symlinkSync(link, file)
}

/** A person who decided, with the notes of the door about it; make and Node only say that they were started. */
function scene(choice: Choice) {
  const ends = `#!/bin/sh\n: >"$0.was-run"\nexit ${TARGET_CODE}\n`
  const folder = testdir({ 'repo/send-metrics.json': '{}', 'repo/.git/HEAD': '', 'bin/make': ends, 'bin/node': ends })
  const [home, repo, bin] = ['home', 'repo', 'bin'].map((name) => path.join(folder, name)) as [string, string, string]
  writeOld(path.join(repo, 'send-metrics.json'), JSON.stringify(DEMO))
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, PWD: repo }
  const world = testWorld({ cwd: repo, home, env, platform: 'linux', nodePath: path.join(bin, 'node') })
  store(world, projectOf(world), choice)
  const config = path.join(home, '.config/send-metrics/config.json')
  writeOld(config, fs.readFileSync(config, 'utf8'))
  noteForDoor(world, true)
  const notes = path.join(home, '.config/send-metrics/door', repo, '.notes')
  return { world, repo, bin, env, notes }
}

const run = ({ repo, env }: ReturnType<typeof scene>) => spawnSync('sh', [BIN, 'wrap', 'build'], { cwd: repo, env, encoding: 'utf8' })
const ended = ({ status, stdout, stderr }: ReturnType<typeof run>) => ({ status, stdout, stderr })
const AS_IT_WOULD = { status: TARGET_CODE, stdout: '', stderr: '' }

test(
  'notes of the door with any harm: it passes on to make or to Node without a word, and starts nothing else',
  async () => {
    const scenes = [scene('on'), scene('off'), scene('local')] as [ReturnType<typeof scene>, ...ReturnType<typeof scene>[]]
    for (const at of scenes) expect(tree(at.notes)).toContain(at === scenes[1] ? 'no' : 'go')
    const check = (changes: { name: string; act: string }[], turn: number) => {
      const at = oneOf(turn, scenes)
      fs.mkdirSync(at.notes, { recursive: true })
      for (const change of changes) harmNote(at.notes, change)
      expect(ended(run(at))).toEqual(AS_IT_WOULD)
      expect(tree(at.repo)).toEqual(['.git', '.git/HEAD', 'send-metrics.json'])
      // Made anew over whatever is there, they are as they should be.
      noteForDoor(at.world, false)
      fs.rmSync(path.join(at.bin, 'node.was-run'), { force: true })
      expect(ended(run(at))).toEqual(AS_IT_WOULD)
    }
    fc.assert(fc.property(harms, fc.nat(), check), FUZZ)
  },
  FUZZ_PATIENCE_MS,
)
