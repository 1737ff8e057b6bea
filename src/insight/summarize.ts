import type { LeftOut, Run, Summary, SummaryOptions, TimeLost } from './model.ts'
import { machinesOf, type PersonFacts } from './outliers.ts'
import { type Period, periodOf, weekOf } from './period.ts'
import { RunTable } from './run-table.ts'
import { type CountedTarget, countTarget } from './target.ts'

/** What the reader of a source left out before it was a run. */
export interface SkippedLines {
  readonly tests: number
  readonly unreadable: number
  readonly firstUnreadable?: string | undefined
}

/** Everything that stats prints and the report draws, from runs in any order. */
export async function summarize(runs: Iterable<Run> | AsyncIterable<Run>, options: SummaryOptions): Promise<Summary> {
  const table = new RunTable()
  if (Symbol.asyncIterator in runs) for await (const run of runs) table.add(run)
  else for (const run of runs) table.add(run)
  return summarizeTable(table, options)
}

/** The same from a table that a source has filled; `skipped` is asked for when everything was read. */
export function summarizeTable(table: RunTable, options: SummaryOptions, skipped: SkippedLines = { tests: 0, unreadable: 0 }): Summary {
  table.markNested()
  const period = periodOf(table, options)
  const rows = rowsByTarget(table, period)
  const known = table.targets.list.filter((_name, number) => (rows[number]?.length ?? 0) > 0).sort()
  const wanted = new Set(options.targets?.length ? options.targets : known)
  const now = { period, options, targets: known.length }
  const counted = table.targets.list.flatMap((target, number) => {
    const own = rows[number]
    return wanted.has(target) && own?.length ? (countTarget(now, table, target, own) ?? []) : []
  })
  const leftOut = { ...skipped, duplicates: table.duplicates, wrongClock: period.wrongClock, outside: period.outside }
  return assemble(period, known, counted, peopleOf(table, options, counted, rows), leftOut)
}

/** A summary of targets that were counted, and of people by number, with their runs of those targets. */
export function assemble(
  { from, to }: Period,
  known: readonly string[],
  counted: readonly CountedTarget[],
  people: readonly PersonFacts[],
  leftOut: LeftOut,
): Summary {
  const sorted = counted.toSorted((one, other) => other.summary.spentMs - one.summary.spentMs)
  return {
    from,
    to,
    ...totals(sorted),
    people: people.filter(({ runs }) => runs > 0).length,
    targets: sorted.map(({ summary }) => summary),
    known,
    machines: machinesOf(
      people,
      sorted.flatMap(({ cells }) => cells),
    ),
    leftOut,
  }
}

/** The rows of each target within the period. */
function rowsByTarget({ columns, count, targets }: RunTable, period: Period): Uint32Array[] {
  const sizes = new Uint32Array(targets.list.length)
  const inside = new Uint8Array(count)
  for (let at = 0; at < count; at++) {
    if (weekOf(period, columns.startedAt[at] as number) < 0) continue
    const target = columns.target[at] as number
    inside[at] = 1
    sizes[target] = (sizes[target] as number) + 1
  }
  const rows = Array.from(sizes, (size) => new Uint32Array(size))
  sizes.fill(0)
  for (let at = 0; at < count; at++) {
    if (inside[at] === 0) continue
    const target = columns.target[at] as number
    const next = sizes[target] as number
    ;(rows[target] as Uint32Array)[next] = at
    sizes[target] = next + 1
  }
  return rows
}

function totals(counted: readonly CountedTarget[]): Pick<Summary, 'runs' | 'passed' | 'failed' | 'interrupted' | 'spentMs' | 'lost'> {
  const sum = (of: (one: CountedTarget) => number) => counted.reduce((all, one) => all + of(one), 0)
  const lost: TimeLost = {
    failedMs: sum(({ outermost }) => outermost.lost.failedMs),
    slowerMs: sum(({ outermost }) => outermost.lost.slowerMs),
  }
  return {
    runs: sum(({ summary }) => summary.runs),
    passed: sum(({ summary }) => summary.passed),
    failed: sum(({ summary }) => summary.failed),
    interrupted: sum(({ summary }) => summary.interrupted),
    spentMs: sum(({ outermost }) => outermost.spentMs),
    lost,
  }
}

/** Everybody by number, with their runs of the targets that are shown. */
function peopleOf(
  table: RunTable,
  options: SummaryOptions,
  counted: readonly CountedTarget[],
  rows: readonly Uint32Array[],
): PersonFacts[] {
  const runs = new Uint32Array(table.people.list.length)
  for (const { summary } of counted) {
    for (const at of rows[table.targets.numberOf(summary.target)] ?? []) {
      const person = table.columns.person[at] as number
      runs[person] = (runs[person] as number) + 1
    }
  }
  return table.people.list.map((key, person) => ({
    key,
    you: key !== '' && key === options.you,
    machine: table.machines[person],
    runs: runs[person] ?? 0,
  }))
}
