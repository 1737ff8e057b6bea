import { describe, expect, test } from '@jest/globals'
import { beginTrace, traceparent } from '../../src/context/trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('a trace from outside', () => {
  test.each([
    [`00-${TRACE}-${SPAN}-01`, '01'],
    [`00-${TRACE}-${SPAN}-00`, '00'],
    [`00-${TRACE}-${SPAN}-02`, '02'],
    // What a later version means by the other bits is not ours to pass on.
    [`00-${TRACE}-${SPAN}-ff`, '03'],
  ])('%s is continued, with the flags it has', (header, flags) => {
    const trace = beginTrace({ TRACEPARENT: header })
    expect(traceparent(trace)).toBe(`00-${TRACE}-${trace.runId}-${flags}`)
    expect(trace).toEqual({
      flags,
      traceId: TRACE,
      parentRunId: SPAN,
      runId: expect.stringMatching(/^[0-9a-f]{16}$/u),
    })
  })

  test.each([
    [undefined],
    [''],
    [`00-${'0'.repeat(32)}-${SPAN}-01`],
    [`00-${TRACE}-${'0'.repeat(16)}-01`],
    [`ff-${TRACE}-${SPAN}-01`],
    [`00-${TRACE.toUpperCase()}-${SPAN}-01`],
    [`00-${TRACE}-${SPAN}`],
    [`00-${TRACE}-${SPAN}-01-extra`],
    [` 00-${TRACE}-${SPAN}-01`],
    [`00-${TRACE}-${SPAN}-01\n`],
  ])('%j begins a new one', (header) => {
    const trace = beginTrace({ TRACEPARENT: header })
    expect(trace.parentRunId).toBeUndefined()
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/u)
    expect(trace.traceId).not.toBe(TRACE)
  })
})

test('no two runs have the same numbers', () => {
  const all = Array.from({ length: 500 }, () => beginTrace({})).flatMap(({ traceId, runId }) => [traceId, runId])
  expect(new Set(all).size).toBe(1_000)
})

test('a trace that begins here is kept', () => {
  expect(traceparent(beginTrace({}))).toMatch(/-01$/u)
})

test('a child continues what its parent hands down', () => {
  const parent = beginTrace({})
  const child = beginTrace({ TRACEPARENT: traceparent(parent) })
  expect(child).toMatchObject({ traceId: parent.traceId, parentRunId: parent.runId })
})
