import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { runCommand } from '../../../src/commands/index.ts'
import { statement } from '../../../src/consent/wording.ts'
import { fitForStream } from '../../../src/messages.ts'
import type { World } from '../../../src/world.ts'
import { DEMO, projectOf } from '../../support/projects.ts'
import { scratch } from '../../support/scratch.ts'
import { testdir } from '../../support/testdir.ts'
import { type TestWorld, testWorld } from '../../support/world.ts'

/** What a terminal obeys, or what draws a row of its own; each before a word that is to be seen in no such place. */
const POISON = [
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u009b2J',
  '\r',
  '\n',
  '\u2028',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u0000',
  '\u007f',
  '\ud800',
  '\u{e0041}',
  `x${'\u00a0'.repeat(90)}`,
  `x${' '.repeat(90)}`,
  `x${'\u3000'.repeat(50)}`,
].map((start) => `${start}POISON: row`)

/** Those that a project file may have for a name. */
const SOUND_NAMES = POISON.filter((name) => !/[\p{Cc}\p{Cf}\p{Cs}\u2028]/u.test(name)).map((name) =>
  name.replace(/(.{60}).*(.{12})$/u, '$1$2'),
)

/** As many rounds for each seed; `SEND_METRICS_FUZZ` multiplies them. */
const ROUNDS = 24 * (Number(process.env.SEND_METRICS_FUZZ) || 1)

/** Numbers that are the same for the same seed (Park and Miller, 1988). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

type Pick = <T>(all: readonly T[]) => T

/** A value in the place of which there is poison, mostly. */
function poisoned(pick: Pick, plain: unknown): unknown {
  return pick([true, true, false]) ? pick(POISON) : plain
}

function every(pick: Pick, plain: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [pick([true, false, false]) ? name : name, poisoned(pick, value)]))
}

const NOW = Date.UTC(2026, 10, 29, 12)
const AT = new Date(NOW - 3_600_000).toISOString()
const ID = '019ad0a0-0000-7000-8000-000000000001'
const RUN = {
  id: ID,
  command: 'build',
  command_type: 'make',
  outcome: 'success',
  exit_status: 0,
  duration_ms: 1_000,
  start_time: AT,
  run_id: 'r',
  os_type: 'linux',
  choice: 'accept',
  name: 'web',
  image_name: 'web',
  update_status: 'ok',
  runtime_status: 'ok',
}
const ATTEMPT = { at: AT, destination: 'file-1', status: 200, result: 'delivered', reason: 'written', events: [ID] }
const SPAN = { id: 's', target: 'a', start: NOW, duration_ms: 5, outcome: 'success', depth: 0 }

function ledger(pick: Pick): string {
  const lines = Array.from({ length: 12 }, () => {
    const line = pick([true, false]) ? { ...RUN, ...Object.fromEntries([[pick(Object.keys(RUN)), pick(POISON)]]) } : every(pick, RUN)
    return { type: pick(['run', 'run', 'consent', 'uibuild', pick(POISON)]), ...line }
  })
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

function attempts(pick: Pick): string {
  const one = () => ({ type: 'attempt', ...ATTEMPT, [pick(Object.keys(ATTEMPT))]: pick([...POISON, undefined as unknown as string]) })
  return Array.from({ length: 8 }, one)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
}

function spans(pick: Pick): string {
  const span = { ...SPAN, id: pick(POISON), target: pick(POISON) }
  return `${JSON.stringify({ type: 'spans', id: ID, run_id: pick(POISON), at: AT, command: pick(POISON), duration_ms: 9, outcome: 'success', left_out: 0, spans: [span, { ...span, id: 'b', outcome: 'failure' }] })}\n`
}

interface Case {
  readonly world: TestWorld
  readonly what: string
}

function project(pick: Pick, name: string, recipient: string): string {
  const sound = {
    project: name,
    recipient,
    destinations: [{ type: 'file', path: 'out.jsonl' }],
    targets: ['build', pick(POISON)],
    policyUrl: 'https://example.com/p',
  }
  const spoilt = {
    ...sound,
    [pick([...Object.keys(sound), pick(POISON)])]: pick<unknown>([pick(POISON), [pick(POISON)], { type: pick(POISON) }, 5]),
  }
  const text = JSON.stringify(pick([true, true, true, false]) ? { ...sound, targets: ['build'] } : spoilt)
  return pick([...Array<boolean>(7).fill(true), false]) ? text : text.replace('"', pick(POISON))
}

function store(pick: Pick, name: string, recipient: string): string {
  const where = ['{"path":"out.jsonl","type":"file"}']
  const decision = {
    decision: pick(['on', 'local', 'off', pick(POISON)]),
    at: AT,
    method: 'command',
    text: pick(POISON),
    textHash: 'x',
    fieldSet: [pick(POISON)],
    recipients: [...where, pick(POISON)],
    toolVersion: pick(POISON),
  }
  const entry = { id: 'demo', project: name, recipient, where, anonymousId: poisoned(pick, 'a'), decision: every(pick, decision) }
  const sound = { ...entry, decision, anonymousId: pick(POISON) }
  const other = { ...sound, id: 'other', project: pick(POISON), recipient: pick(POISON) }
  return JSON.stringify({ version: 1, projects: { demo: pick([true, false]) ? sound : entry, [pick(POISON)]: other } })
}

function environment(pick: Pick): Record<string, string> {
  const names = [
    'SEND_METRICS',
    'DO_NOT_TRACK',
    'CI',
    'SEND_METRICS_AGENT',
    'SEND_METRICS_DEBUG',
    'HTTPS_PROXY',
    'MAKEFLAGS',
    'MAKE',
    'SEND_METRICS_SEGMENT_HOST',
    'LANG',
  ]
  return pick([true, false]) ? { [pick(names)]: pick(POISON).replaceAll('\0', '') } : {}
}

function poisonedCase(seed: number): Case {
  const number = numbers(seed)
  const pick: Pick = (all) => all[number(all.length)] as (typeof all)[number]
  const name = pick(['Demo', pick(SOUND_NAMES), pick(POISON)])
  const recipient = pick(['the team', pick(SOUND_NAMES), pick(SOUND_NAMES), pick(POISON)])
  const folder = pick(['repo', `re${pick(POISON).replaceAll('\0', '').replaceAll('\ud800', '')}`])
  const root = testdir({
    [`${folder}/send-metrics.json`]: project(pick, name, recipient),
    [`${folder}/Makefile`]: `build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo\n`,
    [`${folder}/.git/HEAD`]: 'ref: refs/heads/main\n',
    'home/.config/send-metrics/config.json': store(pick, name, recipient),
    'home/.local/state/send-metrics/demo/runs-2026-11.jsonl': ledger(pick),
    'home/.local/state/send-metrics/demo/attempts-2026-11.jsonl': attempts(pick),
    'home/.local/state/send-metrics/demo/spans-2026-11.jsonl': spans(pick),
    'home/.local/state/send-metrics/fault.json': JSON.stringify({ at: pick(POISON), message: pick(POISON) }),
  })
  const world = testWorld({
    cwd: path.join(root, folder),
    home: path.join(root, 'home'),
    env: { PATH: process.env.PATH, HOME: path.join(root, 'home'), ...environment(pick) },
    platform: 'linux',
    now: () => NOW,
    stdoutIsTTY: pick([true, false]),
    stderrIsTTY: pick([true, false]),
  })
  return { world, what: JSON.stringify({ seed, name, recipient, folder }) }
}

const COMMANDS: readonly (readonly string[])[] = [
  ['consent'],
  ['consent', '--json'],
  ['consent', 'show'],
  ['consent', 'list'],
  ['log'],
  ['log', '--json'],
  ['stats'],
  ['stats', '--json'],
  ['stats', '--since', 'all'],
  ['report', '-o', '-'],
  ['trace'],
  ['trace', '--json'],
  ['preview', 'build'],
  ['export', 'prometheus'],
  ['why'],
  ['doctor'],
  ['doctor', '--json'],
  ['flush'],
  ['init', '--dry-run'],
  ['consent', 'off'],
]

/** Where a text has what a terminal obeys, or a row that is not ours. */
function findings(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
  const plain = text.replace(/\u001b\[\d{1,2}m(?!POISON)/gu, '')
  const controls = [...plain.matchAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu)].map(({ index }) =>
    plain.slice(Math.max(0, index - 60), index + 20),
  )
  const rows = plain.split('\n').filter((line) => /^POISON/u.test(line))
  return [...controls, ...rows].map((found) => JSON.stringify(found))
}

describe('nothing that a terminal obeys comes out of data', () => {
  test.each(COMMANDS.map((words) => [words.join(' '), words] as const))(
    '%s',
    async (_name, words) => {
      const found: string[] = []
      let said = ''
      for (let seed = 1; seed <= ROUNDS; seed++) {
        const { world, what } = poisonedCase(seed * 7_919)
        await runCommand(words, world as World)
        said += world.said.stdout + world.said.stderr
        for (const stream of ['stdout', 'stderr'] as const)
          found.push(...findings(world.said[stream]).map((one) => `${stream} ${what}: ${one}`))
      }
      expect(found).toEqual([])
      // Not for want of poison, and no command dies of it.
      expect([said.includes('POISON'), / of undefined|is not a function|RangeError/u.test(said)]).toEqual([true, false])
    },
    120_000,
  )
})

test('no name in the question begins a row of its own, by blanks or by its length', () => {
  for (const name of [...SOUND_NAMES, `${'x'.repeat(60)} POISON: row`]) {
    for (const width of [40, 59, 79, 99]) {
      const cwd = testdir({ 'send-metrics.json': JSON.stringify({ ...DEMO, project: name, recipient: name }) })
      const project = projectOf({ cwd, uid: process.getuid?.() })
      const text = statement(project, { tool: 'send-metrics', titles: [name], stateFolder: '/x' }, width)
      expect(text.split('\n').filter((line) => /^\s{0,1}POISON/u.test(line))).toEqual([])
    }
  }
})

describe('what a sentence has forgotten', () => {
  const fit = (text: string, colours = false) => fitForStream(text, () => colours)
  test.each(POISON)('%j is an escape, and JSON stays what it is', (poison) => {
    expect(findings(fit(poison)).filter((one) => !one.includes('\\n'))).toEqual(poison.startsWith('\n') ? ['"POISON: row"'] : [])
    expect(JSON.parse(fit(JSON.stringify([poison])))).toEqual([poison])
  })
  test('our own colours and lines that change are for terminals', () => {
    const own = '\r\u001b[K\u001b[31mred\u001b[39m'
    expect([fit(own, true), findings(fit(own))]).toEqual([own, []])
    expect(fit('a\rb\u001b[2J', true)).toBe('a\\u000db\\u001b[2J')
  })
  test('nothing is written past it', async () => {
    const at = scratch({ env: { SEND_METRICS_DEBUG: '1' } })
    const { stderr } = await at.tool(['\u001b]0;x\u0007'])
    expect([stderr.includes('unknown command'), findings(stderr)]).toEqual([true, []])
  })
})
