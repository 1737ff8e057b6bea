import { diffArrays } from 'diff'
import type { ByteText } from './byte-text.ts'
import { lineEnd, linesOf, withLineEnds } from './line-end.ts'
import type { TakenOut } from './taken-out.ts'

/** Lines of a person in a text of ours. */
interface Inserted {
  /** How many of our lines stand before them. */
  readonly at: number
  readonly lines: readonly ByteText[]
}

interface Compared {
  readonly inserted: readonly Inserted[]
  /** Numbers of lines that stand in place of ours, from 1. */
  readonly changed: readonly number[]
}

/** What is left of a file of ours that a person wrote in: their lines. What has to stand in place of ours goes where those begin. */
export function withoutOwnLines(ours: ByteText, now: ByteText, instead: string | undefined): TakenOut {
  const { inserted, changed } = compare(ours, now)
  if (changed.length > 0) return { unclear: changed }
  const textOf = (some: readonly Inserted[]) => some.flatMap(({ lines }) => lines).join('')
  const [above, below] = [textOf(inserted.filter(({ at }) => at === 0)), textOf(inserted.filter(({ at }) => at > 0))]
  if (`${above}${below}`.trim() === '') return { text: '' }
  return { text: `${above}${instead === undefined ? '' : `${instead}${lineEnd(now)}`}${below}` }
}

/** A fresh text of ours with the lines that a person wrote in the one before, where they stood. */
export function withTheirLines(ours: ByteText, now: ByteText, fresh: ByteText): TakenOut {
  const { inserted, changed } = compare(ours, now)
  if (changed.length > 0) return { unclear: changed }
  const eol = lineEnd(now)
  const lines = linesOf(withLineEnds(fresh, eol))
  const places = placesIn(ours, fresh)
  for (const { at, lines: theirs } of [...inserted].reverse()) lines.splice(places[at] ?? lines.length, 0, ...theirs)
  const text = lines.join('')
  // An editor that leaves out the last line end did not change anything.
  return { text: text.trimEnd() === now.trimEnd() ? now : text }
}

/** What was put into a text of ours, and what was put in place of its lines. Blanks and line ends at the end of a line don't count. */
function compare(ours: ByteText, now: ByteText): Compared {
  const [mine, theirs] = [linesOf(ours), linesOf(now)]
  const parts = diffArrays(mine, theirs, { comparator: alike })
  const inserted: Inserted[] = []
  const changed: number[] = []
  let [at, line] = [0, 0]
  for (const [index, part] of parts.entries()) {
    const count = part.value.length
    if (part.added) {
      const lines = theirs.slice(line, line + count)
      const inPlace = parts[index - 1]?.removed === true || parts[index + 1]?.removed === true || goesOn(mine[at - 1])
      if (inPlace && lines.some((one) => one.trim() !== '')) changed.push(...lines.map((_one, below) => line + below + 1))
      else inserted.push({ at, lines })
    }
    if (!part.added) at += count
    if (!part.removed) line += count
  }
  return { inserted, changed }
}

function alike(one: ByteText, other: ByteText): boolean {
  return one.trimEnd() === other.trimEnd()
}

function goesOn(line: ByteText | undefined): boolean {
  return line?.trimEnd().endsWith('\\') === true
}

/** For each number of lines of the old text, behind which line of the fresh one that place is. */
function placesIn(old: ByteText, fresh: ByteText): number[] {
  const places = [0]
  let place = 0
  for (const part of diffArrays(linesOf(old), linesOf(fresh), { comparator: alike })) {
    for (const _line of part.value) {
      if (!part.removed) place++
      if (!part.added) places.push(place)
    }
  }
  places[places.length - 1] = linesOf(fresh).length
  return places
}
