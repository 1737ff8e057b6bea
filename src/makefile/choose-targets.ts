import type { Folded } from './fold-families.ts'

/** What the list in the project file takes: so many names, and of the file's bytes so many. */
export interface Room {
  readonly names: number
  readonly bytes: number
}

/** A list cut to what there is room for. */
export interface Chosen {
  readonly names: readonly string[]
  /** What found no place, sorted. */
  readonly left: readonly string[]
}

/** Names that people type in whatever makefile: those of GNU's standard, and what came after. */
const WELL_KNOWN =
  /^(?:all|build|check|ci|clean|compile|coverage|deploy|dev|dist|distclean|doc|docs|down|fmt|format|help|html|install|lint|package|push|release|run|serve|setup|shell|start|stop|test|tests|uninstall|up|update|watch)$/u

/** What a name takes besides itself: quotes, a comma, a line end, blanks. */
const BESIDE = 8

/**
 * What goes on the list where not all of it fits. What makefiles have always had and what this one writes out goes before
 * families, and those before names that were put together from variables, the short ones first.
 */
export function chooseTargets({ names, families }: Folded, room: Room, isWrittenOut: (name: string) => boolean): Chosen {
  const sizes = names.map(sizeOf)
  if (names.length <= room.names && sum(sizes) <= room.bytes) return { names, left: [] }
  const rank = (name: string) => {
    if (WELL_KNOWN.test(name)) return 0
    if (isWrittenOut(name)) return 1
    return name.includes('%') || families.has(name) ? 2 : 3
  }
  const ranked = names
    .map((name) => ({ name, rank: rank(name) }))
    .sort((one, other) => one.rank - other.rank || one.name.length - other.name.length || (one.name < other.name ? -1 : 1))
  let [left, bytes] = [room.names, room.bytes]
  const kept = new Set<string>()
  for (const { name } of ranked) {
    bytes -= sizeOf(name)
    if (left-- <= 0 || bytes < 0) break
    kept.add(name)
  }
  return { names: names.filter((name) => kept.has(name)), left: names.filter((name) => !kept.has(name)) }
}

function sizeOf(name: string): number {
  return Buffer.byteLength(JSON.stringify(name)) + BESIDE
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
