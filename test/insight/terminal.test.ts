import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { Run } from '../../src/insight/model.ts'
import { summarize } from '../../src/insight/summarize.ts'
import { colours } from '../../src/insight/terminal/colours.ts'
import { printSummary } from '../../src/insight/terminal/print-summary.ts'
import { sparkline } from '../../src/insight/terminal/sparkline.ts'
import { change, percent, shortTime } from '../../src/insight/words.ts'
import { fitted, textWidth, wrapped } from '../../src/text-width.ts'
import { END, syntheticTeam } from '../support/synthetic-team.ts'
import { testWorld } from '../support/world.ts'

const HEADING = { title: 'Shop', where: 'in team.jsonl' }
const plain = colours(testWorld())
const painted = colours(testWorld({ env: { FORCE_COLOR: '1' } }))

const HOSTILE = [
  '\u001b]0;title\u0007\u001b[2J',
  '\u202Etxet',
  '<script>alert(1)</script>',
  'x'.repeat(10_000),
  '日本語のターゲット',
  '😀👩‍👩‍👧‍👧',
  'עברית',
  'a\u0301'.repeat(40),
]

const summaryOf = (names: readonly string[] = []) => {
  const runs = [...syntheticTeam({ seed: 1, people: 6, drifts: { test: 2, lint: 0.5 }, flaky: ['docs'], slowMachines: { 1: 3 } })]
  const hostile = names.flatMap((target) =>
    runs.filter((one) => one.target === 'test').map((one) => ({ ...one, id: `${target}${one.id}`, target })),
  )
  return summarize([...runs, ...hostile], { now: END, periodMs: 84 * 86_400_000 })
}

describe('the table', () => {
  test.each([20, 40, 60, 80, 120])('fits into %d columns, whatever the names are', async (width) => {
    const text = printSummary(await summaryOf(HOSTILE), HEADING, width, plain)
    const table = text.split('\n\n')[1]?.split('\n') ?? []
    expect(table).toHaveLength(1 + 7 + HOSTILE.length)
    for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width)
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u)
  })

  test('in 80 columns has everything, with what stands out in words', async () => {
    const text = printSummary(await summaryOf(), HEADING, 80, plain)
    expect(text).toMatch(/^target +runs +spent +p50 +p95 +failed +trend +lost +weeks$/mu)
    expect(text).toMatch(/^test got \d+% slower \(the last 4 weeks against the first 4\)\.$/mu)
    expect(text).toMatch(/^lint got \d+% faster/mu)
    expect(text).toMatch(/^docs is flaky: of \d+ commits/mu)
    expect(text).toMatch(/^u0\d \((?:linux|darwin), \d+ processors, \d+ GB\) takes [23]\.\d times as long/mu)
  })

  test('has no column of weeks where no week has enough runs', async () => {
    const run = { id: '1', target: 'build', startedAt: END - 1, durationMs: 5, outcome: 'success' } as Run
    expect(printSummary(await summarize([run], { now: END }), HEADING, 80, plain)).toMatch(/^target +runs +spent +p50 +p95 +failed$/mu)
  })

  test('is sorted by the time that a target took', async () => {
    const { targets } = await summaryOf()
    const spent = targets.map(({ spentMs }) => spentMs)
    expect(spent.toSorted((one, other) => other - one)).toEqual(spent)
    const rows = printSummary(await summaryOf(), HEADING, 80, plain)
      .split('\n\n')[1]
      ?.split('\n')
      .slice(1)
    expect(rows?.map((row) => row.split(' ')[0])).toEqual(targets.map(({ target }) => target))
  })

  const few = (target: string, durations: readonly number[], outcome: Run['outcome'] = 'success') =>
    durations.map((durationMs, at) => ({ id: `${target}${outcome}${at}`, target, startedAt: END - 1, durationMs, outcome }) as Run)

  test('of fewer than five runs has what there is, dimmed and marked', async () => {
    const runs = [
      ...few('build', [1_000, 3_000, 2_000]),
      ...few('build', [400], 'failure'),
      ...few('lint', [7_000], 'failure'),
      ...few('docs', [50], 'interrupted'),
      ...few('test', [100, 200, 300, 400, 500]),
    ]
    const summary = await summarize(runs, { now: END, periodMs: 7 * 86_400_000 })
    const text = printSummary(summary, HEADING, 80, plain)
    expect(text.split('\n\n')[1]?.split('\n')).toEqual([
      'target  runs  spent     p50     p95  failed    lost  weeks',
      'lint       1  7.0 s                   ~100%   7.0 s',
      'build      4  6.4 s  ~2.0 s  ~2.9 s    ~25%  400 ms',
      'test       5  1.5 s  300 ms  480 ms      0%          ▅',
      'docs       1  50 ms',
      '~ of fewer than 5 runs',
    ])
    const bright = printSummary(summary, HEADING, 80, painted)
    expect(bright).toContain('\u001b[2m~2.0 s\u001b[22m')
    expect(stripVTControlCharacters(bright).replaceAll(/ +$/gmu, '')).toBe(text)
  })

  test('says nothing of few runs where what few people did is not shown', async () => {
    const runs = few('build', [1_000, 3_000, 2_000]).map((run, at) => ({ ...run, person: `p${at}` }))
    const { targets } = await summarize(runs, { now: END, leastPeople: 3 })
    expect(targets).toMatchObject([{ target: 'build', early: undefined }])
  })

  test('is the same with colours, but for the colours', async () => {
    const summary = await summaryOf()
    const [bare, bright] = [plain, painted].map((paint) => printSummary(summary, HEADING, 80, paint))
    expect(bright).toContain('\u001b[31m')
    expect(stripVTControlCharacters(bright ?? '').replaceAll(/ +$/gmu, '')).toBe(bare)
  })
})

describe('colours', () => {
  const stdout = { isTTY: true, columns: 80, write: () => {} }
  test.each<[boolean, Record<string, string>]>([
    [true, {}],
    [false, { NO_COLOR: '1' }],
    [true, { NO_COLOR: '' }],
    [false, { TERM: 'dumb' }],
    [false, { FORCE_COLOR: '0' }],
  ])('%s at a terminal with %j', (are, env) => expect(colours({ env, stdout })('red', 'x') !== 'x').toBe(are))

  test('none in a pipe, unless they are asked for', () => {
    expect(plain('red', 'x')).toBe('x')
    expect(painted('red', 'x')).toBe('\u001b[31mx\u001b[39m')
  })
})

test.each<[readonly (number | undefined)[], string]>([
  [[100, 100, 100], '▅▅▅'],
  [[100, 101, 99], '▅▅▄'],
  [[100, undefined, 800], '▁ █'],
  [[undefined, undefined], '  '],
  [[], ''],
])('%j as bars: %s', (values, bars) => expect(sparkline(values)).toBe(bars))

test.each([
  [0, '0 ms'],
  [420.4, '420 ms'],
  [999.7, '1.0 s'],
  [9_949, '9.9 s'],
  [9_951, '10 s'],
  [59_499, '59 s'],
  [59_600, '1m 00s'],
  [125_000, '2m 05s'],
  [599_400, '9m 59s'],
  [660_000, '11 min'],
  [3_540_000, '59 min'],
  [3_570_000, '1.0 h'],
  [3_599_600, '1.0 h'],
  [12_240_000, '3.4 h'],
  [471_600_000, '131 h'],
  [4e10, '11,111 h'],
])('%d ms is %s', (ms, words) => expect(shortTime(ms)).toBe(words))

test('a word that is wider than a line goes on in the next one', () => {
  expect(wrapped('to 日本語のターゲット and on', 8)).toEqual(['to', '日本語の', 'ターゲッ', 'ト and', 'on'])
})

test('shares and changes', () => {
  expect([0, 0.001, 0.142, 1].map(percent)).toEqual(['0%', '<1%', '14%', '100%'])
  expect([28.6, -20.2, 0.3].map(change)).toEqual(['+29%', '-20%', '+0.3%'])
})

test.each([
  ['abc', 5, 'abc  '],
  ['abcdef', 4, 'abc…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日… '],
])('%s in %d columns: %j', (text, columns, shown) => {
  expect(fitted(text, columns)).toBe(shown)
  expect(textWidth(shown)).toBe(columns)
})
