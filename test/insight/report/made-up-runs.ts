import type { Run, SummaryOptions } from '../../../src/insight/model.ts'

export const NOW = Date.parse('2025-11-21T12:00:00Z')
const DAY_MS = 86_400_000

/** Names that would do harm if they were put into a page, a title or a style as they are. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></svg><script>alert(2)</script>',
  '&lt;b&gt; &amp;',
  '<!-- ]]> -->',
  'javascript:alert(3)',
  '\u202Etxet desrever\u202C',
  'שלום עולם',
  'x'.repeat(10_000),
  '👩‍👩‍👧 🎉 '.repeat(50),
  '\u0000\u0007\u001b[31m\uD800',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘',
]

/** What is asked of the summary in these tests. */
export const OPTIONS: SummaryOptions = { now: NOW, periodMs: 84 * DAY_MS, you: 'person-2', sampleSize: 400 }

/** Runs of a team, the same each time, in which `second` gets slower, `third` is flaky, and the machine of person-2 is slow. */
export function madeUpRuns(targets: readonly string[], people = 8, each = 40): Run[] {
  const runs: Run[] = []
  for (let at = 0; at < targets.length * people * each; at++) {
    const target = at % targets.length
    const nth = Math.floor(at / targets.length)
    const person = nth % people
    // Multiples of irrational numbers spread evenly, without a generator.
    const [one, other] = [(at * 0.7548776662) % 1, (at * 0.5698402909) % 1]
    const age = one * 84
    const slow = (person === 2 ? 3 : 1) * (target === 1 && age < 30 ? 1.6 : 1)
    const fails = target === 2 ? nth % 5 === 0 : nth % 29 === 7
    runs.push({
      id: `event-${at}`,
      target: targets[target] as string,
      startedAt: Math.round(NOW - age * DAY_MS),
      durationMs: Math.round(4_000 * (1 + (target % 40)) * slow * Math.exp(other - 0.5)),
      outcome: fails ? 'failure' : nth % 31 === 3 ? 'interrupted' : 'success',
      person: people === 1 ? undefined : `person-${person}`,
      machine: { os: person % 2 === 0 ? 'linux' : 'darwin', arch: 'x64', cpus: 8 + (person % 3) * 4, memoryGb: 32 },
      commit: target === 2 ? `commit-${nth % 7}` : `commit-${at}`,
      runId: undefined,
      parentRunId: undefined,
    })
  }
  return runs
}
