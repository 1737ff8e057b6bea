import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { v7 } from 'uuid'
import { BIN, cleanEnv, type Ended, NODE, run } from '../support/cli.ts'
import { FAULTS, type Fault, modesHold, spoil, UNDER_MODES } from '../support/faults.ts'
import { type Receiver, receiver, status } from '../support/receiver.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { addFiles, testdir } from '../support/testdir.ts'

const MONTH_MS = 31 * 86_400_000
const STATE = '.local/state/send-metrics'
const DATE = new Date()
const BEFORE = new Date(Date.UTC(DATE.getUTCFullYear(), DATE.getUTCMonth(), 1) - MONTH_MS / 2)
const monthOf = (time: Date) => time.toISOString().slice(0, 7)
const NOW = monthOf(DATE)

let there: Receiver
let template: Scratch
let project = ''

/** A person who said yes, with a record of two months, and one event that waits. */
beforeAll(async () => {
  there = await receiver()
  template = scratch({ to: there.url })
  await template.agree(there)
  await template.make(['build'])
  there.answer = status(503)
  await template.make(['build'])
  there.answer = status(200)
  await template.tool(['export', 'prometheus'])
  project = fs.readdirSync(path.join(template.home, STATE))[0] ?? ''
  addFiles(path.join(template.home, STATE, project), {
    [`runs-${monthOf(BEFORE)}.jsonl`]: line({ type: 'run', command: 'older', start_time: BEFORE.toISOString(), ...ENDED }),
    [`spans-${monthOf(BEFORE)}.jsonl`]: spansLine(BEFORE),
    [`spans-${NOW}.jsonl`]: spansLine(DATE),
    'docker.json': '{}',
    'dropped-fields.json': '{}',
  })
})
afterAll(() => there.close())

const ENDED = { outcome: 'success', duration_ms: 5 }

function line(fields: object): string {
  return `${JSON.stringify({ id: v7(), ...fields })}\n`
}

function spansLine(at: Date): string {
  const spans = [{ id: 'a', target: 'lib', start: at.getTime(), depth: 0, ...ENDED }]
  return line({ type: 'spans', run_id: v7(), at: at.toISOString(), command: 'build', left_out: 0, spans, ...ENDED })
}

/** Every memo that a run keeps, so that each of them is met by one run. */
const MEMOS = /(?:checkout|project|docker|dropped-fields|breaker)\.json$|\/forms\//u

interface Row {
  readonly name: string
  /** The places that are spoilt. */
  readonly places: (home: string) => string[]
  /** Commands that read it, and have something else to show. */
  readonly shows: readonly string[]
  /** Commands that read it, and have nothing else. */
  readonly bare?: readonly string[]
  /** Faults that can lie there. */
  readonly faults?: readonly Fault[]
}

const inState =
  (...names: string[]) =>
  (home: string) => [path.join(home, STATE, project, ...names)]
const outboxOf = (home: string) => filesUnder(home).filter((file) => /outbox\/.*\.json$/u.test(file))
/** A socket is met as a pipe is, and a missing file by every first run: a few rows are enough for these. */
const FEW: readonly Fault[] = ['mode 000', 'a folder', 'a pipe', 'a dangling link', 'damaged']
const EVERY = FEW.filter((fault) => fault !== 'damaged')

const ROWS: readonly Row[] = [
  {
    name: 'the decisions',
    faults: FAULTS,
    places: (home) => [path.join(home, '.config/send-metrics/config.json')],
    shows: ['log', 'log --json', 'stats', 'stats --json', 'report -o -', 'trace', 'preview build', 'progress', 'consent list --json'],
  },
  {
    name: 'the runs of this month',
    faults: FAULTS,
    places: (home) => inState(`runs-${NOW}.jsonl`)(home),
    shows: ['log', 'log --json', 'stats', 'stats --json', 'report -o -', 'report --json', 'trace', 'export prometheus'],
  },
  { name: 'the tries of this month', places: (home) => inState(`attempts-${NOW}.jsonl`)(home), shows: ['log', 'log --json'] },
  {
    name: 'the spans of this month',
    places: (home) => inState(`spans-${NOW}.jsonl`)(home),
    shows: ['trace', 'trace --json', 'trace --chrome'],
  },
  { name: 'an event that waits', places: (home) => outboxOf(home).map((file) => path.join(home, file)), shows: [], bare: ['flush --json'] },
  {
    name: 'an outbox',
    places: (home) => outboxOf(home).map((file) => path.dirname(path.join(home, file))),
    shows: [],
    bare: ['flush'],
    faults: EVERY,
  },
  { name: 'all outboxes', places: (home) => inState('outbox')(home), shows: [], bare: ['flush'], faults: EVERY },
  {
    name: 'what runs remember',
    places: (home) =>
      filesUnder(home)
        .filter((file) => MEMOS.test(file))
        .map((file) => path.join(home, file)),
    shows: ['preview build --json'],
  },
  { name: 'the totals', places: (home) => inState('totals/export')(home), shows: [], bare: ['export prometheus'] },
  { name: 'the folder of the totals', places: (home) => inState('totals')(home), shows: [], bare: ['export prometheus'], faults: EVERY },
  {
    name: 'the records of the project',
    places: (home) => inState()(home),
    shows: ['preview build'],
    bare: ['log', 'stats', 'report -o -', 'trace', 'flush', 'export prometheus'],
    faults: EVERY,
  },
  { name: 'all records', places: (home) => [path.join(home, STATE)], shows: ['progress'], bare: ['log', 'stats --json'], faults: EVERY },
  { name: 'the cache', places: (home) => [path.join(home, '.cache/send-metrics')], shows: ['log'], faults: EVERY },
]

const CASES = ROWS.flatMap((row) => (row.faults ?? FEW).map((fault) => ({ row, fault, name: `${row.name}, ${fault}` })))

/** A home of its own, spoilt, and how a command ends there: 124 if it waits for something. */
function spoilt({ places }: Row, fault: Fault): { places: string[]; tool: (words: string) => Promise<Ended> } {
  const home = path.join(testdir(), 'home')
  fs.cpSync(template.home, home, { recursive: true })
  const all = places(home)
  expect(all).not.toEqual([])
  for (const place of all) spoil(place, fault)
  const env = cleanEnv(home, { ...template.env, HOME: home })
  const command = ['60', ...UNDER_MODES, NODE, BIN]
  return { places: all, tool: (words) => run('timeout', [...command, ...words.split(' ')], { cwd: template.repo, env }) }
}

describe.each(CASES)('$name', ({ row, fault }) => {
  if (fault === 'mode 000' && !modesHold()) return

  test('doctor looks at everything else, and says what to do', async () => {
    const { places, tool } = spoilt(row, fault)
    const { code, stdout, stderr } = await tool('doctor')
    expect([code, stderr]).toEqual([expect.any(Number), ''])
    expect(code).toBeLessThan(2)
    for (const about of ['project file:', 'decisions:', 'records:', 'make:', 'git:', 'node:', 'clock:', 'defaults:'])
      expect(stdout).toContain(about)
    if (fault === 'missing' || fault === 'damaged' || isAsItShould(places[0] ?? '', fault, row)) return
    const lines = stdout.split('\n')
    const named = lines.findIndex((text) => text.startsWith('PROBLEM') && places.some((place) => text.includes(place.slice(0, 200))))
    expect({ stdout, isNamed: named >= 0 }).toEqual({ stdout, isNamed: true })
    expect(lines[named + 1]).toMatch(/do: (?:chmod|mv|rm|ls|look at it|decide)/u)
  })

  const commands = [...row.shows.map((words) => ({ words, code: 0 })), ...(row.bare ?? []).map((words) => ({ words, code: undefined }))]
  test.each(commands)('$words passes it over', async ({ words, code }) => {
    const { places, tool } = spoilt(row, fault)
    const ended = await tool(words)
    expect(ended).toMatchObject({ signal: null })
    expect(ended.code === 0 || ended.code === 1 ? 'well' : ended).toBe('well')
    if (code !== undefined) expect({ ...ended, code: ended.code }).toMatchObject({ code })
    expect(ended.stderr).not.toMatch(/^ {4}at /mu)
    const passed = ended.stderr.split('\n').filter((text) => text.includes('passed over'))
    expect(passed.length).toBeLessThan(2)
    for (const text of passed) expect(places.some((place) => text.includes(place))).toBe(true)
    if (words.includes('--json') && !words.startsWith('log')) expect(() => JSON.parse(ended.stdout)).not.toThrow()
    if (words === 'log --json') for (const text of ended.stdout.split('\n').filter(Boolean)) expect(() => JSON.parse(text)).not.toThrow()
    expect(ended.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  test('the target is as ever', async () => {
    const { tool } = spoilt(row, fault)
    expect(await tool('wrap build')).toEqual({ code: 0, signal: null, stdout: 'built\n', stderr: '' })
  })
})

/** A folder in the place of a folder is none of the faults. */
function isAsItShould(place: string, fault: Fault, { faults }: Row): boolean {
  return fault === 'a folder' && faults === EVERY && place !== ''
}
