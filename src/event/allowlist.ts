import { looksLikeHost, looksLikeToken } from './telling-names.ts'

/** What a target is called when its name stays on this machine. */
export const OTHER = 'other'

/** What a run is called for which no goal was named: only make knows which one it took. */
export const DEFAULT_GOAL = '(default)'

/** Longest text of several names, in characters: as the table of fields has it for `command`. */
const MOST = 50
const MORE = '…'

/** Names of targets that may be reported: those that a pattern of a list has and, where a list is missing, every plain one. */
export interface Names {
  readonly isPlainEnough: boolean
  readonly patterns: readonly string[]
}

/** The names that a project file's `targets` has; every plain one where it has none. */
export function listedNames(targets: readonly string[] | undefined): Names {
  return { isPlainEnough: targets === undefined, patterns: targets ?? [] }
}

/**
 * The name under which a run of some goals is reported. Several are joined with `+`, each once and sorted, so that the
 * same goals have the same name. Names that no longer fit are left out whole, since a part of one could be another
 * target's name; `…` stands for them. A single one is what `wrap <target>` reports, which the gate cuts.
 */
export function reportedNames(goals: readonly string[], ...all: readonly Names[]): string {
  if (goals.length === 0) return DEFAULT_GOAL
  const names = [...new Set(goals.map((goal) => reportedName(goal, ...all)))].sort()
  const [only = OTHER, ...others] = names
  if (others.length === 0) return only
  const joined = names.join('+')
  if (length(joined) <= MOST) return joined
  let kept = ''
  for (const name of names) if (length(`${kept}${name}+${MORE}`) <= MOST) kept += `${name}+`
  return kept === '' ? OTHER : `${kept}${MORE}`
}

/** As the gate counts: characters, not halves of them. */
const length = (text: string): number => [...text].length

/** The name under which a target is reported: its own where all of `all` have it, the project's list and what was agreed to. */
export function reportedName(target: string, ...all: readonly Names[]): string {
  return all.every((names) => has(names, target)) ? target : OTHER
}

function has({ isPlainEnough, patterns }: Names, target: string): boolean {
  return (isPlainEnough && isPlain(target)) || patterns.some((pattern) => matches(pattern, target))
}

/** No makefile has a name for a target that is as long; in characters. */
const LONGEST = 200

/** Whether a name looks like a target's, and not like a path, an option, an address, a host, a token or free text. */
export function isPlain(name: string): boolean {
  return name.length <= LONGEST && /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/u.test(name) && !looksLikeToken(name) && !looksLikeHost(name)
}

/**
 * Whether a pattern of a list has a name. What is listed in full is the list's own word, whatever it looks like. `%` stands for a part
 * of a name, as in make, but for nothing that could tell more than which target it was.
 */
function matches(pattern: string, target: string): boolean {
  const [start = '', end] = pattern.split('%')
  if (end === undefined) return pattern === target
  if (target.length < start.length + end.length || !target.startsWith(start) || !target.endsWith(end)) return false
  // A part of a token may stand in the pattern.
  return isTellingNothing(target.slice(start.length, target.length - end.length)) && !looksLikeToken(target)
}

function isTellingNothing(part: string): boolean {
  return part.length <= LONGEST && !/[\s/@\p{Cc}\p{Cf}]/u.test(part) && !looksLikeToken(part) && !looksLikeHost(part)
}

/** Whether every name that a pattern has was agreed to, so that it needs no question. What `agreed` is narrower in stays unreported. */
export function isWithin(pattern: string, { isPlainEnough, patterns }: Names): boolean {
  const [start = '', end] = pattern.split('%')
  if (end === undefined) return has({ isPlainEnough, patterns }, pattern)
  if (isPlainEnough && /^[A-Za-z0-9_.+-]*$/u.test(start + end)) return true
  return patterns.some((wider) => isNarrower(start, end, wider))
}

function isNarrower(start: string, end: string, wider: string): boolean {
  const [before = '', behind] = wider.split('%')
  if (behind === undefined || start.length < before.length || end.length < behind.length) return wider === `${start}%${end}`
  const rest = start.slice(before.length) + end.slice(0, end.length - behind.length)
  return start.startsWith(before) && end.endsWith(behind) && isTellingNothing(rest)
}
