import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'

const MAKEFILE =
  'build quick outer: ; @send-metrics wrap "$@"\nimpl-build: ; @sleep 1.1; echo built\nimpl-quick: ; @:\nimpl-outer: ; @$(MAKE) build\n'

/** Somebody who records here, has run the target often before, in so many ms, and wants to know. */
async function recorded(durations: readonly number[]): Promise<Scratch> {
  const at = scratch({ makefile: MAKEFILE, project: { targets: ['%'] } })
  await at.tool(['consent', 'local'])
  await at.wrap(['quick'])
  const state = path.join(at.home, '.local/state/send-metrics')
  const file = filesUnder(state).find((name) => name.includes('/runs-')) ?? ''
  const lines = durations.flatMap((duration_ms, index) =>
    ['build', 'quick'].map((command) => {
      const start_time = new Date(Date.now() - (durations.length - index) * 60_000).toISOString()
      return `${JSON.stringify({ type: 'run', id: `${index}`, command, start_time, duration_ms, outcome: 'success', is_test: 'no' })}\n`
    }),
  )
  fs.appendFileSync(path.join(state, file), lines.join(''))
  return at
}

const BEFORE = Array.from({ length: 40 }, (_, at) => 500 + at)

async function seen(at: Scratch, words: readonly string[]): Promise<string> {
  const screen = at.screen('make', words)
  await screen.ended
  return screen.raw()
}

describe('a line for a run that took unusually long', () => {
  test('is there with progress on, behind all output, and names what is usual', async () => {
    const at = await recorded([...BEFORE, 900, 510, 950])
    expect((await at.tool(['progress', 'on'])).code).toBe(0)
    expect(await seen(at, ['build'])).toMatch(
      /^built\r\nsend-metrics: build took \d+(?:\.\d)? s, (?:twice|\d+\.\d times) as long as usual \(520 ms\); 3 of the 5\r\nbefore were as slow\r\n$/u,
    )
  })

  test('is not there unless it is wanted, nor after it is no longer', async () => {
    const at = await recorded(BEFORE)
    expect(await seen(at, ['build'])).toBe('built\r\n')
    await at.tool(['progress', 'on'])
    await at.tool(['progress', 'off'])
    expect(await seen(at, ['build'])).toBe('built\r\n')
  })

  test.each([
    ['a usual run', BEFORE.map((ms) => ms * 10), ['build']],
    ['fewer than 20 runs', BEFORE.slice(0, 19), ['build']],
    ['less than a second', BEFORE.map((ms) => ms / 1_000), ['quick']],
  ])('is not there for %s', async (_name, durations, words) => {
    const at = await recorded(durations)
    await at.tool(['progress', 'on'])
    expect(await seen(at, words)).not.toContain('send-metrics')
  })

  test('is there once for a run inside another, of the outer one', async () => {
    const at = await recorded(BEFORE)
    await at.tool(['progress', 'on'])
    expect(await seen(at, ['outer'])).not.toContain('build took')
  })

  test('is not there without a terminal, or for somebody who records nothing', async () => {
    const at = await recorded(BEFORE)
    await at.tool(['progress', 'on'])
    expect(await at.make(['build'])).toMatchObject({ stdout: 'built\n', stderr: '' })
    await at.tool(['consent', 'off'])
    expect(await seen(at, ['build'])).toBe('built\r\n')
  })
})

describe('send-metrics progress', () => {
  test('says and changes the setting, and leaves every decision as it is', async () => {
    const at = scratch()
    expect((await at.tool(['progress', '--json'])).stdout).toBe('{"progress":false}\n')
    await at.tool(['consent', 'local'])
    await at.tool(['progress', 'on'])
    await at.tool(['consent', 'off'])
    expect((await at.tool(['progress'])).stdout).toContain('A run that took unusually long gets a line')
    expect((JSON.parse((await at.tool(['consent', '--json'])).stdout) as { stored: string }).stored).toBe('off')
    expect(await at.tool(['progress', 'maybe'])).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'maybe'") })
  })

  test('decides nothing: who has not decided is still asked', async () => {
    const at = scratch()
    await at.tool(['progress', 'on'])
    expect(JSON.parse((await at.tool(['consent', '--json'])).stdout)).toMatchObject({ effective: 'undecided', stored: null })
  })
})
