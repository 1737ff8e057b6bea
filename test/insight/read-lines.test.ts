import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Run } from '../../src/insight/model.ts'
import { RunLines } from '../../src/insight/read-lines.ts'
import { runOf } from '../../src/insight/run-of.ts'

const LINE = {
  type: 'run',
  id: '0193',
  command: 'build',
  start_time: '2026-11-21T09:35:59.783Z',
  duration_ms: 4210,
  outcome: 'success',
  is_test: 'no',
}

/** What comes of some bytes, in pieces of this size. */
function read(text: string, piece = 1 << 20) {
  const lines = new RunLines()
  const bytes = Buffer.from(text)
  const runs: Run[] = []
  for (let at = 0; at < bytes.length; at += piece) runs.push(...lines.piece(bytes.subarray(at, at + piece)))
  runs.push(...lines.end())
  return { runs, ...lines.skipped }
}

/** Lines of which the second and later ones are read by the fast way. */
const thrice = (line: object) => `${JSON.stringify(line)}\n`.repeat(3)

describe('a line of runs', () => {
  test('of the ledger', () => {
    const run = {
      id: '0193',
      target: 'build',
      startedAt: Date.parse(LINE.start_time),
      durationMs: 4210,
      outcome: 'success',
      person: undefined,
      machine: undefined,
      commit: undefined,
      runId: undefined,
      parentRunId: undefined,
    }
    expect(read(thrice(LINE)).runs).toEqual([run, run, run])
  })

  test('of the file destination, and of a Segment export, whose time is right where the clock was wrong', () => {
    const { type: _type, id, ...fields } = LINE
    const around = { messageId: id, anonymousId: 'me', event: 'demo.command.run', timestamp: '2026-11-21T10:00:00.000Z' }
    const flat = read(thrice({ ...around, ...fields })).runs
    const nested = read(thrice({ ...around, type: 'track', context: { library: { name: 'x' } }, properties: fields })).runs
    expect(flat).toEqual(nested)
    expect(flat[1]).toMatchObject({ id: '0193', person: 'me', startedAt: Date.parse('2026-11-21T10:00:00Z') })
  })

  test.each<[string, object, object]>([
    ['a commit', { git_commit_pseudonym: 'P', git_commit_time: '2026-11-20T00:00:00Z', git_dirty: false }, { commit: 'P' }],
    ['a commit, from before it had a pseudonym', { git_commit_time: '2026-11-20T16:02:11Z' }, { commit: '2026-11-20T16:02:11Z' }],
    [
      'a commit, on the machine itself',
      { git_commit_time: '2026-11-20T00:00:00Z', commit_time_here: 'T', git_commit_pseudonym: 'P' },
      { commit: 'T' },
    ],
    ['a day, on which there are many commits', { git_commit_time: '2026-11-20T00:00:00Z' }, { commit: undefined }],
    ['a day as a warehouse writes it', { git_commit_time: '2026-11-20 00:00:00+00' }, { commit: undefined }],
    ['changed files, under which a commit says nothing', { git_commit_time: 'T', git_dirty: true }, { commit: undefined }],
    ['a run it is part of', { run_id: 'a', parent_run_id: 'b' }, { runId: 'a', parentRunId: 'b' }],
    ['null where nothing is', { parent_run_id: null, git_commit_time: null }, { parentRunId: undefined, commit: undefined }],
    ['a machine', { os_type: 'linux', cpu_count: 8 }, { machine: { os: 'linux', arch: undefined, cpus: 8, memoryGb: undefined } }],
    ['a name with all that JSON escapes', { command: 'a"b\\c\u2028\u0001' }, { target: 'a"b\\c\u2028\u0001' }],
    ['a name with one escape', { command: 'a\tb' }, { target: 'a\tb' }],
    ['a backslash at its end', { command: 'a\\' }, { target: 'a\\' }],
    ['a name beyond ASCII', { command: 'bäu 日本 😀' }, { target: 'bäu 日本 😀' }],
    ['a time as a database has it', { start_time: '2026-11-21 09:35:59.783+01' }, { startedAt: Date.parse('2026-11-21T08:35:59.783Z') }],
    ['fractions of a millisecond', { duration_ms: 1.5 }, { durationMs: 1.5 }],
  ])('with %s', (_name, more, expected) => {
    const { runs } = read(thrice({ ...LINE, ...more }))
    expect(runs).toHaveLength(3)
    for (const run of runs) expect(run).toMatchObject(expected)
  })

  test.each<[string, string, object]>([
    ['a test', JSON.stringify({ ...LINE, is_test: 'e2e' }), { tests: 1, unreadable: 0 }],
    ['an answer to the question', '{"type":"consent","id":"1","choice":"accept"}', { tests: 0, unreadable: 0 }],
    ['a try to deliver', '{"type":"attempt","at":"","events":["a"]}', { tests: 0, unreadable: 0 }],
    ['a line cut short', JSON.stringify(LINE).slice(0, 50), { unreadable: 1 }],
    ['bytes of something else', '\u0000\u0001\u0002', { unreadable: 1 }],
    ['a list', '[1]', { unreadable: 1 }],
    ['a negative duration', JSON.stringify({ ...LINE, duration_ms: -1 }), { unreadable: 1 }],
    ['no time', JSON.stringify({ ...LINE, start_time: 'yesterday' }), { unreadable: 1 }],
    ['an unknown outcome', JSON.stringify({ ...LINE, outcome: 'maybe' }), { unreadable: 1 }],
    ['a target that is none', JSON.stringify({ ...LINE, command: 5 }), { unreadable: 1 }],
    ['two million letters', `"${'x'.repeat(2_000_000)}"`, { unreadable: 1 }],
    ['nothing', '', { tests: 0, unreadable: 0 }],
  ])('does not count: %s', (_name, line, expected) => {
    const { runs, ...skipped } = read(`${thrice(LINE)}${line}\n${JSON.stringify(LINE)}`, 4_096)
    expect(runs).toHaveLength(4)
    expect(skipped).toMatchObject(expected)
  })
})

test('a line that several pieces make up is whole', () => {
  for (const piece of [1, 7, 60, 200])
    expect(read(thrice(LINE), piece).runs.map(({ target }) => target)).toEqual(['build', 'build', 'build'])
})

const text = fc.oneof(
  fc.constantFrom('no', 'success', 'failure', 'build', '2026-11-21T09:35:59Z', ''),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const value = fc.oneof(
  text,
  fc.integer({ min: -5, max: 5_000 }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const FIELDS = [
  'id',
  'messageId',
  'command',
  'timestamp',
  'start_time',
  'duration_ms',
  'outcome',
  'anonymousId',
  'git_commit_time',
  'git_commit_pseudonym',
  'commit_time_here',
  'git_dirty',
]
const MORE = ['is_test', 'run_id', 'parent_run_id', 'os_type', 'cpu_count', 'other', 'a"b']
const event = fc
  .record(Object.fromEntries([...FIELDS, ...MORE].map((key) => [key, value])), { requiredKeys: [] })
  .map((fields) => ({ ...LINE, ...fields }))

test('property: the fast way reads what JSON.parse would, wherever the pieces end', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 200 }), (events, piece) => {
      const whole = [...events, ...events]
      const { runs } = read(whole.map((one) => `${JSON.stringify(one)}\n`).join(''), piece)
      const expected = whole.map((one) => runOf(JSON.parse(JSON.stringify(one)))).filter((run) => typeof run === 'object')
      expect(runs).toEqual(expected)
    }),
    { numRuns: 300, examples: [[[{ ...LINE, run_id: '\u0080' }, LINE], 1]] },
  )
})
