import * as fs from 'node:fs'
import * as path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { v7 } from 'uuid'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'

const ESCAPE = '\u001b]0;pwned\u0007\u009b31m\u202e'
const AT = new Date().toISOString()
const ATTEMPT = { type: 'attempt', at: AT, destination: 'segment-1', status: 200, result: 'delivered', reason: 'accepted', events: ['a'] }
const RUN = { type: 'run', id: v7(), command: 'build', outcome: 'success', start_time: AT, duration_ms: 5, exit_status: 0 }
const SPAN = { id: 'a', target: 'lib', start: Date.now(), duration_ms: 5, outcome: 'success', depth: 0 }
const SPANS = {
  type: 'spans',
  id: v7(),
  run_id: 'r',
  at: AT,
  command: 'build',
  duration_ms: 5,
  outcome: 'success',
  left_out: 0,
  spans: [SPAN],
}

/** Of each kind of line: what is odd in it, and whether it is passed over or shown for all that. */
const LINES: readonly [name: string, line: object | string, isShown: boolean][] = [
  ['an attempt without a time', { ...ATTEMPT, at: undefined }, false],
  ['an attempt with a time that is none', { ...ATTEMPT, at: ESCAPE }, false],
  ['an attempt with no list of events', { ...ATTEMPT, events: 5 }, false],
  ['an attempt without a destination', { ...ATTEMPT, destination: null }, false],
  ['an attempt whose result is an escape sequence', { ...ATTEMPT, result: ESCAPE }, true],
  ['an attempt whose time has a comment', { ...ATTEMPT, at: `2026-11-01 (${ESCAPE})` }, true],
  ['an event without an ID', { ...RUN, id: 5 }, false],
  ['an event of a kind that is an escape sequence', { ...RUN, type: ESCAPE }, true],
  ['a run whose ID and time tell no time', { ...RUN, id: ESCAPE, start_time: ESCAPE }, true],
  ['a run whose ID is of the year 10895', { ...RUN, id: 'ffffffff-ffff-7000-8000-000000000000', start_time: null }, true],
  ['a run with escape sequences everywhere', { ...RUN, command: ESCAPE, outcome: ESCAPE, exit_status: ESCAPE, duration_ms: ESCAPE }, true],
  ['a run with objects everywhere', { ...RUN, command: {}, outcome: [], exit_status: {}, duration_ms: {} }, true],
  ['an observation with escape sequences', { ...RUN, type: 'image_build', name: ESCAPE, image_name: ESCAPE, update_status: ESCAPE }, true],
  ['no JSON', `{"type":"run",${ESCAPE}`, false],
  ['no object', '[]', false],
  ['half a line at the end', '{"type":"ru', false],
]

const SPAN_LINES: readonly [name: string, line: object | string, isShown: boolean][] = [
  ['a depth that is none', { ...SPANS, spans: [{ ...SPAN, depth: -1 }] }, false],
  ['a start that is none', { ...SPANS, spans: [{ ...SPAN, start: 'x' }] }, false],
  ['an outcome that every object has', { ...SPANS, spans: [{ ...SPAN, outcome: 'constructor' }] }, false],
  ['no spans', { ...SPANS, spans: undefined }, false],
  ['a time with a comment', { ...SPANS, at: `2026-11-01 (${ESCAPE})` }, true],
  [
    'names that are escape sequences',
    { ...SPANS, run_id: ESCAPE, command: ESCAPE, spans: [{ ...SPAN, target: ESCAPE, id: ESCAPE }] },
    true,
  ],
]

let at: Scratch
let folder = ''
beforeAll(async () => {
  at = scratch()
  await at.tool(['consent', 'local'])
  await at.make(['build'])
  folder = path.join(at.home, '.local/state/send-metrics', fs.readdirSync(path.join(at.home, '.local/state/send-metrics'))[0] ?? '')
})

/** The only line of its file; the run of before is in another. */
function write(series: string, line: object | string): string {
  for (const name of filesUnder(folder)) if (/^(?:attempts|spans)-|-2020/u.test(name)) fs.rmSync(path.join(folder, name))
  const file = path.join(folder, `${series}-2020-01.jsonl`)
  fs.writeFileSync(file, `${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
  return file
}

const hasControls = (text: string) => /[\p{Cc}\p{Cf}]/u.test(text.replaceAll('\n', ''))

describe.each(['log', 'log --json', 'stats --since all', 'export prometheus'])('%s', (words) => {
  test.each(LINES)('%s', async (_name, line, isShown) => {
    const file = write('runs', line)
    const { code, stdout, stderr } = await at.tool(words.split(' '))
    expect([code, hasControls(stdout), hasControls(stderr)]).toEqual([0, false, false])
    expect(stderr).not.toContain('    at ')
    if (words.startsWith('log')) expect(stdout.trim().split('\n')).toHaveLength(isShown ? 2 : 1)
    if (words.startsWith('log')) expect(stderr).toEqual(isShown ? '' : expect.stringMatching(/^send-metrics: passed over 1 line of .*\n$/u))
    if (!isShown && words.startsWith('log')) expect(stderr).toContain(file)
    if (words === 'log --json') for (const text of stdout.trim().split('\n')) expect(() => JSON.parse(text)).not.toThrow()
  })
})

describe.each(['trace', 'trace --json', 'trace --chrome'])('%s', (words) => {
  test.each(SPAN_LINES)('%s', async (_name, line, isShown) => {
    const file = write('spans', line)
    fs.writeFileSync(file, `${JSON.stringify({ ...SPANS, at: '2019-01-01T00:00:00Z' })}\n`, { flag: 'a' })
    const { code, stdout, stderr } = await at.tool(words.split(' '))
    expect([code, hasControls(stdout), hasControls(stderr)]).toEqual([0, false, false])
    expect(stderr).toEqual(isShown ? '' : expect.stringContaining(`passed over 1 line of ${file} (has no sound "`))
    if (words !== 'trace') expect(() => JSON.parse(stdout)).not.toThrow()
  })
})

test('doctor names the lines that are passed over', async () => {
  const file = write('runs', '{"type":"ru')
  const { stdout } = await at.tool(['doctor'])
  expect(stdout).toContain(`files:         1 line of ${file} is passed over: the first is not JSON`)
})
