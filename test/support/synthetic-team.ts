import type { Machine, Outcome, Run } from '../../src/insight/model.ts'

// Under Jest each look at a global takes a hundred times as long as elsewhere.
const { cos, exp, floor, imul, log, max, round, sqrt } = Math

/** What a team is like, and what is planted in it. */
export interface TeamPlan {
  readonly seed: number
  readonly people: number
  readonly weeks?: number
  /** Runs of one person in a week, over all targets. */
  readonly runsPerWeek?: number
  /** Targets that get slower (above 1) or faster, to this many times at the end. */
  readonly drifts?: Readonly<Record<string, number>>
  /** People by number whose machines take so many times as long. */
  readonly slowMachines?: Readonly<Record<number, number>>
  /** Targets that fail now and then on a commit on which they pass otherwise. */
  readonly flaky?: readonly string[]
  /** People by number whose clock is off, by ms. */
  readonly wrongClocks?: Readonly<Record<number, number>>
  /** People from this number on come only in the last third. */
  readonly joinLate?: number
  /** End of the period, ms since 1970. */
  readonly end?: number
}

/** Typical durations, ms. */
export const TARGETS: Readonly<Record<string, number>> = {
  'dev.provision': 660_000,
  'dev.up': 108_000,
  test: 54_000,
  build: 44_000,
  migrate: 21_000,
  docs: 12_000,
  lint: 6_500,
}

const NAMES = Object.keys(TARGETS)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY

/** Four weeks after daylight saving time ended in Europe, which is so in every period of 12 weeks. */
export const END = Date.parse('2026-11-21T18:00:00Z')
const DST_ENDS = Date.parse('2026-10-25T01:00:00Z')

/** Spread of the durations of one person's runs of one target, on a log scale. */
const SPREAD = 0.35
/** Machines differ by up to so much without being outliers, on a log scale. */
const MACHINES = 0.15

/** Runs of a team, the same ones for the same plan. */
export function* syntheticTeam(plan: TeamPlan): Generator<Run> {
  const { people, weeks = 12, runsPerWeek = 30, end = END } = plan
  const random = generator(plan.seed)
  for (let number = 0; number < people; number++) {
    const person = personOf(plan, number, random)
    const begin = number >= (plan.joinLate ?? people) ? end - (weeks * WEEK) / 3 : end - weeks * WEEK
    const count = round((runsPerWeek * (end - begin)) / WEEK)
    for (let run = 0; run < count; run++) {
      const progress = random()
      const at = workingHour(begin + progress * (end - begin), random)
      if (at < end) yield oneRun(plan, person, at, random)
    }
  }
}

interface Person {
  readonly id: string
  readonly machine: Machine
  readonly factor: number
  readonly clockOff: number
  readonly number: number
}

function personOf({ slowMachines = {}, wrongClocks = {} }: TeamPlan, number: number, random: () => number): Person {
  const id = Array.from({ length: 32 }, () => floor(random() * 16).toString(16)).join('')
  const cpus = [8, 10, 12, 16][floor(random() * 4)]
  const machine = { os: random() < 0.5 ? 'linux' : 'darwin', arch: 'arm64', cpus, memoryGb: [16, 32, 64][floor(random() * 3)] }
  const factor = exp((random() * 2 - 1) * MACHINES)
  return { id, machine, factor: slowMachines[number] ?? factor, clockOff: wrongClocks[number] ?? 0, number }
}

function oneRun({ weeks = 12, end = END, drifts = {}, flaky = [] }: TeamPlan, person: Person, at: number, random: () => number): Run {
  const target = NAMES[floor(random() * NAMES.length)] as string
  const progress = 1 - (end - at) / (weeks * WEEK)
  const typical = (TARGETS[target] as number) * person.factor * (drifts[target] ?? 1) ** max(0, progress)
  const durationMs = round(typical * exp(SPREAD * gaussian(random)))
  const commit = new Date(floor(at / (2 * HOUR)) * 2 * HOUR).toISOString().replace('.000', '')
  const isDirty = random() < 0.5
  const outcome = outcomeOf({ target, commit, isDirty, isFlaky: flaky.includes(target) }, random)
  return {
    id: `${person.id}-${at}-${floor(random() * 1e9)}`,
    target,
    startedAt: at + person.clockOff,
    durationMs: outcome === 'success' ? durationMs : round(durationMs * random()),
    outcome,
    person: person.id,
    machine: person.machine,
    commit: isDirty ? undefined : pseudonymOf(person, commit),
    runId: undefined,
    parentRunId: undefined,
  }
}

/** As it is sent: another one for each person on the same commit. */
function pseudonymOf({ id }: Person, commit: string): string {
  return `${id.slice(0, 8)}${hash(commit).toString(16).padStart(8, '0')}`
}

interface Circumstances {
  readonly target: string
  readonly commit: string
  readonly isDirty: boolean
  readonly isFlaky: boolean
}

/** Changed files may break anything; a commit is broken for everybody or for nobody, unless the target is flaky. */
function outcomeOf({ target, commit, isDirty, isFlaky }: Circumstances, random: () => number): Outcome {
  if (random() < 0.02) return 'interrupted'
  if (isDirty) return random() < 0.1 ? 'failure' : 'success'
  if (isFlaky && random() < 0.15) return 'failure'
  return generator(hash(target + commit))() < 0.03 ? 'failure' : 'success'
}

/** The nearest time before in which people in Europe work, by their own clocks. */
function workingHour(time: number, random: () => number): number {
  const offset = time < DST_ENDS ? 2 * HOUR : HOUR
  const midnight = floor(time / DAY) * DAY
  const local = midnight + 9 * HOUR + floor(random() * 9 * HOUR)
  const weekday = new Date(local).getUTCDay()
  return local - offset - (weekday === 0 ? 2 * DAY : weekday === 6 ? DAY : 0)
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function gaussian(random: () => number): number {
  return sqrt(-2 * log(1 - random())) * cos(2 * Math.PI * random())
}

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
