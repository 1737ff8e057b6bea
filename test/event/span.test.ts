import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { listedNames } from '../../src/event/allowlist.ts'
import { SPAN_FIELD } from '../../src/event/fields.ts'
import { longest, reportedSpans, type Span, slowestTargets } from '../../src/event/span.ts'
import { SPAN_KEY } from '../../src/wrap/plan.ts'

const span = (target: string, duration_ms: number, start = 0): Span => ({
  id: '0123456789abcdef',
  target,
  start,
  duration_ms,
  outcome: 'success',
  depth: 0,
})
const spans = (...list: Span[]) => ({ spans: list, leftOut: 0 })
const names = (targets: readonly string[], prefix = 'impl-') => ({ inside: [listedNames(targets)], prefix })
const NAMES = names(['build', 'test.%'])

test('the name that stands for the table before the target starts is that of the field', () => {
  expect(SPAN_KEY).toBe(SPAN_FIELD.name)
})

describe('names that leave this machine', () => {
  test.each([
    ['build', NAMES, 'build'],
    ['impl-build', NAMES, 'build'],
    ['impl-test.unit', NAMES, 'test.unit'],
    ['impl-secret', NAMES, 'other'],
    ['lib/a.o', NAMES, 'other'],
    ['build', names([]), 'other'],
    ['impl-x', names(['impl-x']), 'impl-x'],
    ['impl-build', { ...NAMES, inside: [...NAMES.inside, listedNames([])] }, 'other'],
  ])('%s', (target, list, reported) => {
    expect(reportedSpans(spans(span(target, 1)), list).spans).toEqual([{ ...span(target, 1), target: reported }])
  })
})

describe('slowest targets', () => {
  test('slowest first, each name once, at most five', () => {
    const list = ['test.a', 'test.b', 'test.c', 'test.d', 'test.e', 'test.f'].map((name, at) => span(name, 10 + at))
    expect(slowestTargets(spans(...list, span('x', 50.4), span('y', 40), span('build', 20.6)), NAMES, 300)).toBe(
      'other=50,build=21,test.f=15,test.e=14,test.d=13',
    )
  })

  test('whole entries only', () => {
    expect(slowestTargets(spans(span('build', 100), span('test.a', 90)), NAMES, 19)).toBe('build=100,test.a=90')
    expect(slowestTargets(spans(span('build', 100), span('test.a', 90)), NAMES, 18)).toBe('build=100')
    expect(slowestTargets(spans(span('build', 100)), NAMES, 8)).toBeUndefined()
  })

  test('a name that would look like two entries is none', () => {
    expect(slowestTargets(spans(span('a,b=1', 5)), names(['%'], ''), 300)).toBe('other=5')
  })

  test('nothing of nothing', () => expect(slowestTargets(spans(), NAMES, 300)).toBeUndefined())

  test('property: whatever the names are, only those on the list come out', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.nat())), (list) => {
        const text = slowestTargets(spans(...list.map(([name, ms]) => span(name, ms))), names(['build']), 300) ?? ''
        expect(text).toMatch(/^(?:(?:^|,)(?:build|other)=\d+)*$/u)
      }),
    )
  })
})

test('the longest are kept, in their order, and the others counted', () => {
  const list = spans(span('a', 5, 1), span('b', 1, 2), span('c', 9, 3))
  expect(longest({ ...list, leftOut: 4 }, 2)).toEqual({ spans: [span('a', 5, 1), span('c', 9, 3)], leftOut: 5 })
  expect(longest(list, 3)).toEqual(list)
})
