import type { Machine, Outcome, Run } from './model.ts'

const OUTCOMES: readonly Outcome[] = ['success', 'failure', 'interrupted']
export const PASSED = 0
export const FAILED = 1

/** Names with a number each. */
export class Names {
  readonly list: string[] = []
  private readonly numbers = new Map<string, number>()

  numberOf(name: string): number {
    let number = this.numbers.get(name)
    if (number === undefined) {
      number = this.list.length
      this.numbers.set(name, number)
      this.list.push(name)
    }
    return number
  }
}

/** What is kept of each run, a column for each fact: some 30 bytes a run, where an object would take 300. */
class Columns {
  readonly size: number
  readonly startedAt: Float64Array
  readonly durationMs: Float64Array
  readonly target: Uint32Array
  readonly person: Uint32Array
  /** 0 without one. */
  readonly commit: Uint32Array
  readonly outcome: Uint8Array
  readonly nested: Uint8Array

  constructor(size: number, from?: Columns) {
    this.size = size
    this.startedAt = grown(new Float64Array(size), from?.startedAt)
    this.durationMs = grown(new Float64Array(size), from?.durationMs)
    this.target = grown(new Uint32Array(size), from?.target)
    this.person = grown(new Uint32Array(size), from?.person)
    this.commit = grown(new Uint32Array(size), from?.commit)
    this.outcome = grown(new Uint8Array(size), from?.outcome)
    this.nested = grown(new Uint8Array(size), from?.nested)
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(column: T, from: T | undefined): T {
  if (from !== undefined) column.set(from)
  return column
}

/** Every run that was read, each event once. */
export class RunTable {
  readonly targets = new Names()
  readonly people = new Names()
  /** Of each person, by number: what their latest run says of their machine. */
  readonly machines: (Machine | undefined)[] = []
  count = 0
  duplicates = 0
  columns = new Columns(1024)
  private readonly commits = new Names()
  private readonly seen = new Set64()
  private readonly runIds = new Set64()
  /** Rows by the run that they say they ran inside. */
  private readonly inside = new Map<string, number[]>()
  private readonly machineAt: number[] = []

  constructor() {
    this.commits.numberOf('')
  }

  /** Adds a run, unless it is there already. */
  add(run: Run): void {
    if (run.id !== undefined && !this.seen.add(run.id)) {
      this.duplicates++
      return
    }
    if (this.count === this.columns.size) this.columns = new Columns(this.count * 2, this.columns)
    const { columns } = this
    const at = this.count++
    const person = this.people.numberOf(run.person ?? '')
    columns.startedAt[at] = run.startedAt
    columns.durationMs[at] = run.durationMs
    columns.target[at] = this.targets.numberOf(run.target)
    columns.person[at] = person
    columns.commit[at] = run.commit === undefined ? 0 : this.commits.numberOf(run.commit)
    columns.outcome[at] = OUTCOMES.indexOf(run.outcome)
    if (run.runId !== undefined) this.runIds.add(run.runId)
    if (run.parentRunId !== undefined) {
      const others = this.inside.get(run.parentRunId)
      if (others === undefined) this.inside.set(run.parentRunId, [at])
      else others.push(at)
    }
    if (run.machine !== undefined && run.startedAt >= (this.machineAt[person] ?? Number.NEGATIVE_INFINITY)) {
      this.machines[person] = run.machine
      this.machineAt[person] = run.startedAt
    }
  }

  /** When everything is there: marks the rows that ran inside another one. */
  markNested(): void {
    for (const [parent, rows] of this.inside) {
      const nested = this.runIds.has(parent) ? 1 : 0
      for (const at of rows) this.columns.nested[at] = nested
    }
  }

  outcome(at: number): Outcome {
    return OUTCOMES[this.columns.outcome[at] ?? 0] ?? 'interrupted'
  }
}

/**
 * A set of texts of which only 63 bits of a hash are kept, 16 to 32 bytes each in place of some hundred. Among ten million, two
 * that are not the same are taken for it with a probability of 5 in a million.
 */
class Set64 {
  private count = 0
  private slots = new Uint32Array(2 * 1024)

  /** Whether it was not there yet. */
  add(text: string): boolean {
    const [one, other] = hashOf(text)
    const at = this.find(one, other)
    if (this.slots[at + 1] !== 0) return false
    this.slots[at] = one
    this.slots[at + 1] = other
    if (++this.count * 4 > this.slots.length) this.grow()
    return true
  }

  has(text: string): boolean {
    return this.slots[this.find(...hashOf(text)) + 1] !== 0
  }

  /** Where it is, or the free slot where it would be. */
  private find(one: number, other: number): number {
    const { slots } = this
    let at = (one & (slots.length / 2 - 1)) * 2
    while (slots[at + 1] !== 0 && (slots[at] !== one || slots[at + 1] !== other)) at = (at + 2) % slots.length
    return at
  }

  private grow(): void {
    const { slots } = this
    this.slots = new Uint32Array(slots.length * 2)
    for (let at = 0; at < slots.length; at += 2) {
      const [one, other] = [slots[at] as number, slots[at + 1] as number]
      if (other !== 0) this.slots.set([one, other], this.find(one, other))
    }
  }
}

/** Two hashes of 32 bits, each its own function of the text; the second is never 0, which marks a free slot. */
function hashOf(text: string): [number, number] {
  let one = 0x811c9dc5
  let other = 0x9e3779b9
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 0x01000193)
    other = Math.imul(other ^ code, 0x5bd1e995)
    other ^= other >>> 15
  }
  return [mix(one), (mix(other) | 1) >>> 0]
}

/** Murmur3's last step, which spreads every bit over all. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
