import { type ByteText, inBytes } from './byte-text.ts'
import { CALLED_BY_PEOPLE } from './explicit-rules.ts'
import { FIRST_LINE, gnumakefile, INCLUDED, includeFile, isOurs, isStandIn } from './gnumakefile.ts'
import { linesOf } from './line-end.ts'
import { withoutOwnLines } from './own-lines.ts'
import { nearestAbove } from './tool-places.ts'

/** What of a file of another version is ours: what is above and below it is not. */
export function innerText(now: ByteText): ByteText | undefined {
  const lines = linesOf(now).map((line) => line.trimEnd())
  const [first, last] = [lines.indexOf(FIRST_LINE), lines.lastIndexOf(' endif')]
  return first === -1 || last < first
    ? undefined
    : linesOf(now)
        .slice(first, last + 1)
        .join('')
}

/** Lines by which a makefile is known to have what we wrote. */
export const MARKS: readonly string[] = [FIRST_LINE, CALLED_BY_PEOPLE, `-include ${INCLUDED}`]

/** Whether a makefile of theirs has lines or rules of ours, as far as those can be known. */
export function hasWays(content: Buffer): boolean {
  return MARKS.slice(1).some((mark) => content.includes(mark))
}

/** A folder may be at another depth than when the file was made, or out of git: so many are tried. */
const MOST_ABOVE = 20

/**
 * What of a file is ours where no record says so: one of the texts that this version writes, in which a person has put lines at
 * most. Undefined where it is none of them.
 */
export function ownText(now: ByteText): ByteText | undefined {
  if (!isOurs(now) || isStandIn(now)) return undefined
  const texts = Array.from({ length: MOST_ABOVE }, (_, count) => nearestAbove(count)).flatMap((above) => [
    includeFile({ above }),
    ...['Makefile', 'makefile'].map((makefile) => gnumakefile({ makefile, above })),
  ])
  return texts.map(inBytes).find((text) => {
    const taken = withoutOwnLines(text, now, undefined)
    return 'text' in taken && now.length - taken.text.length >= text.length
  })
}
