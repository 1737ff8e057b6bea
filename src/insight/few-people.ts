import { LEAST_RUNS, type Machine, type PersonSummary, type Summary } from './model.ts'
import { quantile } from './quantiles.ts'

/**
 * The summary for data of which nothing may be shown that fewer than `least` people did: in place of people there are kinds of
 * machines that as many have. Targets and weeks are left out where they are counted, so a target's name is known only if it is there.
 */
export function withoutFewPeople(summary: Summary, least: number): Summary {
  const known = summary.targets.map(({ target }) => target).sort()
  return { ...summary, known, machines: kindsOf(summary.machines, least) }
}

function kindsOf(machines: readonly PersonSummary[], least: number): PersonSummary[] {
  const kinds = new Map<string, PersonSummary[]>()
  for (const machine of machines) {
    const { os, cpus, memoryGb } = machine.machine ?? {}
    const key = JSON.stringify([os, cpus, memoryGb])
    kinds.set(key, [...(kinds.get(key) ?? []), machine])
  }
  const large = [...kinds.values()].filter(({ length }) => length >= least)
  const rest = [...kinds.values()].filter(({ length }) => length < least).flat()
  const groups = large.map((people) => kindOf(people, commonFacts(people), least))
  if (rest.length >= least) groups.push(kindOf(rest, undefined, least))
  return groups.filter(({ cells }) => cells.length > 0).sort((one, other) => other.ratio - one.ratio)
}

/** The processor's type is not among them: it would make the kinds smaller and says little about speed. */
function commonFacts(people: readonly PersonSummary[]): Machine | undefined {
  const { machine } = people[0] ?? {}
  return machine && { ...machine, arch: undefined }
}

function kindOf(people: readonly PersonSummary[], machine: Machine | undefined, least: number): PersonSummary {
  const targets = new Set(people.flatMap(({ cells }) => cells.map(({ target }) => target)))
  const cells = [...targets].flatMap((target) => {
    const own = people.flatMap((person) => person.cells.filter((cell) => cell.target === target))
    if (own.length < Math.max(least, 1)) return []
    const passed = own.reduce((sum, cell) => sum + cell.passed, 0)
    return passed < LEAST_RUNS
      ? []
      : [{ target, passed, ratio: medianOf(own.map(({ ratio }) => ratio)), z: medianOf(own.map(({ z }) => z)) }]
  })
  return {
    code: `${people.length} people`,
    you: false,
    machine,
    runs: people.reduce((sum, { runs }) => sum + runs, 0),
    ratio: medianOf(people.map(({ ratio }) => ratio)),
    cells,
    outlier: people.every(({ outlier }) => outlier),
  }
}

function medianOf(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}
