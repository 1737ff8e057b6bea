import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Scratch } from '../../support/scratch.ts'
import { canTrace, lastTrace, TRACERS, type TracedRun, type TracedSpan, type TracerKind, traced } from './traced.ts'

/** The recipes write down their own times; what a busy machine does to a sleep is then in both. */
const STAMP = 'date +%s%N >$@'
const MAKEFILE = `all: one two last
one: first
	@${STAMP}.began; sleep 0.06
	@sleep 0.04; ${STAMP}.ended
first: ; @${STAMP}.began; sleep 0.05; ${STAMP}.ended
two: first ; @${STAMP}.began; sleep 0.12; ${STAMP}.ended
last: one two ; @${STAMP}.began; ${STAMP}.ended
`
const TARGETS = ['first', 'one', 'two', 'last']

/** What the coarser of the two clocks may cut off, and a rounding, ms. */
const STEP_MS = 11

/** Nothing is between the two stamps: on a quiet machine they are 2 ms apart. */
const allowedError = (last: Times): number => Math.max(20, 10 * (last.ended - last.began))

interface Times {
  readonly began: number
  readonly ended: number
}

function stampsOf(at: Scratch, target: string): Times {
  const read = (name: string) => Number(fs.readFileSync(path.join(at.repo, `${target}.${name}`), 'utf8')) / 1e6
  return { began: read('began'), ended: read('ended') }
}

function spanOf(run: TracedRun, target: string): TracedSpan & Times {
  const span = run.spans.find((one) => one.target === target)
  if (span === undefined) throw new Error(`no span of ${target} in ${JSON.stringify(run)}`)
  return { ...span, began: span.start, ended: span.start + span.duration_ms }
}

async function timed(kind: TracerKind) {
  const at = await traced(kind, { makefile: MAKEFILE })
  const run = async (...words: string[]) => {
    expect(await at.wrap(['--', 'make', ...words])).toMatchObject({ code: 0, stderr: '' })
    const trace = await lastTrace(at)
    const pairs = TARGETS.map((target) => ({ span: spanOf(trace, target), stamps: stampsOf(at, target) }))
    return { trace, pairs, span: (name: string) => spanOf(trace, name), stamps: (name: string) => stampsOf(at, name) }
  }
  return { at, run }
}

describe.each(TRACERS)('with the tracer in %s', (kind) => {
  test('a span lies around what its recipe did, and between its neighbours', async () => {
    if (!canTrace(kind)) return
    const { run } = await timed(kind)
    const { trace, pairs, span, stamps } = await run('all')
    for (const { span: own, stamps: real } of pairs) {
      expect(own.began).toBeLessThanOrEqual(real.began + STEP_MS)
      expect(own.ended).toBeGreaterThanOrEqual(real.ended - STEP_MS)
      expect(own.outcome).toBe('success')
      expect(own.id).toMatch(/^[0-9a-f]{16}$/u)
      expect(own.parent_id).toBe(trace.run_id)
    }
    // One after the other: none begins before the one before it had written its last stamp.
    for (const [before, after] of [
      ['first', 'one'],
      ['one', 'two'],
      ['two', 'last'],
    ] as const) {
      expect(span(after).began).toBeGreaterThanOrEqual(stamps(before).ended - STEP_MS)
      expect(span(before).ended).toBeLessThanOrEqual(stamps(after).began + STEP_MS)
    }
    expect(span('first').began).toBeGreaterThanOrEqual(Date.parse(trace.at))
  })

  test('starts and durations are right to 20 ms, or to ten times what this machine takes from one line to the next', async () => {
    if (!canTrace(kind)) return
    const { run } = await timed(kind)
    let [worst, allowed] = [Number.POSITIVE_INFINITY, 0]
    // Between the tracer's note and the recipe's own the machine may do other things; one quiet run shows it.
    for (let tries = 0; tries < 25 && worst >= allowed; tries++) {
      const { pairs, stamps } = await run('all')
      allowed = allowedError(stamps('last'))
      const errors = pairs.flatMap(({ span, stamps }) => [
        Math.abs(span.began - stamps.began),
        Math.abs(span.duration_ms - (stamps.ended - stamps.began)),
      ])
      worst = Math.max(...errors)
    }
    expect(worst).toBeLessThan(allowed)
  })

  test('under -j2 what ran side by side overlaps, by as much as it did', async () => {
    if (!canTrace(kind)) return
    const { run } = await timed(kind)
    let [worst, allowed] = [Number.POSITIVE_INFINITY, 0]
    for (let tries = 0; tries < 25 && worst >= allowed; tries++) {
      const { span, stamps } = await run('-j2', 'all')
      const overlap = (of: (name: string) => Times) =>
        Math.min(of('one').ended, of('two').ended) - Math.max(of('one').began, of('two').began)
      expect(overlap(span)).toBeGreaterThanOrEqual(overlap(stamps) - 2 * STEP_MS)
      expect(overlap(stamps)).toBeGreaterThan(0)
      worst = Math.abs(overlap(span) - overlap(stamps))
      allowed = allowedError(stamps('last'))
    }
    expect(worst).toBeLessThan(allowed)
  })
})
