import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Run } from '../../src/insight/model.ts'
import { run as runProgram } from '../support/cli.ts'
import { filesUnder, type Scratch, scratch } from '../support/scratch.ts'
import { syntheticTeam } from '../support/synthetic-team.ts'
import type { Terminal } from '../support/terminal.ts'

const DAY = 86_400_000

/** A project of somebody who records on this machine only, with runs that were recorded before. */
async function recorded(runs: Iterable<Run> = [], makefile?: string): Promise<Scratch & { state: string }> {
  const at = scratch({ project: { targets: ['%'] }, ...(makefile === undefined ? {} : { makefile }) })
  await at.tool(['consent', 'local'])
  await at.wrap(['build'])
  const [file = ''] = filesUnder(path.join(at.home, '.local/state/send-metrics'))
  const state = path.join(at.home, '.local/state/send-metrics', file.split('/')[0] ?? '')
  for (const [month, lines] of byMonth(runs)) fs.appendFileSync(path.join(state, `runs-${month}.jsonl`), lines.join(''))
  return { ...at, state }
}

function byMonth(runs: Iterable<Run>): Map<string, string[]> {
  const months = new Map<string, string[]>()
  for (const run of runs) {
    const month = new Date(run.startedAt).toISOString().slice(0, 7)
    months.set(month, [...(months.get(month) ?? []), `${JSON.stringify(lineOf(run))}\n`])
  }
  return months
}

/** As the ledger has it. */
function lineOf({ id, target, startedAt, durationMs, outcome, commit }: Run): object {
  const times = {
    start_time: new Date(startedAt).toISOString(),
    duration_ms: durationMs,
    exit_status: outcome === 'success' ? 0 : 2,
    outcome,
  }
  return { type: 'run', id, command_type: 'make', command: target, ...times, git_commit_time: commit, is_test: 'no' }
}

const team = (more: object = {}) => syntheticTeam({ seed: 4, people: 1, runsPerWeek: 150, drifts: { test: 2 }, end: Date.now(), ...more })

describe('send-metrics stats', () => {
  test('shows what this machine has recorded, and says what stands out', async () => {
    const at = await recorded(team())
    const { code, stdout, stderr } = await at.tool(['stats'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Demo, 12 weeks up to \d{4}-\d\d-\d\d, on this machine\n/u)
    expect(stdout).toMatch(/^test +\d+ .* \+\d+% /mu)
    expect(stdout).toMatch(/^test got \d+% slower/mu)
    expect(stdout).toMatch(/^build +\d+/mu)
  })

  test('of one target, as JSON without IDs', async () => {
    const at = await recorded(team())
    const { stdout } = await at.tool(['stats', 'test', '--json', '--since', 'all'])
    const summary = JSON.parse(stdout) as { targets: { target: string; trend: { significant: boolean } }[]; outstanding: string[] }
    expect(summary.targets.map(({ target, trend }) => [target, trend.significant])).toEqual([['test', true]])
    expect(summary.outstanding).toHaveLength(1)
    expect(stdout).not.toContain('"id"')
  })

  test('of the last two days only', async () => {
    const at = await recorded(team())
    const { stdout } = await at.tool(['stats', '--json', '--since', '2d'])
    expect((JSON.parse(stdout) as { from: number; to: number }).to - (JSON.parse(stdout) as { from: number }).from).toBe(2 * DAY)
  })

  test('in 80 columns of a terminal nothing is cut or wrapped', async () => {
    const at = await recorded(team())
    const screen = at.screen('send-metrics', ['stats'], {}, { rows: 30 })
    await screen.ended
    const lines = (await screen.screen()).split('\n')
    expect(lines.find((line) => line.startsWith('target'))).toMatch(/^target +runs +spent +p50 +p95 +failed +trend +lost +weeks$/u)
    // A week with few runs of a target has no bar, also at the end, and which one that is depends on the hour.
    const rows = lines.filter((line) => / {2}[ ▁▂▃▄▅▆▇█]{7,11}[▁▂▃▄▅▆▇█]$/u.test(line))
    expect(rows).toHaveLength(7)
    expect(Math.max(...rows.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(screen.raw()).toContain('\u001b[31m')
  })

  test('a target nobody ran is named, with what may have been meant', async () => {
    const at = await recorded(team())
    expect(await at.tool(['stats', 'biuld'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/no run of 'biuld' in this time; did you mean build\?; there are build, dev\.provision, /u),
    })
    const { code, stdout, stderr } = await at.tool(['stats', 'biuld', 'lint'])
    expect([code, /^lint/mu.test(stdout), stderr.includes('biuld')]).toEqual([0, true, true])
  })

  test.each([['5x'], ['0d'], ['2999-01-01']])('--since %s is explained', async (since) => {
    const at = scratch()
    const { code, stderr } = await at.tool(['stats', '--since', since])
    expect(code).toBe(2)
    expect(stderr).toContain('It must be days, weeks or years back (10d, 4w, 1y), a day (2026-10-01), or all.')
  })

  test.each([
    ['SEND_METRICS=off', { SEND_METRICS: 'off' }, {}, 'SEND_METRICS=off is set', 'unset SEND_METRICS'],
    ['DO_NOT_TRACK', { DO_NOT_TRACK: '1' }, {}, 'DO_NOT_TRACK=1 is set', 'unset DO_NOT_TRACK'],
    ['CI', { CI: 'true' }, {}, 'this is CI, where nobody can be asked', 'where this is no CI, unset the variable'],
    [
      'the project file',
      {},
      { enabled: false },
      'the project file says "enabled": false',
      'take "enabled": false out of send-metrics.json',
    ],
  ])(
    'switched off by %s, deciding again is no advice, and says itself that it changes nothing',
    async (_name, env, project, reason, todo) => {
      const at = scratch({ project })
      for (const words of [['stats'], ['report']]) {
        const { stderr } = await at.tool(words, env)
        expect(stderr).toContain(reason)
        expect(stderr).toContain(`; ${todo}`)
        expect(stderr).not.toContain('consent local')
      }
      const { code, stdout } = await at.tool(['consent', 'local'], env)
      expect([code, stdout]).toEqual([0, expect.stringContaining(`It is stored, but nothing is recorded for now: ${reason}`)])
      expect((await at.tool(['consent', 'on'], env)).stdout).toContain(`It is stored, but nothing is recorded for now: ${reason}`)
    },
  )

  test('with nothing recorded it says what to do', async () => {
    const at = scratch()
    expect((await at.tool(['stats'])).stderr).toContain(
      'nobody has decided yet; to record on this machine only: send-metrics consent local',
    )
    expect((await at.tool(['log'])).stderr).toContain('nothing is recorded for Demo: nobody has decided yet')
    await at.tool(['consent', 'local'])
    expect((await at.tool(['log'])).stderr).toBe('send-metrics: nothing is recorded for Demo yet; run make, then look again\n')
    expect(await at.tool(['stats'])).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('run a wrapped target') })
    expect(JSON.parse((await at.tool(['stats', '--json'])).stdout)).toMatchObject({ runs: 0, targets: [] })
    expect((await scratch({ projectFile: null }).tool(['stats'])).stderr).toContain('no send-metrics.json here')
  })

  test('a damaged line and a wrong clock are left out, and said', async () => {
    const at = await recorded(team())
    fs.appendFileSync(path.join(at.state, `runs-${new Date().toISOString().slice(0, 7)}.jsonl`), '{"type":"run","com\n')
    fs.writeFileSync(
      path.join(at.state, 'runs-2099-01.jsonl'),
      `${JSON.stringify(lineOf([...team()].map((run) => ({ ...run, startedAt: 4e12 }))[0] as Run))}\n`,
    )
    const { code, stderr } = await at.tool(['stats'])
    const [passedOver, leftOut] = stderr.split('\n')
    expect(code).toBe(0)
    expect(passedOver).toMatch(/^send-metrics: passed over 1 line of \S+\/runs-\d{4}-\d{2}\.jsonl \(cannot be read as a run\)$/u)
    expect(leftOut).toBe('send-metrics: left out: 1 from a time that cannot be, by a clock that was wrong')
  })
})

describe('send-metrics stats --input', () => {
  const lines = () =>
    [...syntheticTeam({ seed: 9, people: 6, slowMachines: { 2: 3 }, end: Date.now() })].map((run) =>
      JSON.stringify({ ...lineOf(run), messageId: run.id, anonymousId: run.person, cpu_count: run.machine?.cpus }),
    )

  test('reads files of a team, once each event, without a project around', async () => {
    const at = scratch({ projectFile: null })
    fs.writeFileSync(path.join(at.repo, 'a.jsonl'), lines().join('\n'))
    fs.writeFileSync(path.join(at.repo, 'b.jsonl'), `${lines().slice(0, 100).join('\r\n')}\r\n`)
    const one = await at.tool(['stats', '--input', 'a.jsonl', 'b.jsonl'])
    const other = await runProgram('sh', ['-c', 'send-metrics stats --input - <a.jsonl'], { cwd: at.repo, env: at.env })
    expect(one).toMatchObject({ code: 0, stderr: '' })
    expect(one.stdout).toContain('runs of 6 people')
    expect(one.stdout).toMatch(/^u0\d \(\d+ processors\) takes [23]\.\d times as long as everybody else\.$/mu)
    expect(other.stdout.split('\n').slice(1)).toEqual(one.stdout.split('\n').slice(1))
  })

  test('from a day on has nothing of the days before, also where the last run is long ago', async () => {
    const at = scratch({ projectFile: null })
    const line = (day: string) => JSON.stringify({ command: 'build', timestamp: `${day}T12:00:00Z`, duration_ms: 5, outcome: 'success' })
    fs.writeFileSync(path.join(at.repo, 'a.jsonl'), ['2024-03-01', '2024-03-20', '2024-03-25'].map(line).join('\n'))
    const since = async (day: string) =>
      (JSON.parse((await at.tool(['stats', '--json', '--input', 'a.jsonl', '--since', day])).stdout) as { runs: number }).runs
    expect([await since('2024-02-28'), await since('2024-03-19'), await since('2024-03-27')]).toEqual([3, 2, 0])
    expect((await at.tool(['stats', '--input', 'a.jsonl', '--since', '2024-03-27'])).stderr).toContain('no run')
  })

  test('a file that is not there is named', async () => {
    const { code, stderr } = await scratch().tool(['stats', '--input', 'gone.jsonl'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^send-metrics: cannot read runs from gone\.jsonl: ENOENT.*; --input takes files of JSON lines/u)
  })

  test('names made to do harm do none at a terminal', async () => {
    const at = scratch()
    const names = ['\u001b[2J\u001b]0;owned\u0007', '\u202Egnol', 'x'.repeat(10_000), '<script>', '😀']
    const runs = [...team()].slice(0, 200).map((run, index) => ({ ...run, target: names[index % names.length] as string }))
    fs.writeFileSync(path.join(at.repo, 'a.jsonl'), runs.map((run) => JSON.stringify(lineOf(run))).join('\n'))
    for (const words of [[], ['nobody\u001b[2J']]) {
      const { stdout, stderr } = await at.tool([
        'stats',
        '--input',
        'a.jsonl',
        '--since',
        'all',
        ...(words.length > 0 ? ['--'] : []),
        ...words,
      ])
      expect(`${stdout}${stderr}`).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
      expect(`${stdout}${stderr}`.length).toBeLessThan(2_000)
    }
  })
})

const SLOW = 'build: ; @send-metrics wrap "$@"\nimpl-build: ; @echo runs; read line; echo ended\n'

describe('send-metrics stats --follow', () => {
  const open: Terminal[] = []
  afterEach(() => {
    for (const screen of open.splice(0)) screen.close()
  })

  function opened(screen: Terminal): Terminal {
    open.push(screen)
    return screen
  }

  test('shows what runs now against its own median, and when it has ended', async () => {
    const at = await recorded(team(), SLOW)
    const target = opened(at.screen('make', ['build']))
    await target.until('runs')
    const screen = opened(at.screen('send-metrics', ['stats', '--follow']))
    await screen.until(/build runs for [\d.]+ m?s, usually \d+ s/u)
    target.type('\r')
    await target.ended
    await screen.until(/build ended after .*, usually \d+ s/u)
    await screen.until('nothing runs now; Ctrl-C ends this')
    screen.type('\x03')
    expect(await screen.ended).toEqual({ code: 0, signal: 0 })
    expect(filesUnder(path.join(at.state, 'running'))).toEqual([])
  })

  test('the note of a run that was killed is nobody’s run, and is removed', async () => {
    const at = await recorded([], SLOW)
    const target = opened(at.screen('make', ['build']))
    await target.until('runs')
    const noted = () => filesUnder(path.join(at.state, 'running'))
    while (noted().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    process.kill(Number(noted()[0]?.split('-')[0]), 'SIGKILL')
    target.type('\r')
    await target.ended
    expect(noted()).toHaveLength(1)
    const screen = opened(at.screen('send-metrics', ['stats', '--follow']))
    await screen.until('nothing runs now')
    screen.type('\x03')
    await screen.ended
    expect(noted()).toEqual([])
  })

  test('does not go with files', async () => {
    const { code, stderr } = await scratch().tool(['stats', '--follow', '--input', 'x'])
    expect(code).toBe(2)
    expect(stderr).toContain('cannot be used with')
  })
})
