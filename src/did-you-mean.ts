/**
 * The name that somebody may have meant: the one that the fewest changed letters lead to, if they are few; else the only one that
 * begins as the word does, or that the word begins with. Never the word itself, which somebody may have typed that has no runs.
 */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  const most = Math.max(1, Math.floor(typed.length / 3))
  const others = names.filter((name) => name !== word)
  const ranked = others.map((name) => ({ name, steps: Math.abs(name.length - typed.length) > most ? Infinity : distance(typed, name) }))
  // Of two that are as near, the one that goes on as the word does: of is off, not on.
  const goesOn = (name: string) => (name.startsWith(typed) ? 0 : 1)
  const close = ranked
    .filter(({ steps }) => steps <= most)
    .sort((one, other) => one.steps - other.steps || goesOn(one.name) - goesOn(other.name))[0]?.name
  return close ?? onlyContinuation(typed, others)
}

/** So many letters say something. */
const LEAST_LETTERS = 3

function onlyContinuation(typed: string, names: readonly string[]): string | undefined {
  const isLong = (text: string) => text.replace(/^-+/u, '').length >= LEAST_LETTERS
  const found = names.filter((name) => (isLong(typed) && name.startsWith(typed)) || (isLong(name) && typed.startsWith(name)))
  return found.length === 1 ? found[0] : undefined
}

/** Letters added, removed, changed, or swapped with their neighbour (optimal string alignment). */
function distance(one: string, name: string): number {
  const other = name.toLowerCase()
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, at) => at)]
  for (let row = 1; row <= one.length; row++) {
    const line = [row]
    for (let at = 1; at <= other.length; at++) {
      const same = one[row - 1] === other[at - 1] ? 0 : 1
      let steps = Math.min((last[at] as number) + 1, (line[at - 1] as number) + 1, (last[at - 1] as number) + same)
      const swapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]
      if (swapped) steps = Math.min(steps, (before[at - 2] as number) + 1)
      line.push(steps)
    }
    ;[before, last] = [last, line]
  }
  return last[other.length] as number
}
