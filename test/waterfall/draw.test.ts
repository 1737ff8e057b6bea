import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Bar } from '../../src/waterfall/bars.ts'
import { drawWaterfall, type Waterfall } from '../../src/waterfall/draw.ts'

const AT = '2026-11-21T09:35:59.783Z'
const START = Date.parse(AT)
const bar = (name: string, from: number, duration_ms: number, outcome = 'success', depth = 0): Bar => ({
  name,
  start: START + from,
  duration_ms,
  outcome,
  depth,
  id: '0123456789abcdef',
})
const run = (bars: readonly Bar[], more: Partial<Waterfall> = {}): Waterfall => ({
  command: 'build',
  run_id: '00f067aa0ba902b7',
  at: AT,
  duration_ms: 1000,
  outcome: 'failure',
  bars,
  leftOut: 0,
  ...more,
})
const BARS = [
  bar('compile', 0, 250),
  bar('build/with/a/very/long/path/to/something/main.o', 125, 500),
  bar('sub', 250, 1, 'success', 1),
  bar('test', 625, 375, 'failure'),
  bar('serve', 900, 100, 'interrupted'),
]
const PLAIN = { tool: 'send-metrics', columns: 80, colour: false, unicode: false }

describe('a waterfall', () => {
  test('in blocks', () => {
    expect(drawWaterfall(run(BARS), { ...PLAIN, unicode: true })).toBe(`build: 1.0 s, failure, 2026-11-21 09:35:59 UTC, run 00f067aa0ba902b7

                                                0                          1.0 s
  compile                                250 ms ████████
  build/with/a/very/…/something/main.o   500 ms     ████████████████
   sub                                     1 ms         ▏
✗ test                                   375 ms                     ████████████
! serve                                  100 ms                             ▕███

✗ failure, ! interrupted
`)
  })

  test('in plain characters', () => {
    expect(drawWaterfall(run(BARS.slice(2, 4)), { ...PLAIN, columns: 40 })).toBe(`build: 1.0 s, failure,
2026-11-21 09:35:59 UTC,
run 00f067aa0ba902b7

                  0                1.0 s
   sub       1 ms       #
x test     375 ms               ########

x failure
`)
  })

  test.each<[string, number, string[]]>([
    ['', 78, ['the default goal: 1.0 s, failure, 2026-11-21 09:35:59 UTC,', 'run 00f067aa0ba902b7']],
    ['', 79, ['the default goal: 1.0 s, failure, 2026-11-21 09:35:59 UTC, run 00f067aa0ba902b7']],
    ['build', 60, ['build: 1.0 s, failure, 2026-11-21 09:35:59 UTC,', 'run 00f067aa0ba902b7']],
    ['a+b', 40, ['a+b: 1.0 s, failure,', '2026-11-21 09:35:59 UTC,', 'run 00f067aa0ba902b7']],
    [
      'deploy-'.repeat(9),
      60,
      ['deploy-deploy-deploy-~deploy-deploy-deploy-: 1.0 s, failure,', '2026-11-21 09:35:59 UTC, run 00f067aa0ba902b7'],
    ],
  ])('the title of a run of %j in %i columns', (command, columns, title) => {
    expect(
      drawWaterfall(run([], { command }), { ...PLAIN, columns })
        .split('\n\n')[0]
        ?.split('\n'),
    ).toEqual(title)
  })

  test('in colour: red for what failed, beside its sign', () => {
    const drawn = drawWaterfall(run([bar('test', 0, 1000, 'failure')]), { ...PLAIN, columns: 40, colour: true })
    expect(drawn).toContain(`x test      1.0 s \u001b[31m######################\u001b[0m\n`)
  })

  test('what does not fit is the shortest, and is told', () => {
    const many = Array.from({ length: 30 }, (_bar, at) => bar(`t${at}`, at, 100 - at))
    const drawn = drawWaterfall(run(many, { leftOut: 7 }), PLAIN)
    expect(drawn.match(/^ {2}t\d+/gmu)).toEqual(Array.from({ length: 18 }, (_row, at) => `  t${at}`))
    expect(drawn).toContain(
      '\n12 more are not shown: 82 ms or less each; send-metrics trace --json has all\n7 shorter ones were not recorded\n',
    )
    expect(drawn.split('\n')).toHaveLength(3 + 18 + 3 + 1)
  })

  test.each([
    [0.4, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [59_949, '59.9 s'],
    [59_951, '1 m 00 s'],
    [187_000, '3 m 07 s'],
    [3_725_000, '1 h 02 m'],
  ])('%i ms is written %s', (ms, words) => {
    expect(drawWaterfall(run([], { duration_ms: ms }), PLAIN)).toContain(`build: ${words}, failure`)
  })

  test('a name that holds control characters cannot act on the terminal', () => {
    expect(drawWaterfall(run([bar('abcdefgh\u001b[31m', 0, 5)]), PLAIN)).toContain('abcdefgh\\u001b[31m')
  })

  test('property: no line is wider than the terminal, and each bar shows', () => {
    const bars = fc.array(
      fc
        .tuple(
          fc.string({ unit: fc.constantFrom('a', 'b', '/', '-') }),
          fc.nat(2000),
          fc.nat(2000),
          fc.constantFrom('success', 'failure'),
          fc.nat(6),
        )
        .map(([name, from, ms, outcome, depth]) => bar(`n${name}`, from, ms, outcome, depth)),
      { minLength: 1, maxLength: 18 },
    )
    fc.assert(
      fc.property(bars, fc.integer({ min: 40, max: 200 }), fc.boolean(), (list, columns, unicode) => {
        const drawn = drawWaterfall(run(list), { tool: 'send-metrics', columns, colour: false, unicode })
        for (const line of drawn.split('\n')) expect([...line].length).toBeLessThanOrEqual(columns)
        const lines = drawn.slice(drawn.indexOf('\n\n') + 2).split('\n')
        for (const line of lines.slice(1, 1 + list.length)) expect(line).toMatch(/ (?:ms|s) +[#▏▎▍▌▋▊▉█▐▕]/u)
      }),
    )
  })
})
