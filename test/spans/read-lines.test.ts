import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readLines } from '../../src/spans/read-lines.ts'

const RUN = { startedAt: 1_000_000, durationMs: 5_000, outcome: 'success', uptimeOffset: 900_000 } as const
const FAILED = { ...RUN, outcome: 'failure' } as const
const STOPPED = { ...RUN, outcome: 'interrupted' } as const

const read = (lines: readonly string[], run: Parameters<typeof readLines>[1] = RUN) =>
  readLines(lines.join('\n'), run).spans.map(({ id, ...span }) => {
    expect(id).toMatch(/^[0-9a-f]{16}$/u)
    return span
  })

describe('notes of the tracer', () => {
  test('the lines of a target are one span, whatever ran in between', () => {
    const notes = [
      's 10 1 1 t1001.5 a',
      's 11 1 1 t1001.6 b b',
      'e 10 t1001.7 0',
      's 12 1 1 t1001.8 a',
      'e 12 t1002 0',
      'e 11 t1002.000001 0',
    ]
    expect(read(notes)).toEqual([
      { target: 'a', start: 1_001_500, duration_ms: 500, outcome: 'success', depth: 0 },
      { target: 'b b', start: 1_001_600, duration_ms: 400.001, outcome: 'success', depth: 0 },
    ])
  })

  test('the same name in another make is another span, one deeper', () => {
    const notes = ['s 10 1 2 t1001 a', 's 11 10 3 t1001.5 a', 'e 11 t1002 0', 'e 10 t1003 0']
    expect(read(notes).map(({ depth, duration_ms: ms }) => [depth, ms])).toEqual([
      [0, 2000],
      [1, 500],
    ])
  })

  test('a process number that is used again begins another line', () => {
    expect(read(['s 10 1 1 t1001 a', 'e 10 t1002 0', 's 10 1 1 t1003 b', 'e 10 t1004 0'])).toMatchObject([
      { target: 'a', duration_ms: 1000 },
      { target: 'b', duration_ms: 1000 },
    ])
  })

  test('uptime is cut to hundredths, so the middle of what was cut is taken', () => {
    expect(read(['s 10 1 1 u101.25 a', 'e 10 u101.50 0'])).toMatchObject([{ start: 1_001_255, duration_ms: 250 }])
  })

  test('nothing begins before the run, or ends before it began', () => {
    expect(read(['s 10 1 1 t900 a', 'e 10 t899 0'])).toMatchObject([{ start: 1_000_000, duration_ms: 0 }])
  })

  test('an end that is missing is the next line of the target, or the end of the run', () => {
    expect(read(['s 10 1 1 t1001 a', 's 11 1 1 t1002 a', 's 12 1 1 t1003 b', 'e 11 t1002.5 0'])).toMatchObject([
      { target: 'a', duration_ms: 1500 },
      { target: 'b', start: 1_003_000, duration_ms: 2000 },
    ])
  })

  test.each([
    [0, FAILED, 'success'],
    [1, FAILED, 'failure'],
    [1, RUN, 'success'],
    [130, STOPPED, 'interrupted'],
    [143, FAILED, 'failure'],
    [1, STOPPED, 'failure'],
  ])('a last line with %i in a run that is %j', (status, run, outcome) => {
    expect(read(['s 10 1 1 t1001 a', `e 10 t1002 ${status}`], run)).toMatchObject([{ outcome }])
  })

  test('what Ctrl-C left without an end was interrupted', () => {
    expect(read(['s 10 1 1 t1001 a'], STOPPED)).toMatchObject([{ outcome: 'interrupted' }])
  })

  test.each([
    ['a start far from the run', ['s 10 1 1 t999999999999 a']],
    ['a start of too many digits', ['s 10 1 1 t999999999999999999 a']],
    ['a process of too many digits', ['s 12345678901 1 1 t1001 a']],
    ['an uptime far from the run', ['s 10 1 1 u999999999999 a']],
  ])('%s is passed over', (_name, notes) => {
    expect(read([...notes, 's 11 1 1 t1001 b', 'e 11 t1002 0'])).toMatchObject([{ target: 'b', duration_ms: 1000 }])
  })

  test('an end far from the run is none', () => {
    expect(read(['s 10 1 1 t1001 a', 'e 10 t999999999999 0'])).toMatchObject([{ start: 1_001_000, duration_ms: 4000 }])
  })

  test('a name is cut, and of very many targets the first ones are kept and the others counted', () => {
    expect(read([`s 10 1 1 t1001 ${'é'.repeat(1_000)}`])).toMatchObject([{ target: `${'é'.repeat(199)}…` }])
    const notes = Array.from({ length: 130_000 }, (_, at) => `s 10 1 1 t1001 a${at}`)
    const { spans, leftOut } = readLines(notes.join('\n'), RUN)
    expect([spans.length, leftOut]).toEqual([20_000, 110_000])
  })

  test('property: notes that are torn, mixed or made up never throw, and every span lies after the start of the run', () => {
    const note = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom('s', 'e'), fc.nat(3), fc.nat(3), fc.nat(), fc.constantFrom('a', 'b', ''))
        .map(([kind, pid, make, at, target]) => (kind === 's' ? `s ${pid} ${make} 1 t${at} ${target}` : `e ${pid} t${at} ${make}`)),
    )
    fc.assert(
      fc.property(fc.array(note), (notes) => {
        for (const span of readLines(notes.join('\n'), RUN).spans) {
          expect(span.start).toBeGreaterThanOrEqual(RUN.startedAt)
          expect(span.duration_ms).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})
