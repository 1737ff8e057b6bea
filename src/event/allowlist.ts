/** What a target is called when the project's list does not have it. */
export const OTHER = 'other'

/** What a run is called for which no goal was named: only make knows which one it took. */
export const DEFAULT_GOAL = '(default)'

/** Longest text of several names, in characters: as the table of fields has it for `command`. */
const MOST = 50
const MORE = '…'

/**
 * The name under which a run of some goals is reported. Several are joined with `+`, each once and sorted, so that the
 * same goals have the same name. Names that no longer fit are left out whole, since a part of one could be another
 * target's name; `…` stands for them. A single one is what `wrap <target>` reports, which the gate cuts.
 */
export function reportedNames(goals: readonly string[], targets: readonly string[] | undefined): string {
  if (goals.length === 0) return DEFAULT_GOAL
  const names = [...new Set(goals.map((goal) => reportedName(goal, targets)))].sort()
  const [only = OTHER, ...others] = names
  if (others.length === 0) return only
  const all = names.join('+')
  if (length(all) <= MOST) return all
  let kept = ''
  for (const name of names) if (length(`${kept}${name}+${MORE}`) <= MOST) kept += `${name}+`
  return kept === '' ? OTHER : `${kept}${MORE}`
}

/** As the gate counts: characters, not halves of them. */
const length = (text: string): number => [...text].length

/**
 * The name under which a target is reported. With a list, only names on it are; `%` stands for any text, as
 * in make. Without one, a name is reported if it looks like a target and not like a path, an option or free text.
 */
export function reportedName(target: string, targets: readonly string[] | undefined): string {
  const known =
    targets === undefined ? /^[A-Za-z0-9_][A-Za-z0-9_.:+@-]*$/u.test(target) : targets.some((pattern) => matches(pattern, target))
  return known ? target : OTHER
}

function matches(pattern: string, target: string): boolean {
  const [start = '', end] = pattern.split('%')
  if (end === undefined) return pattern === target
  return target.length >= start.length + end.length && target.startsWith(start) && target.endsWith(end)
}
