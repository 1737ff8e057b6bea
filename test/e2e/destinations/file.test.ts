import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { run } from '../../support/cli.ts'
import { type Scratch, scratch } from '../../support/scratch.ts'

const MB = 1024 * 1024
/** How a file of events begins. */
const LINE = '{"messageId":"'

function project(file: string): Scratch {
  return scratch({ project: { destinations: [{ type: 'file', path: file }] } })
}

const lines = (at: Scratch, name: string) => fs.readFileSync(path.join(at.repo, name), 'utf8').split('\n').filter(Boolean)

test('a file of 10 MB is put aside, and five of those are kept', async () => {
  const at = project('events.jsonl')
  await at.agree()
  const old = (name: string, bytes: number) => fs.writeFileSync(path.join(at.repo, name), LINE.padEnd(bytes))
  old('events.jsonl', 10 * MB)
  for (const number of [1, 2, 3, 4, 5]) old(`events.jsonl.${number}`, 20 * number)
  await at.wrap(['build'])
  await at.wrap(['build'])
  expect(lines(at, 'events.jsonl')).toHaveLength(2)
  const sizes = [1, 2, 3, 4, 5].map((number) => fs.statSync(path.join(at.repo, `events.jsonl.${number}`)).size)
  expect(sizes).toEqual([10 * MB, 20, 40, 60, 80])
  expect(fs.existsSync(path.join(at.repo, 'events.jsonl.6'))).toBe(false)
})

test('side by side, every event is in one of them once', async () => {
  const at = project('events.jsonl')
  await at.agree()
  fs.writeFileSync(path.join(at.repo, 'events.jsonl'), `${LINE.padEnd(10 * MB)}\n`)
  await Promise.all(Array.from({ length: 12 }, () => at.wrap(['build'])))
  await at.tool(['flush'])
  expect(fs.existsSync(path.join(at.repo, 'events.jsonl.2'))).toBe(false)
  const all = [...lines(at, 'events.jsonl'), ...lines(at, 'events.jsonl.1').slice(1)].map((line) => JSON.parse(line).messageId)
  const recorded = (await at.log()).filter((line) => line.type === 'run').map((line) => line.id)
  expect(all.sort()).toEqual(recorded.sort())
})

test.each(['/dev/stdout', '/dev/stderr', '/dev/fd/1', '/dev/tty', '/proc/self/fd/2'])(
  'no event shows up among what a target prints: %s',
  async (file) => {
    const at = project(file)
    await at.tool(['consent', 'on'])
    const into = path.join(at.folder, 'out')
    const { code } = await run('bash', ['-c', `send-metrics wrap build > ${into} 2>&1`], { cwd: at.repo, env: at.env })
    expect(code).toBe(0)
    expect(fs.readFileSync(into, 'utf8')).toBe('built\n')
    const screen = at.screen('send-metrics', ['wrap', 'build'])
    await screen.ended
    expect((await screen.screen()).trim()).toBe('built')
    expect(at.waiting().length).toBeGreaterThan(0)
  },
)
