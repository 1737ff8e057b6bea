import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type EventLine, Ledger } from '../../src/journal/ledger.ts'
import { message } from '../support/events.ts'
import { AWAIT_START, script, startLine, together } from '../support/processes.ts'
import { testdir } from '../support/testdir.ts'

const NOV = new Date('2026-11-21T12:00:00Z')
const ATTEMPT = {
  at: '2026-12-01T00:00:00.000Z',
  destination: 'segment-1',
  status: 200,
  result: 'delivered',
  reason: 'ok',
  events: ['a'],
} as const

function scratch(files: Record<string, string> = {}) {
  const folder = path.join(testdir(files), 'state')
  return { folder, ledger: new Ledger(folder), read: (name: string) => fs.readFileSync(path.join(folder, name), 'utf8') }
}

describe('what is written', () => {
  test('one line a run and one an attempt, in the month of each, readable by nobody else', () => {
    const { folder, ledger, read } = scratch()
    ledger.addEvent('run', 'a', NOV, { command: 'build' })
    ledger.addEvent('consent', 'b', NOV, { choice: 'accept' })
    ledger.addAttempt(ATTEMPT)
    expect(fs.readdirSync(folder).sort()).toEqual(['attempts-2026-12.jsonl', 'runs-2026-11.jsonl'])
    expect(read('runs-2026-11.jsonl')).toBe('{"type":"run","id":"a","command":"build"}\n{"type":"consent","id":"b","choice":"accept"}\n')
    expect(JSON.parse(read('attempts-2026-12.jsonl'))).toEqual({ type: 'attempt', ...ATTEMPT })
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of fs.readdirSync(folder)) expect(fs.statSync(path.join(folder, name)).mode & 0o777).toBe(0o600)
  })

  test('targets that ran inside have a file of their own, which those who read runs do not see, and which goes with its month', () => {
    const { folder, ledger } = scratch()
    const spans = { id: 'a', run_id: '00f067aa0ba902b7', command: 'build', duration_ms: 5, outcome: 'success', left_out: 0, spans: [] }
    ledger.addEvent('run', 'a', NOV, {})
    ledger.addSpans(NOV, spans)
    expect(fs.readdirSync(folder).sort()).toEqual(['runs-2026-11.jsonl', 'spans-2026-11.jsonl'])
    expect([...ledger.lines()]).toEqual([{ type: 'run', id: 'a' }])
    expect([...ledger.lines(['spans'])]).toEqual([{ type: 'spans', at: NOV.toISOString(), ...spans }])
    ledger.forgetOlderThan(30, new Date('2027-02-15T00:00:00Z'))
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('a line stays one line whatever its texts hold', () => {
    const { ledger, read } = scratch()
    ledger.addEvent('run', 'a', NOV, { command: 'a\nb\u2028c\r' })
    expect(read('runs-2026-11.jsonl').split('\n')).toHaveLength(2)
    expect([...ledger.lines()]).toEqual([{ type: 'run', id: 'a', command: 'a\nb\u2028c\r' }])
  })

  test('a line that a full disk cut short is not glued to the next', () => {
    const { ledger, read } = scratch({ 'state/runs-2026-11.jsonl': '{"type":"run","id":"a"}\n{"type":"run","id":"b","comm' })
    ledger.addEvent('run', 'c', NOV, {})
    expect(read('runs-2026-11.jsonl')).toContain('"comm\n{"type":"run","id":"c"}\n')
    expect([...ledger.lines()].map((line) => 'id' in line && line.id)).toEqual(['a', 'c'])
  })

  test('a folder that was deleted is made again', () => {
    const { folder, ledger } = scratch()
    ledger.addEvent('run', 'a', NOV, {})
    fs.rmSync(folder, { recursive: true })
    ledger.addEvent('run', 'b', NOV, {})
    expect([...ledger.lines()]).toHaveLength(1)
  })

  test('where nothing can be written it throws, so that nothing is sent', () => {
    const { ledger } = scratch({ state: 'a file' })
    expect(() => ledger.addEvent('run', 'a', NOV, {})).toThrow(/ENOTDIR|EEXIST/u)
  })

  test.each(['/dev/null', '/', 'file'])('a link is an error, and nothing is written where it leads: %s', (target) => {
    const { folder, ledger } = scratch()
    fs.mkdirSync(folder)
    fs.symlinkSync(target, path.join(folder, 'runs-2026-11.jsonl'))
    expect(() => ledger.addEvent('run', 'a', NOV, {})).toThrow(/is a link, not a file/u)
  })
})

describe('what is read', () => {
  test('a torn last line, noise and lines of another kind are left out', () => {
    const { ledger } = scratch({ 'state/runs-2026-11.jsonl': 'null\n5\n[]\n{}\n\u0000\u0000\n\n{"type":"run","id":"a"}\n{"type":"ru' })
    expect([...ledger.lines()]).toEqual([{ type: 'run', id: 'a' }])
  })

  test('oldest month first, and only the series asked for', () => {
    const { ledger } = scratch()
    for (const at of ['2026-11-01', '2025-12-31', '2026-02-01']) ledger.addEvent('run', at, new Date(at), {})
    ledger.addAttempt(ATTEMPT)
    expect([...ledger.lines(['runs'])].map((line) => 'id' in line && line.id)).toEqual(['2025-12-31', '2026-02-01', '2026-11-01'])
    expect([...ledger.lines(['attempts'])]).toHaveLength(1)
    expect([...ledger.lines()]).toHaveLength(4)
  })

  test('no folder: nothing', () => {
    expect([...scratch().ledger.lines()]).toEqual([])
  })

  test('files of others are not looked at', () => {
    const { ledger } = scratch({ 'state/runs-2026-11.jsonl.bak': '{"type":"run","id":"x"}\n', 'state/notes.jsonl': '{"type":"run"}\n' })
    expect([...ledger.lines()]).toEqual([])
  })
})

describe('whether it has an event', () => {
  test.each([
    ['that ended at once', '2026-11-21T11:59:00Z'],
    ['that began in the month before', '2026-10-31T23:00:00Z'],
  ])('one %s, behind ledgers of a future that a clock invented', (_name, start) => {
    const { ledger } = scratch()
    const { id } = message({}, NOV.getTime())
    ledger.addEvent('run', id, new Date(start), {})
    for (const month of ['2027-01', '2031-05', '2031-06']) ledger.addEvent('run', 'later', new Date(`${month}-01`), {})
    expect([ledger.has(id), ledger.has(message({}, NOV.getTime()).id), ledger.has('later')]).toEqual([true, false, false])
  })
})

describe('how long it is kept', () => {
  test.each([
    [1, ['2026-11']],
    [21, ['2026-10', '2026-11']],
    [20, ['2026-11']],
    [365, ['2025-11', '2026-10', '2026-11']],
  ])('%i days back from 21 November', (days, kept) => {
    const { folder, ledger } = scratch({ 'state/notes.txt': '' })
    for (const month of ['2025-10', '2025-11', '2026-10', '2026-11']) {
      ledger.addEvent('run', month, new Date(`${month}-15`), {})
      ledger.addAttempt({ ...ATTEMPT, at: `${month}-15T00:00:00Z` })
    }
    ledger.forgetOlderThan(days, NOV)
    const names = kept.flatMap((month) => [`attempts-${month}.jsonl`, `runs-${month}.jsonl`])
    expect(fs.readdirSync(folder).sort()).toEqual([...names, 'notes.txt'].sort())
  })
})

test('four processes side by side never tear each other’s lines', async () => {
  const { folder, ledger } = scratch()
  const file = script(`
    import { type EventLine, Ledger } from './src/journal/ledger.ts'
    const [number, folder] = process.argv.slice(2)
    const ledger = new Ledger(folder)
    ${AWAIT_START}
    for (let n = 0; n < 250; n++) ledger.addEvent('run', number + '-' + n, new Date(0), { command: number.repeat(n * 20) })
  `)
  const ended = await together(4, file, [folder, startLine()])
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']))
  const lines = [...ledger.lines(['runs'])] as (EventLine & { command: string })[]
  expect(new Set(lines.map(({ id }) => id)).size).toBe(1_000)
  for (const { id, command } of lines) {
    const [number = '', n] = id.split('-')
    expect(command).toBe(number.repeat(Number(n) * 20))
  }
})
