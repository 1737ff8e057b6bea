import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Env } from '../support/cli.ts'
import { run } from '../support/cli.ts'
import { type Receiver, receiver, segmentEvents } from '../support/receiver.ts'
import { type Scratch, scratch } from '../support/scratch.ts'
import { AS_SOMEBODY_ELSE, canBecomeSomebodyElse, giveAway, openToEverybody, SOMEBODY_ELSE } from '../support/somebody-else.ts'

/** The person whose home it is. */
const ADA = SOMEBODY_ELSE

let there: Receiver
beforeEach(async () => {
  there = await receiver()
})
afterEach(() => there.close())

/** A project and a home that belong to Ada, who has said these. */
async function adas(...said: string[]): Promise<Scratch> {
  const at = scratch({ to: there.url })
  openToEverybody(at)
  giveAway(at.repo, at.home)
  for (const words of said) expect(await asAda(at, `send-metrics ${words}`)).toMatchObject({ code: 0 })
  there.requests.length = 0
  return at
}

function asAda(at: Scratch, line: string, env: Env = {}) {
  const [program = '', ...words] = [...AS_SOMEBODY_ELSE, 'sh', '-c', line]
  return run(program, words, { cwd: at.repo, env: { ...at.env, ...env } as Record<string, string> })
}

/** Everything in her home: who owns it, who may read it, what is in it, and when it was changed. */
function everything(at: Scratch): string[] {
  const names = ['.', ...(fs.readdirSync(at.home, { recursive: true }) as string[])].sort()
  return names.map((name) => {
    const { uid, mode, size, mtimeMs } = fs.statSync(path.join(at.home, name))
    return `${name} ${uid} ${mode.toString(8)} ${size} ${mtimeMs}`
  })
}

const SAID: [string, string[]][] = [
  ['nothing', []],
  ['yes', ['consent on']],
  ['this machine only', ['consent local']],
  ['no', ['consent off']],
  ['no to all projects', ['consent off --all-projects']],
]

/** How root comes to her home, with a home of his own where there is one. */
const WAYS: [string, (at: Scratch) => Env][] = [
  ['with HOME kept', () => ({})],
  ['by sudo with HOME kept', () => ({ SUDO_UID: String(ADA), SUDO_USER: 'ada' })],
  [
    'with the XDG folders kept',
    (at) => ({
      HOME: path.join(at.folder, 'root'),
      XDG_CONFIG_HOME: path.join(at.home, '.config'),
      XDG_STATE_HOME: path.join(at.home, '.local/state'),
      XDG_CACHE_HOME: path.join(at.home, '.cache'),
    }),
  ],
]

describe.each(WAYS)("root in somebody else's home, %s", (way, come) => {
  test.each(way === 'with HOME kept' ? SAID : SAID.slice(0, 2))(
    'who has said %s: asked nothing, writes nothing, sends nothing; her own runs are as ever',
    async (_what, said) => {
      if (!canBecomeSomebodyElse()) return
      const at = await adas(...said)
      fs.mkdirSync(path.join(at.folder, 'root'))
      const before = everything(at)
      const screen = at.screen('make', ['build'], come(at))
      expect(await screen.ended).toEqual({ code: 0, signal: 0 })
      expect(await screen.screen()).toBe('built')
      expect(await at.make(['build'], come(at))).toMatchObject({ code: 0, stdout: 'built\n', stderr: '' })
      expect(everything(at)).toEqual(before)
      expect(there.requests).toEqual([])
      expect(fs.readdirSync(path.join(at.folder, 'root'))).toEqual([])
      expect(await asAda(at, 'make build')).toMatchObject({ code: 0, stdout: 'built\n' })
      expect(segmentEvents(there).map(({ event }) => event)).toEqual(said[0] === 'consent on' ? ['demo.command.run'] : [])
    },
  )
})

describe('commands of root there', () => {
  const COMMANDS = [
    'consent on',
    'consent local',
    'consent off',
    'consent off --all-projects',
    'consent forget',
    'consent new-id',
    'progress on',
    'flush',
    'doctor',
    'doctor --send-test',
    'consent',
    'consent list',
    'consent show',
    'log',
    'stats',
    'preview',
  ]
  test.each(SAID.slice(0, 2))('write nothing where she has said %s', async (_what, said) => {
    if (!canBecomeSomebodyElse()) return
    const at = await adas(...said)
    const before = everything(at)
    for (const command of COMMANDS) {
      const { code, stderr } = await at.tool(command.split(' '))
      expect([command, stderr.match(/^\s+at .*$/mu)]).toEqual([command, null])
      if (/ (?:on|local|off|forget)/u.test(command))
        expect([command, code, stderr]).toEqual([
          command,
          1,
          expect.stringMatching(/belongs to user 4242, and this runs as root.*-u '#4242'/u),
        ])
      if (command.startsWith('consent off')) expect(stderr).toContain('set in the environment: SEND_METRICS=off')
      expect([command, everything(at)]).toEqual([command, before])
    }
  })

  test('say whose home it is', async () => {
    if (!canBecomeSomebodyElse()) return
    const at = await adas('consent on')
    const status = JSON.parse((await at.tool(['consent', '--json'])).stdout)
    expect(status).toMatchObject({ effective: 'off', decidedBy: 'foreign-home', stored: 'on' })
    const { stdout } = await at.tool(['doctor'])
    expect(stdout).toMatch(/note +decisions: .* belongs to user 4242, and this runs as root/u)
    expect(await at.tool(['flush'])).toMatchObject({ code: 0, stderr: expect.stringContaining('belongs to user 4242') })
  })
})

test('what root left in a home is taken back by what doctor and why say alike', async () => {
  if (!canBecomeSomebodyElse()) return
  const at = await adas('consent local')
  fs.mkdirSync(path.join(at.home, '.local'))
  const todo = `sudo chown -R "$(id -un)" '${path.join(at.home, '.local')}'`
  expect((await asAda(at, 'send-metrics doctor')).stdout).toContain(`do: ${todo}\n`)
  expect((await asAda(at, 'send-metrics why')).stdout).toContain(`To change it: ${todo}\n`)
  expect((await asAda(at, 'send-metrics stats')).stderr).toContain(`; ${todo}\n`)
})

test('root by sudo in a home of his own is not asked, and may decide by command', async () => {
  const at = scratch({ to: there.url })
  const env = { SUDO_UID: '4242' }
  const screen = at.screen('make', ['build'], env)
  expect(await screen.ended).toEqual({ code: 0, signal: 0 })
  expect(await screen.screen()).toBe('built')
  expect(fs.readdirSync(at.home)).toEqual([])
  expect(await at.tool(['consent', 'off'], env)).toMatchObject({ code: 0 })
})

test("a pipeline of root with the home of another user, as in a container of CI: its owner's yes holds, and the home stays", async () => {
  if (!canBecomeSomebodyElse()) return
  const at = await adas()
  const before = everything(at)
  const env = { CI: 'true', SEND_METRICS: 'on' }
  expect(await at.make(['build'], env)).toMatchObject({ code: 0, stdout: 'built\n' })
  for (const command of ['flush', 'doctor', 'consent']) await at.tool([command], env)
  expect(everything(at)).toEqual(before)
})
