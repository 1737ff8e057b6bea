import * as fs from 'node:fs'
import * as path from 'node:path'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { MARKS } from './known-texts.ts'
import { makefileBeside } from './makefile-names.ts'
import { Refusal } from './refusal.ts'
import { takenOut } from './taken-out.ts'
import { decoded, holds, isReplaced, type Kept, unclearIn, writtenOf } from './undo-record.ts'
import { isAsListed, isInCopy } from './vendor.ts'
import { words } from './words.ts'

/** What taking back comes to. */
export interface Undoing {
  readonly changes: readonly FileChange[]
  /** Files of ours that stay for what a person wrote in them; absolute. */
  readonly staying: readonly string[]
  /** Files of theirs that are gone, with our lines in them; absolute. */
  readonly gone: readonly string[]
}

/**
 * How to restore every file of a record byte for byte; of one that was changed since, only what is ours is taken out. Throws
 * Refusal with all files and lines where that cannot be told from what is theirs, so that nothing is done by halves.
 */
export function undoing(folder: string, record: readonly Kept[]): Undoing {
  const known = record.map(({ file }) => path.resolve(folder, file))
  // What was made last goes first: the file that calls us, before what it calls.
  const found = [...record].reverse().map((kept) => restoring(folder, kept, known))
  const unclear = found.flatMap((one) => one.unclear)
  if (unclear.length > 0) throw new Refusal([...unclear, words.nothingChanged()])
  return {
    changes: found.flatMap(({ file, content }) => changeOf(file, content)),
    staying: found.filter(({ kept, content }) => kept.before === null && content !== undefined).map(({ file }) => file),
    gone: found.filter(({ kept, file }) => kept.before !== null && contentOf(file) === undefined).map(({ file }) => file),
  }
}

interface Restoring {
  readonly kept: Kept
  /** Where it is now; absolute. */
  readonly file: string
  /** What it is to hold. */
  readonly content: Buffer | undefined
  /** What to say where that cannot be told. */
  readonly unclear: readonly string[]
}

function restoring(folder: string, kept: Kept, known: readonly string[]): Restoring {
  const wanted = path.resolve(folder, kept.file)
  const places = placesNow(wanted, kept, known)
  const [file = wanted] = places
  const names = places.map((place) => path.relative(folder, place))
  if (names.length > 1) return { kept, file, content: undefined, unclear: [words.severalNames(kept.file, names)] }
  const restored = stateBefore(folder, kept, contentOf(file))
  if ('content' in restored) return { kept, file, content: restored.content, unclear: [] }
  return { kept, file, content: undefined, unclear: unclearIn(path.relative(folder, file), kept, restored.unclear) }
}

function stateBefore(folder: string, kept: Kept, now: Buffer | undefined): ReturnType<typeof takenOut> {
  if (holds(kept.after, now) || holds(kept.before, now)) return { content: decoded(kept.before) }
  // Whoever removed it meant to.
  if (now === undefined) return { content: undefined }
  if (kept.before === null && isInCopy(kept.file) && isAsListed(folder, kept.file)) return { content: undefined }
  if (isReplaced(kept, now)) return { content: now }
  const written = writtenOf(kept)
  return written === undefined ? { unclear: [] } : takenOut(now, { ...written, makefile: makefileBeside(folder) })
}

/** Where what we wrote is now: elsewhere, if it is neither in the file nor was taken out, but in one that has another name. */
function placesNow(file: string, kept: Kept, known: readonly string[]): string[] {
  const marks = marksOf(kept)
  const now = contentOf(file)
  if (now !== undefined && (holds(kept.before, now) || marks.length === 0 || hasOne(now, marks))) return [file]
  const others = otherFiles(file, known).filter((other) => hasOne(fs.readFileSync(other), marks))
  // What stands in its place now may read it under the name that it has.
  return now === undefined ? others : [...others.filter((other) => now.includes(path.basename(other))), file].slice(0, 1)
}

/** Lines by which a makefile is known to have what we wrote; none for other files. */
function marksOf(kept: Kept): string[] {
  const { before = '', after = '' } = writtenOf(kept) ?? {}
  return MARKS.filter((mark) => after.includes(mark) && !before.includes(mark))
}

function hasOne(text: Buffer, marks: readonly string[]): boolean {
  return marks.some((mark) => text.includes(mark))
}

/** No makefile that people write is longer, in bytes. */
const LONGEST = 4_000_000

function otherFiles(file: string, known: readonly string[]): string[] {
  const folder = path.dirname(file)
  if (!fs.existsSync(folder)) return []
  const names = fs.readdirSync(folder).map((name) => path.join(folder, name))
  return names.filter((one) => {
    const stat = fs.lstatSync(one)
    return stat.isFile() && stat.size <= LONGEST && !known.includes(one)
  })
}
