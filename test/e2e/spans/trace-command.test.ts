import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Scratch } from '../../support/scratch.ts'
import { scratch } from '../../support/scratch.ts'
import { canTrace, lastTrace, traced } from './traced.ts'

const MAKEFILE = `all: one two
one: ; @sleep 0.05
two: one ; @exit 3
last: ; @echo last
`

describe('send-metrics trace', () => {
  let at: Scratch
  let first: string
  beforeAll(async () => {
    if (!canTrace('sh')) return
    at = await traced('sh', { makefile: MAKEFILE })
    await at.wrap(['--', 'make', 'all'])
    first = (await lastTrace(at)).run_id
    await at.wrap(['--', 'make', 'last'])
  })

  test('draws the last run with spans; runs without any do not count', async () => {
    if (!canTrace('sh')) return
    await at.tool(['wrap', '--', 'make', 'last'])
    const { code, stdout, stderr } = await at.tool(['trace'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^last: [0-9.]+ m?s, success, [0-9 :-]{19} UTC, run [0-9a-f]{16}\n\n.*\n {2}last +[0-9.]+ m?s +\S+\n$/u)
  })

  test('draws the run that it is given the beginning of', async () => {
    if (!canTrace('sh')) return
    const { stdout } = await at.tool(['trace', first.slice(0, 8)])
    expect(stdout).toMatch(/^all: .*, failure, .*, run [0-9a-f]{16}\n/u)
    expect(stdout).toMatch(/\n {2}one .*\n✗ two .*\n\n✗ failure\n$/u)
  })

  test('at a terminal in colour, and not with NO_COLOR; in plain characters where the locale has no others', async () => {
    if (!canTrace('sh')) return
    const colours = at.screen('send-metrics', ['trace', first])
    await colours.ended
    expect(colours.raw()).toContain('\u001b[31m')
    expect((await colours.screen()).split('\n').every((line) => line.length <= 80)).toBe(true)
    const without = at.screen('send-metrics', ['trace', first], { NO_COLOR: '1', LC_ALL: 'C' })
    await without.ended
    expect(without.raw()).not.toContain('\u001b')
    expect(Buffer.from(without.raw()).every((byte) => byte < 128)).toBe(true)
    expect(without.raw()).toContain('x two')
  })

  test("--chrome writes Chrome's format", async () => {
    if (!canTrace('sh')) return
    const { stdout } = await at.tool(['trace', first, '--chrome'])
    const { traceEvents: events } = JSON.parse(stdout) as { traceEvents: { name: string; ph: string; ts?: number; dur?: number }[] }
    expect(events.map(({ name, ph }) => `${ph} ${name}`)).toEqual(['M process_name', 'X all', 'X one', 'X two'])
    for (const { ts, dur } of events.slice(1)) expect([Number.isInteger(ts), Number.isInteger(dur)]).toEqual([true, true])
  })

  test('says what to do about mistakes', async () => {
    if (!canTrace('sh')) return
    expect(await at.tool(['trace', 'zzz'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining("no run with spans begins with 'zzz'"),
    })
    expect(await at.tool(['trace', '--json', '--chrome'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('send-metrics: one of --json and --chrome'),
    })
  })

  test('the ledger is as it was for everything else', async () => {
    if (!canTrace('sh')) return
    const log = await at.log()
    expect(new Set(log.map(({ type }) => type))).toEqual(new Set(['run']))
    expect((await at.tool(['doctor'])).stdout).not.toMatch(/PROBLEM {2}records/u)
  })
})

test('without any run with spans, says how to get one', async () => {
  const at = scratch({})
  await at.tool(['consent', 'local'])
  await at.wrap(['build'])
  expect(await at.tool(['trace'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('send-metrics wrap --spans -- make build'),
  })
})

test('without consent, says that nothing is recorded', async () => {
  expect((await scratch({}).tool(['trace'])).stderr).toContain('nothing is recorded for Demo: nobody has decided yet')
})
