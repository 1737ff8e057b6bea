/** From so many targets on that begin or end alike, they are a family; fewer where a list is long all the same. */
const STEPS = [20, 10, 5]
/** More than a person types. */
const LONG_LIST = 150

/** A list with families in it, and how many names each of those stands for that were not written as one. */
export interface Folded {
  readonly names: readonly string[]
  readonly families: ReadonlyMap<string, number>
}

/** Puts many targets whose names begin or end alike, up to a separator, on the list as one family: `lms-%`, `%-clean`. */
export function foldFamilies(found: readonly string[]): Folded {
  let folded: Folded = { names: uncovered(found), families: new Map() }
  for (const least of STEPS) {
    if (least < (STEPS[0] ?? 0) && folded.names.length <= LONG_LIST) break
    folded = foldBy(endings, least, foldBy(beginnings, least, folded))
  }
  return folded
}

/** The families that a name may be of, the narrowest first. */
type FamiliesOf = (name: string) => string[]

const SEPARATORS = /[-_./+@]+/gu

const beginnings: FamiliesOf = (name) =>
  separators(name)
    .reverse()
    .map(({ end }) => `${name.slice(0, end)}%`)

const endings: FamiliesOf = (name) => separators(name).map(({ start }) => `%${name.slice(start)}`)

/** Those in the middle of a name. */
function separators(name: string): { start: number; end: number }[] {
  const all = [...name.matchAll(SEPARATORS)].map((found) => ({ start: found.index, end: found.index + found[0].length }))
  return all.filter(({ start, end }) => start > 0 && end < name.length)
}

function foldBy(familiesOf: FamiliesOf, least: number, { names, families }: Folded): Folded {
  const members = new Map<string, string[]>()
  for (const name of names) {
    if (name.includes('%')) continue
    for (const family of familiesOf(name)) {
      const all = members.get(family)
      if (all) all.push(name)
      else members.set(family, [name])
    }
  }
  const narrowest = [...members].filter(([, all]) => all.length >= least).sort(([one], [other]) => other.length - one.length)
  const gone = new Set<string>()
  const fresh = new Map<string, number>()
  for (const [family, all] of narrowest) {
    const left = all.filter((name) => !gone.has(name))
    if (left.length < least) continue
    for (const name of left) gone.add(name)
    fresh.set(family, left.length)
  }
  if (fresh.size === 0) return { names, families }
  const kept = uncovered([...names.filter((name) => !gone.has(name)), ...fresh.keys()])
  return { names: kept.sort(), families: new Map([...families, ...fresh].filter(([family]) => kept.includes(family))) }
}

/** Without what a family on the list stands for already. */
function uncovered(names: readonly string[]): string[] {
  const families = names.filter((name) => name.includes('%'))
  return names.filter((name) => !families.some((family) => family !== name && covers(family, name)))
}

/** Whether an entry of the list stands for a name, or for all names of a family. */
export function covers(entry: string, name: string): boolean {
  if (entry === name) return true
  const [start = '', end] = entry.split('%')
  if (end === undefined) return false
  const [first = '', last = first] = name.split('%')
  const isLong = name.includes('%') || name.length >= start.length + end.length
  return isLong && first.startsWith(start) && last.endsWith(end)
}
