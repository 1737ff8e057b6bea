import { barFor, zOfRanks } from './mann-whitney.ts'
import { type Cell, LEAST_PEOPLE, LEAST_RUNS, type Machine, type PersonSummary } from './model.ts'
import type { Passing } from './passing.ts'
import { quantile } from './quantiles.ts'

/** An outlier's typical run takes this many times as long as everybody else's. */
const LEAST_RATIO = 1.5
const LEAST_Z = 3.3
/** On this share of what the machine runs. */
const LEAST_SHARE = 0.6

/** A person's number with the cell of one target. */
export type NumberedCell = readonly [person: number, cell: Cell]

/** Everybody's runs of a target against everybody else's; nothing where fewer than LEAST_PEOPLE run it. */
export function cellsOf(target: string, { durations, people }: Passing, personCount: number): NumberedCell[] {
  const { positions, ranks, ties } = positionsOf(durations, people, personCount)
  const present = positions.filter(({ length }) => length > 0).length
  if (present < LEAST_PEOPLE) return []
  return positions.flatMap((own, person): NumberedCell[] => {
    if (own.length < LEAST_RUNS) return []
    const rankSum = own.reduce((sum, at) => sum + (ranks[at] as number), 0)
    const z = zOfRanks(rankSum, own.length, durations.length, ties)
    const median = quantile(
      Float64Array.from(own, (at) => durations[at] as number),
      0.5,
    )
    const ratio = Math.max(1, median) / Math.max(1, medianWithout(durations, own))
    return [[person, { target, passed: own.length, ratio, z }]]
  })
}

/** Where in the order each person's runs are; the rank of each, which ties share; and the sum of t³ - t over ties. */
function positionsOf(durations: Float64Array, people: Uint32Array, personCount: number) {
  const positions: number[][] = Array.from({ length: personCount }, () => [])
  const ranks = new Float64Array(durations.length)
  let ties = 0
  for (let start = 0; start < durations.length; ) {
    let end = start + 1
    while (end < durations.length && durations[end] === durations[start]) end++
    ranks.fill((start + 1 + end) / 2, start, end)
    ties += (end - start) ** 3 - (end - start)
    start = end
  }
  for (let at = 0; at < people.length; at++) positions[people[at] as number]?.push(at)
  return { positions, ranks, ties }
}

/** The median of all but some, whose positions in the order are given. */
function medianWithout(sorted: Float64Array, own: readonly number[]): number {
  const count = sorted.length - own.length
  return ((nth(sorted, own, Math.floor((count - 1) / 2)) ?? 0) + (nth(sorted, own, Math.ceil((count - 1) / 2)) ?? 0)) / 2
}

function nth(sorted: Float64Array, own: readonly number[], index: number): number | undefined {
  let at = index
  for (const position of own) {
    if (position > at) break
    at++
  }
  return sorted[at]
}

/** What is known of a person beside their cells. */
export interface PersonFacts {
  readonly you: boolean
  readonly machine: Machine | undefined
  readonly runs: number
  /** What they are sorted by for their code: the anonymous ID, which is random. */
  readonly key: string
}

/** Everybody with a cell, slowest first. */
export function machinesOf(facts: readonly PersonFacts[], numbered: readonly NumberedCell[]): PersonSummary[] {
  const cells = new Map<number, Cell[]>()
  for (const [person, cell] of numbered) cells.set(person, [...(cells.get(person) ?? []), cell])
  const codes = codesOf(facts)
  const summaries = [...cells].map(([person, own]): PersonSummary => {
    const { you = false, machine, runs = 0 } = facts[person] ?? {}
    const ratio = medianOf(own.map((cell) => cell.ratio))
    return { code: codes[person] ?? '', you, machine, runs, ratio, cells: own, outlier: isOutlier(own, ratio, cells.size) }
  })
  return summaries.sort((one, other) => other.ratio - one.ratio)
}

/** Of a machine with a single cell more is asked, since there is one comparison for each such machine; several cells agree. */
function isOutlier(own: readonly Cell[], ratio: number, machines: number): boolean {
  const bar = own.length === 1 ? Math.max(LEAST_Z, barFor(machines)) : LEAST_Z
  return ratio > LEAST_RATIO && own.filter(({ z }) => z > bar).length >= own.length * LEAST_SHARE
}

function codesOf(facts: readonly PersonFacts[]): string[] {
  const codes: string[] = []
  const digits = Math.max(2, String(facts.length).length)
  const order = facts.map(({ key }, person) => ({ key, person })).sort((one, other) => (one.key < other.key ? -1 : 1))
  for (const [at, { person }] of order.entries()) codes[person] = `u${String(at + 1).padStart(digits, '0')}`
  return codes
}

function medianOf(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}
