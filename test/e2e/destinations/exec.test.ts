import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import { shortBudget } from '../../support/patience.ts'
import { type LogLine, type Scratch, scratch } from '../../support/scratch.ts'
import { eventually, isRunning } from '../../support/wrapped-project.ts'

const KEEP = '#!/bin/sh\ncat > got.json\npwd > where\nps -o tty= $$ > terminal\n'

function project(command: readonly string[], program = KEEP, more: object = {}): Scratch {
  return scratch({ files: { report: program }, project: { destinations: [{ type: 'exec', command }], ...more } })
}

const read = (at: Scratch, name: string) => fs.readFileSync(path.join(at.repo, name), 'utf8')
const lastAttempt = async (at: Scratch) => (await at.log()).findLast((line: LogLine) => line.type === 'attempt')

test('a program of the project gets the events as JSON on its stdin, in its folder, without the terminal', async () => {
  const at = project(['./report'])
  await at.agree()
  const { code } = await at.screen('send-metrics', ['wrap', 'build']).ended
  expect(code).toBe(0)
  const [event, ...none] = JSON.parse(read(at, 'got.json'))
  const run = (await at.log()).find((line) => line.type === 'run')
  expect(none).toEqual([])
  expect(event).toMatchObject({ messageId: run?.id, event: 'demo.command.run', command: 'build', outcome: 'success' })
  expect(read(at, 'where').trim()).toBe(at.repo)
  expect(read(at, 'terminal').trim()).toBe('?')
  expect(await lastAttempt(at)).toMatchObject({ result: 'delivered', reason: 'exited 0', status: null })
})

test('it is not run before a yes, nor after its command line has changed', async () => {
  const at = project(['./report'])
  await at.wrap(['build'])
  expect(fs.existsSync(path.join(at.repo, 'got.json'))).toBe(false)
  await at.agree()
  fs.rmSync(path.join(at.repo, 'got.json'))
  const settings = JSON.parse(read(at, 'send-metrics.json'))
  settings.destinations[0].command = ['./report', '--more']
  fs.writeFileSync(path.join(at.repo, 'send-metrics.json'), JSON.stringify(settings))
  await at.wrap(['build'])
  expect(fs.existsSync(path.join(at.repo, 'got.json'))).toBe(false)
})

test('the question and the receipt show the very command line', async () => {
  const at = project(['./report', '--team', 'two words'])
  const { stderr } = await at.tool(['consent', 'on'])
  expect(stderr.replace(/\s+/gu, ' ')).toContain(
    `the program ["./report","--team","two words"] (${at.repo}/report), run on this machine with the events on its stdin`,
  )
})

test.each([
  ['0', 'exit 0', { result: 'delivered', reason: 'exited 0' }],
  ['65, EX_DATAERR', 'echo "no such team" >&2; exit 65', { result: 'drop', reason: expect.stringMatching(/^exited 65.*: no such team$/u) }],
  ['any other', 'printf "one\\ntwo\\033[2J\\n" >&2; exit 3', { result: 'retry', reason: 'exited 3: two\\u001b[2J' }],
  ['a signal', 'kill -9 $$', { result: 'retry', reason: 'was ended by SIGKILL' }],
])('exit code %s', async (_name, script, expected) => {
  const at = project(['./report'], `#!/bin/sh\ncat >/dev/null; ${script}\n`)
  const { stdout, stderr } = await at.tool(['consent', 'on'])
  expect(await lastAttempt(at)).toMatchObject(expected)
  expect(`${stdout}${stderr}`).not.toContain('\u001b')
})

test('one that is not there, or reads nothing, is no trouble for the run', async () => {
  const missing = project(['./nothing-here'])
  await missing.tool(['consent', 'on'])
  expect(await lastAttempt(missing)).toMatchObject({ result: 'retry', reason: expect.stringMatching(/^cannot be started: .*ENOENT/u) })
  expect(await missing.wrap(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
  const deaf = project(['./report'], '#!/bin/sh\nexec <&-\nexit 0\n')
  await deaf.agree()
  expect(await deaf.wrap(['build'])).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
  expect(deaf.waiting()).toEqual([])
})

test('one that hangs is ended with all that it started, and the event waits', async () => {
  const at = project(['./report'], '#!/bin/sh\nsleep 1000 &\necho $$ $! > pids\nwait\n', { budgetMs: shortBudget(300) })
  await at.tool(['consent', 'on'])
  expect(await lastAttempt(at)).toMatchObject({ result: 'retry', reason: 'did not end in time' })
  const pids = read(at, 'pids').trim().split(' ').map(Number)
  await eventually('both have ended', () => !pids.some(isRunning))
  expect(at.waiting()).toHaveLength(1)
})
