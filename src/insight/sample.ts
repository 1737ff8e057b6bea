import type { SampledRun } from './model.ts'
import type { RunTable } from './run-table.ts'

/** Of those that are kept, at most this share is your own, which a strip shows apart. */
const YOURS = 1 / 3

/** Some of a target's runs, oldest first; the same ones for the same data. */
export function sampleOf(table: RunTable, rows: Uint32Array, size: number, you: number | undefined): SampledRun[] {
  const yours =
    you === undefined
      ? []
      : pick(
          [...rows].filter((at) => table.columns.person[at] === you),
          Math.floor(size * YOURS),
        )
  const others = pick(you === undefined ? rows : rows.filter((at) => table.columns.person[at] !== you), size - yours.length)
  const { startedAt, durationMs, person } = table.columns
  return [...yours, ...others]
    .map((at) => ({
      startedAt: startedAt[at] as number,
      durationMs: durationMs[at] as number,
      outcome: table.outcome(at),
      you: person[at] === you,
    }))
    .sort((one, other) => one.startedAt - other.startedAt)
}

/** Each with the same chance (Vitter's algorithm R, with a generator that always begins alike). */
function pick(rows: ArrayLike<number>, size: number): number[] {
  const picked: number[] = []
  let seed = 1
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number
    if (picked.length < size) picked.push(row)
    else {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9
      const place = Math.floor(((seed >>> 0) / 2 ** 32) * (at + 1))
      if (place < size) picked[place] = row
    }
  }
  return picked
}
