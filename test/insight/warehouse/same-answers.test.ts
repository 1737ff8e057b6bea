import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Run, Summary, SummaryOptions, TargetSummary } from '../../../src/insight/model.ts'
import { filesSource } from '../../../src/insight/sources.ts'
import { summarize } from '../../../src/insight/summarize.ts'
import { summarizeWarehouse } from '../../../src/insight/warehouse/summarize-warehouse.ts'
import { hasPostgres, type Postgres, postgres } from '../../support/postgres.ts'
import { END, syntheticTeam } from '../../support/synthetic-team.ts'
import { testdir } from '../../support/testdir.ts'
import { exportedLine, ledgerLine, makeTable, plainLine, rowOf, type TableWish } from '../../support/warehouse.ts'
import { testWorld } from '../../support/world.ts'

const IS_THERE = hasPostgres()
const OPTIONS: SummaryOptions = { now: END, end: 'last-run', sampleSize: 20 }

let server: Postgres
beforeAll(async () => {
  if (IS_THERE) server = await postgres()
})
afterAll(() => server?.stop())

/** With a target that gets slower, one that is flaky, a slow machine, a wrong clock, runs inside others, and events that came twice. */
const NEW = { os: 'linux', arch: 'amd64', cpus: 2, memoryGb: undefined }
const TEAM = withExtras([
  ...syntheticTeam({
    seed: 9,
    people: 12,
    drifts: { build: 1.8 },
    slowMachines: { 3: 2.2 },
    flaky: ['test'],
    wrongClocks: { 5: 30 * 86_400_000 },
  }),
])

function withExtras(runs: Run[]): Run[] {
  const named = runs.map((run, at) => (at % 10 === 0 ? { ...run, runId: `run-${at}` } : run))
  const inside = named.map((run, at) =>
    at % 10 === 1 ? { ...run, parentRunId: at % 20 === 1 ? `run-${at - 1}` : 'of a CI service' } : run,
  )
  // One has got another machine for the last weeks.
  const moved = inside.map((run) =>
    run.person === runs[0]?.person && run.startedAt > END - 20 * 86_400_000 ? { ...run, machine: NEW } : run,
  )
  return [...moved, ...moved.slice(0, 25)]
}

async function fromWarehouse(wish: TableWish, options: SummaryOptions = OPTIONS, mostRows?: number): Promise<Summary> {
  const uri = `postgres:///postgres?host=${server.folder}&user=postgres`
  const { schema, table = 'shop_command_run' } = wish
  return summarizeWarehouse(
    testWorld(),
    { uri, schema, table, event: undefined, limitSeconds: 60, ...(mostRows === undefined ? {} : { mostRows }) },
    options,
  )
}

async function fromFile(lines: readonly string[], pack: (text: string) => string | Buffer = (text) => text): Promise<Summary> {
  const folder = testdir()
  const file = path.join(folder, 'runs')
  fs.writeFileSync(file, pack(`${lines.join('\n')}\n`))
  return filesSource([file]).summarize(OPTIONS)
}

describe('the same runs give the same summary', () => {
  let expected: Summary
  beforeAll(async () => {
    expected = await summarize(TEAM, OPTIONS)
  })

  test('which finds what is planted', () => {
    expect(expected.targets.filter(({ trend }) => trend?.significant).map(({ target }) => target)).toEqual(['build'])
    expect(expected.targets.filter(({ flaky }) => flaky).map(({ target }) => target)).toEqual(['test'])
    expect(expected.machines.filter(({ outlier }) => outlier)).toHaveLength(1)
    expect(expected.leftOut.duplicates).toBe(25)
    expect(expected.leftOut.wrongClock).toBeGreaterThan(50)
  })

  test('from a file that the file destination wrote', async () => expect(await fromFile(TEAM.map(plainLine))).toEqual(expected))

  test('from an export of Segment, packed', async () => expect(await fromFile(TEAM.map(exportedLine), zlib.gzipSync)).toEqual(expected))

  test('from a file in which both forms are mixed', async () =>
    expect(await fromFile(TEAM.map((run, at) => (at % 3 === 0 ? plainLine(run) : exportedLine(run))))).toEqual(expected))

  test('from a table that was written out as JSON lines, with null for what is missing', async () =>
    expect(
      await fromFile(TEAM.map((run) => JSON.stringify({ parent_run_id: null, ci_provider: null, ...rowOf(run), is_test: null }))),
    ).toEqual(expected))

  test("from one machine's record, for one person", async () => {
    const own = TEAM.filter(({ person }) => person === TEAM[0]?.person)
    const { machines: _none, ...summary } = await fromFile(own.map(ledgerLine))
    expect({ ...summary, machines: [] }).toEqual(await summarize(own, OPTIONS))
  })

  test('from the rows of a warehouse', async () => {
    if (!IS_THERE) return
    await makeTable(server, TEAM.map(rowOf))
    expect(await fromWarehouse({})).toEqual(expected)
  })

  test('from a warehouse that counts, within the width of a bucket', async () => {
    if (!IS_THERE) return
    expectAlike(await fromWarehouse({}, OPTIONS, 0), expected)
  })

  test.each([
    ['a part of the time', { ...OPTIONS, periodMs: 30 * 86_400_000 }],
    ['the time from a day on', { ...OPTIONS, from: OPTIONS.now - 30 * 86_400_000, periodMs: undefined }],
    ['some targets', { ...OPTIONS, targets: ['build', 'lint'] }],
    ['no target that there is', { ...OPTIONS, targets: ['gone'] }],
    ['you', { ...OPTIONS, you: TEAM[0]?.person }],
    ['nothing that fewer than 12 people did', { ...OPTIONS, leastPeople: 12 }],
  ])('from a warehouse that counts, for %s', async (_name, options) => {
    if (!IS_THERE) return
    const alike = await summarize(TEAM, options)
    expect(await fromWarehouse({}, options)).toEqual(alike)
    expectAlike(await fromWarehouse({}, options, 0), alike)
  })
})

/** Whatever is counted is the same; whatever is measured is off by a bucket's width at most. */
function expectAlike(summary: Summary, expected: Summary): void {
  expect({ ...summary, targets: [], machines: [], lost: undefined }).toEqual({ ...expected, targets: [], machines: [], lost: undefined })
  expect(summary.lost.failedMs).toBe(expected.lost.failedMs)
  expect(near(summary.lost.slowerMs, expected.lost.slowerMs, 0.1)).toBe(true)
  expect(summary.targets.map(counts)).toEqual(expected.targets.map(counts))
  for (const [at, target] of summary.targets.entries()) expectNear(target, expected.targets[at] as TargetSummary)
  const outliers = ({ machines }: Summary) => machines.filter(({ outlier }) => outlier).map(({ code }) => code)
  expect(outliers(summary)).toEqual(outliers(expected))
  for (const machine of summary.machines) {
    const other = expected.machines.find(({ code }) => code === machine.code)
    expect([machine.you, machine.machine, machine.runs]).toEqual([other?.you, other?.machine, other?.runs])
    expect(machine.cells.map(({ target, passed }) => [target, passed])).toEqual(other?.cells.map(({ target, passed }) => [target, passed]))
    expect(
      machine.cells.filter(
        ({ ratio, z }, cell) => !near(ratio, other?.cells[cell]?.ratio, 0.05) || Math.abs(z - (other?.cells[cell]?.z ?? 9)) > 0.4,
      ),
    ).toEqual([])
  }
}

function counts({
  target,
  runs,
  passed,
  failed,
  interrupted,
  people,
  spentMs,
  failure,
  mixed,
  flaky,
  weeks,
  trend,
  sample,
}: TargetSummary) {
  const shown = weeks.map(({ from, passed: count, middle }) => [from, count, middle !== undefined])
  return {
    target,
    runs,
    passed,
    failed,
    interrupted,
    people,
    spentMs,
    failure,
    mixed,
    flaky,
    shown,
    spans: trend?.weeks,
    isSignificant: trend?.significant,
    sample: sample.length,
  }
}

function expectNear(target: TargetSummary, expected: TargetSummary): void {
  const values = ({ quantiles, weeks }: TargetSummary) => [
    ...Object.values(quantiles ?? {}),
    ...weeks.flatMap(({ middle }) => Object.values(middle ?? {})),
  ]
  const wanted = values(expected)
  expect(values(target).filter((value, at) => !near(value, wanted[at], 0.021))).toEqual([])
  expect(Math.abs((target.trend?.z ?? 0) - (expected.trend?.z ?? 0))).toBeLessThan(0.3)
  expect(Math.abs((target.trend?.percent ?? 0) - (expected.trend?.percent ?? 0))).toBeLessThan(3)
}

const near = (one: number, other: number | undefined, share: number) =>
  other !== undefined && Math.abs(one - other) <= Math.max(1, Math.abs(other)) * share

describe('a table that is not as Segment makes it', () => {
  const runs = [...syntheticTeam({ seed: 4, people: 4, weeks: 4 })]

  test.each([
    [
      'has its times and numbers as text',
      {
        start_time: 'text',
        timestamp: 'text',
        original_timestamp: 'text',
        received_at: 'text',
        git_commit_time: 'text',
        duration_ms: 'text',
        cpu_count: 'text',
        memory_gb: 'text',
        git_dirty: 'text',
      },
      [],
    ],
    ['has times without a zone', { timestamp: 'timestamp', start_time: 'timestamp' }, []],
    ['has broken numbers', { duration_ms: 'numeric', cpu_count: 'double precision' }, []],
    ['has no time of its own', {}, ['timestamp', 'original_timestamp', 'received_at']],
  ])('and %s is read all the same', async (name, types, without) => {
    if (!IS_THERE) return
    const wish = { table: `odd ${name}`, types, without }
    await makeTable(server, runs.map(rowOf), wish)
    const expected = await summarize(runs, OPTIONS)
    expect(await fromWarehouse(wish)).toEqual(expected)
    expectAlike(await fromWarehouse(wish, OPTIONS, 0), expected)
  })

  test.each(['timestamptz', 'text'])('and has times of commits to the second, from before there were pseudonyms, as %s', async (type) => {
    if (!IS_THERE) return
    const numbers = [...new Set(runs.map(({ commit }) => commit))]
    const timeOf = ({ commit }: Run) => commit && new Date(1_700_000_007_000 + numbers.indexOf(commit) * 7_200_000).toISOString()
    const old = runs.map((run) => {
      const { git_commit_pseudonym: _none, ...row } = rowOf(run)
      return { ...row, ...(run.commit && { git_commit_time: timeOf(run) }) }
    })
    const wish = { table: `old ${type}`, types: { git_commit_time: type } }
    await makeTable(server, old, wish)
    const expected = await summarize(runs, OPTIONS)
    expect(await fromWarehouse(wish)).toEqual(expected)
    expectAlike(await fromWarehouse(wish, OPTIONS, 0), expected)
  })

  test.each(['timestamptz', 'text', 'date'])('and has days of commits alone, as %s: nothing is flaky by them', async (type) => {
    if (!IS_THERE) return
    const wish = { table: `days ${type}`, types: { git_commit_time: type }, without: ['git_commit_pseudonym'] }
    await makeTable(server, runs.map(rowOf), wish)
    const expected = await summarize(
      runs.map((run) => ({ ...run, commit: undefined })),
      OPTIONS,
    )
    expect(await fromWarehouse(wish)).toEqual(expected)
    expectAlike(await fromWarehouse(wish, OPTIONS, 0), expected)
  })

  test('and lacks whatever can be missing is read all the same', async () => {
    if (!IS_THERE) return
    const needed = ['timestamp', 'command', 'duration_ms', 'outcome']
    const without = Object.keys(rowOf(runs[0] as Run)).filter((name) => !needed.includes(name))
    await makeTable(server, runs.map(rowOf), { table: 'bare', without })
    const bare = runs.map((run) => ({ ...run, id: undefined, person: undefined, machine: undefined, commit: undefined }))
    const expected = await summarize(bare, OPTIONS)
    expect(await fromWarehouse({ table: 'bare' })).toEqual(expected)
    expectAlike(await fromWarehouse({ table: 'bare' }, OPTIONS, 0), expected)
  })

  test('and has the end of all time in it is read all the same', async () => {
    if (!IS_THERE) return
    const rows = [...runs.map(rowOf), { ...rowOf(runs[0] as Run), id: 'endless', timestamp: 'infinity' }]
    await makeTable(server, rows, { table: 'endless' })
    const { leftOut, ...expected } = await summarize(runs, OPTIONS)
    for (const mostRows of [undefined, 0]) {
      const { leftOut: own, ...summary } = await fromWarehouse({ table: 'endless' }, { ...OPTIONS, sampleSize: 0 }, mostRows)
      expect(summary.runs).toEqual(expected.runs)
      expect(own.unreadable + own.wrongClock).toBe(1)
    }
    expect(leftOut.unreadable).toBe(0)
  })

  test('rows that are no runs are counted and do no harm', async () => {
    if (!IS_THERE) return
    const [run] = runs.map(rowOf)
    const odd = [
      { command: null },
      { is_test: 'send-test' },
      { timestamp: '2026-02-30T00:00:00Z' },
      { timestamp: 'yesterday' },
      { timestamp: 'infinity' },
      { timestamp: '9999-99-99T99:99:99Z' },
      { duration_ms: '-5' },
      { duration_ms: 'NaN' },
      { duration_ms: '1e400' },
      { outcome: 'unknown' },
      { command: '' },
      { timestamp: '0001-01-01T00:00:00Z' },
    ].map((other, at) => ({ ...run, id: `odd ${at}`, ...other }))
    const types = { timestamp: 'text', duration_ms: 'text', start_time: 'text', original_timestamp: 'text', received_at: 'text' }
    const wish = { table: 'odd rows', types }
    await makeTable(server, [...runs.map(rowOf), ...odd], wish)
    for (const mostRows of [undefined, 0]) {
      const { leftOut, runs: counted } = await fromWarehouse(wish, OPTIONS, mostRows)
      expect({ ...leftOut, runs: counted + leftOut.outside }).toEqual({
        tests: 1,
        unreadable: 9,
        duplicates: 0,
        wrongClock: 0,
        outside: expect.any(Number),
        runs: runs.length + 1,
      })
    }
  })
})

describe('a file', () => {
  const runs = [...syntheticTeam({ seed: 4, people: 3, weeks: 2 })]

  test('may have been rotated, the older part packed', async () => {
    const folder = testdir()
    const [newer, older] = ['metrics.jsonl', 'metrics.jsonl.1.gz'].map((name) => path.join(folder, name)) as [string, string]
    const text = (some: Run[]) => `${some.map(plainLine).join('\n')}\n`
    fs.writeFileSync(newer, text(runs.slice(50)))
    // Two members, as `cat a.gz b.gz` leaves them.
    fs.writeFileSync(older, Buffer.concat([zlib.gzipSync(text(runs.slice(0, 20))), zlib.gzipSync(text(runs.slice(20, 60)))]))
    const { leftOut, ...summary } = await filesSource([older, newer]).summarize(OPTIONS)
    expect({ ...summary, leftOut: { ...leftOut, duplicates: 0 } }).toEqual(await summarize(runs, OPTIONS))
    expect(leftOut.duplicates).toBe(10)
  })

  test('has lines that are no runs left out, and damaged ones counted', async () => {
    const others = [
      JSON.stringify({ type: 'identify', anonymousId: 'a', messageId: 'm', traits: {} }),
      JSON.stringify({ type: 'track', event: 'shop.consent.change', properties: { choice: 'accept' } }),
      JSON.stringify({ type: 'attempt', destination: 'segment' }),
    ]
    const damaged = ['{"command":"build","dura', 'not JSON', '[1,2]', '\u0000\u0001']
    const { leftOut, runs: counted } = await fromFile([...runs.map(plainLine), ...others, ...damaged])
    expect([leftOut.unreadable, counted]).toEqual([damaged.length, runs.length])
  })

  test('that ends in the middle of what is packed is named', async () => {
    const folder = testdir()
    const file = path.join(folder, 'cut.gz')
    const whole = zlib.gzipSync(runs.map(plainLine).join('\n'))
    fs.writeFileSync(file, whole.subarray(0, whole.length / 2))
    await expect(filesSource([file]).summarize(OPTIONS)).rejects.toThrow(/cut\.gz.*unexpected end of file/u)
  })
})
