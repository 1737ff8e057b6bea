import type { SampledRun } from './model.ts'
import type { RunTable } from './run-table.ts'

/** Of those that are kept, at most this share is your own, which a strip shows apart. */
const YOURS = 1 / 3

/** Some of a target's runs, oldest first; the same ones for the same data. */
export function sampleOf(table: RunTable, rows: Uint32Array, size: number, you: number | undefined): SampledRun[] {
  const { startedAt, durationMs, person } = table.columns
  const yours = you === undefined ? [] : [...rows].filter((at) => person[at] === you)
  const others = you === undefined ? rows : rows.filter((at) => person[at] !== you)
  return picked(yours, others, size)
    .map((at) => ({
      startedAt: startedAt[at] as number,
      durationMs: durationMs[at] as number,
      outcome: table.outcome(at),
      you: person[at] === you,
    }))
    .sort(byAge)
}

/** Some of these runs, oldest first; the same ones in whichever order they come. */
export function sampleFrom(runs: readonly SampledRun[], size: number): SampledRun[] {
  const sorted = runs.toSorted((one, other) => byAge(one, other) || one.durationMs - other.durationMs)
  const [yours, others] = [true, false].map((you) => sorted.filter((run) => run.you === you)) as [SampledRun[], SampledRun[]]
  return picked(yours, others, size).sort(byAge)
}

const byAge = (one: SampledRun, other: SampledRun) => one.startedAt - other.startedAt

function picked<T>(yours: ArrayLike<T>, others: ArrayLike<T>, size: number): T[] {
  const own = pick(yours, Math.floor(size * YOURS))
  return [...own, ...pick(others, size - own.length)]
}

/** Each with the same chance (Vitter's algorithm R, with a generator that always begins alike). */
function pick<T>(rows: ArrayLike<T>, size: number): T[] {
  const picked: T[] = []
  let seed = 1
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as T
    if (picked.length < size) picked.push(row)
    else {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9
      const place = Math.floor(((seed >>> 0) / 2 ** 32) * (at + 1))
      if (place < size) picked[place] = row
    }
  }
  return picked
}
