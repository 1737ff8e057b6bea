import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { v7 } from 'uuid'
import { damaged, FUZZ, FUZZ_PATIENCE_MS, harm, harmed, type Json, oneOf, rarely } from './cases.ts'
import { agreed, runTarget, runWords } from './runs.ts'

const AT = new Date().toISOString()
const RUN = { type: 'run', id: v7(), command: 'build', outcome: 'success', start_time: AT, duration_ms: 5, exit_status: 0, cpu_count: 2 }
const LINES: Record<string, Json> = {
  runs: RUN,
  attempts: { type: 'attempt', at: AT, destination: 'file-1', status: 200, result: 'delivered', reason: 'accepted', events: [RUN.id] },
  spans: {
    type: 'spans',
    id: RUN.id,
    run_id: '00f067aa0ba902b7',
    at: AT,
    command: 'build',
    duration_ms: 5,
    outcome: 'success',
    left_out: 0,
    spans: [{ id: 'a', target: 'lib', start: Date.now(), duration_ms: 5, outcome: 'success', depth: 0 }],
  },
}
const SERIES = Object.keys(LINES) as [string, ...string[]]
const COMMANDS: readonly [string[], ...string[][]] = [['log'], ['log', '--json'], ['trace'], ['trace', '--json'], ['trace', '--chrome']]
const LONGER: readonly [string[], ...string[][]] = [
  ['stats', '--since', 'all'],
  ['stats', '--json', '--since', 'all'],
  ['export', 'prometheus'],
  ['doctor'],
  ['why'],
]

test(
  'a ledger with any harm: every command reads on in words that fit a terminal, and the next run is recorded behind it',
  async () => {
    const at = await agreed({ project: 'Demo', destinations: [{ type: 'file', path: 'metrics.jsonl' }] })
    const sound = JSON.stringify(RUN)
    const check = async (done: Parameters<typeof harmed>[1], turn: number) => {
      at.again()
      const series = oneOf(turn, SERIES)
      const line = harmed(LINES[series] ?? null, { ...done, damages: [] })
      const file = path.join(at.state, `${series}-2020-01.jsonl`)
      fs.writeFileSync(file, damaged(`${line}\n${series === 'runs' ? `${sound}\n` : ''}${line}\n`, done.damages))
      await runWords(at.world(), rarely(turn, LONGER) ?? oneOf(turn, COMMANDS))
      const before = fs.readFileSync(path.join(at.repo, 'metrics.jsonl'), 'utf8').split('\n').length
      await runTarget(at.world())
      expect(fs.readFileSync(path.join(at.repo, 'metrics.jsonl'), 'utf8').split('\n')).toHaveLength(before + 1)
    }
    await fc.assert(fc.asyncProperty(harm, fc.nat(), check), FUZZ)
  },
  FUZZ_PATIENCE_MS,
)
