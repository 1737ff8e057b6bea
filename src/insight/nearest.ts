/** The name that somebody may have meant: the one that the fewest changed letters lead to, if they are few. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3))
  const ranked = names.map((name) => ({ name, steps: Math.abs(name.length - word.length) > most ? Infinity : distance(word, name) }))
  return ranked.filter(({ steps }) => steps <= most).sort((one, other) => one.steps - other.steps)[0]?.name
}

/** Letters added, removed, changed, or swapped with their neighbour (optimal string alignment). */
function distance(one: string, other: string): number {
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
