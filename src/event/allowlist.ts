/** What a target is called when the project's list does not have it. */
export const OTHER = 'other'

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
