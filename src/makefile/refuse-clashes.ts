import * as path from 'node:path'
import { isFile } from '../disk/stat.ts'
import { PROJECT_FILE } from '../project/find.ts'
import type { Environment } from '../world.ts'
import { asCommitted } from './as-committed.ts'
import { withFilesInPlace } from './ask-with-files.ts'
import { type ByteText, inBytes, readable } from './byte-text.ts'
import { rewritable } from './explicit-rules.ts'
import type { FileChange } from './file-changes.ts'
import { type Clash, clashesIn } from './file-clash.ts'
import { findTargets } from './find-targets.ts'
import { GNUMAKEFILE, INCLUDED, standInFile, VENDORED_ENTRY } from './gnumakefile.ts'
import { howToLeaveOut, listsIn } from './leave-out.ts'
import { targetPlace } from './list-targets.ts'
import { isAskable, type ListUse, laterPrerequisites, listUses } from './list-uses.ts'
import { makefileText } from './makefile-text.ts'
import type { Database } from './parse-database.ts'
import type { Place, Wishes } from './plan.ts'
import { readDatabase } from './read-database.ts'
import { Refusal } from './refusal.ts'
import { VENDOR_FOLDER } from './vendor.ts'
import { rewritingOf } from './ways.ts'
import { words } from './words.ts'

/** As many as a line of advice can name. */
const MOST_NAMED = 3

/**
 * Asks make, with the files in place that are to be there, and with git listing them as if they were committed, whether its
 * rules would take one of them for theirs. Throws Refusal, which names a way that works, if there is one, and Interruption.
 * Returns what is to be said of a file that does no harm.
 */
export async function refuseClashes(place: Place, wishes: Wishes, changes: readonly FileChange[]): Promise<string[]> {
  const { files, clashes: all, asked } = await findClashes(place, wishes, changes)
  const text = makefileText(place.folder, place.database)
  const leaveOut = (some: readonly Clash[]) => leaveOutOf(text, some, asked)
  const clashes = all.filter(({ isOneOfMany }) => isOneOfMany !== true)
  if (clashes.length === 0) return files === 'old' ? [] : all.map((one) => words.clashHarmless(one.file, one.why, leaveOut([one])))
  const said = clashes.map(({ file, why }) => (files === 'new' ? words.clash : words.clashThere)(file, why))
  const other = files === 'new' ? await otherWay(place, wishes, clashes) : [words.orUndo(place.world.tool)]
  throw new Refusal([...said, leaveOut(clashes), ...other, words.nothingChanged()])
}

/** What is said of leaving these out. */
export function leaveOutOf(text: ByteText, clashes: readonly Clash[], asked: Found['asked']): string {
  const [files, spelled] = [clashes.map(({ file }) => file), [...new Set(clashes.map((one) => one.spelled))]]
  return howToLeaveOut({ text, files, spelled, asked })
}

interface Found {
  /** Whether some of ours were there only to ask. */
  readonly files: 'new' | 'old'
  readonly clashes: readonly Clash[]
  /** What the lists in the makefiles stand for, with the files there; where there is a clash. */
  readonly asked: ReadonlyMap<ByteText, ByteText> | undefined
}

/** The files of ours that the rules would take. */
async function findClashes(place: Place, wishes: Wishes, changes: readonly FileChange[]): Promise<Found> {
  const { world, folder, makefiles, checkout } = place
  const ours = [...wayFile(wishes), PROJECT_FILE, ...(wishes.vendor ? [VENDOR_FOLDER] : [])]
  const placed = new Set([...ours, VENDORED_ENTRY].map((name) => path.join(folder, name)))
  const fresh = changes
    .filter(({ file, before }) => before === undefined && placed.has(file))
    .map((change) => inert(change, makefiles.main))
  const isNew = fresh.length > 0
  const text = makefileText(folder, place.database)
  const uses = listUses(place.database, text)
  const ownIncludes = place.present?.by === 'include' && fresh.some(({ file }) => path.basename(file) === INCLUDED) ? 1 : 0
  const inRecipes = expressionsOf(place.database, uses)
  const before = isNew ? await askedAlso(place, inRecipes) : undefined
  const ask = async (signal?: AbortSignal): Promise<Omit<Found, 'files'>> => {
    const committed = wishes.local ? undefined : checkout
    const files = [...placed].filter(isFile)
    return asCommitted(world, committed, files, async (env) => {
      const database = await readAgain(place, fresh, { env, signal, expressions: inRecipes })
      const clashes = clashesIn({ folder, makefile: makefiles.main, database, before, uses, ownIncludes }, ours)
      if (clashes.length === 0) return { clashes, asked: undefined }
      const lists = listsIn(text).filter((list) => isAskable(list, place.database))
      return { clashes, asked: (await readAgain(place, fresh, { env, signal, expressions: lists })).asked }
    })
  }
  const found = await (isNew ? withFilesInPlace(world, fresh, ask) : ask())
  return { files: isNew ? 'new' : 'old', clashes: found?.clashes ?? [], asked: found?.asked }
}

/** What a makefile stands for where it works on the names of files. */
export function expressionsOf(database: Database, uses: readonly ListUse[]): ByteText[] {
  const later = laterPrerequisites(database).filter((one) => isAskable(one, database))
  return [...new Set([...uses.map(({ expression }) => expression), ...later])]
}

/** What make knew without our files, and what these expressions stood for then. */
async function askedAlso({ world, folder, makefiles, database }: Place, expressions: readonly ByteText[]): Promise<Database> {
  if (expressions.length === 0) return database
  try {
    return await readDatabase(world, folder, makefiles.main, { expressions })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return database
  }
}

/** Our makefile would hide from make that it is read, or read the other one without end. */
function inert(change: FileChange, makefile: string): FileChange {
  const name = path.basename(change.file)
  if (name !== GNUMAKEFILE && name !== INCLUDED) return change
  return { ...change, after: Buffer.from(standInFile(name === GNUMAKEFILE ? makefile : undefined)) }
}

function wayFile({ explicit, include }: Wishes): string[] {
  if (explicit !== undefined) return []
  return [include ? INCLUDED : GNUMAKEFILE]
}

interface Question {
  readonly env: Environment
  readonly signal: AbortSignal | undefined
  readonly expressions: readonly ByteText[]
}

/** Where make reads its makefiles only in an ordinary checkout, as on a branch, it is asked there. */
async function readAgain(place: Place, fresh: readonly FileChange[], question: Question): Promise<Database> {
  const { world, folder, makefiles } = place
  const { env, signal, expressions } = question
  try {
    return await readDatabase({ ...world, env: { ...world.env, ...env } }, folder, makefiles.main, { signal, expressions })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (signal?.aborted !== true) {
      if (Object.keys(env).length > 0) return readAgain(place, fresh, { ...question, env: {} })
      if (expressions.length > 0) return readAgain(place, fresh, { ...question, expressions: [] })
    }
    const names = fresh.map(({ file }) => path.relative(folder, file)).join(', ')
    throw names === '' ? error : new Refusal(words.clashReading(names, error.message))
  }
}

/** What works all the same: single targets need no makefile of ours, and a file to include has another name. */
async function otherWay(place: Place, wishes: Wishes, clashes: readonly Clash[]): Promise<string[]> {
  const { tool } = place.world
  const taken = clashes.map(({ file }) => file)
  if (taken.includes(PROJECT_FILE)) return []
  if (taken.includes(VENDOR_FOLDER)) return taken.length === 1 ? [words.clashWithoutCopy(tool)] : []
  if (wishes.explicit !== undefined) return []
  const found = findTargets(targetPlace(place)).map(inBytes)
  const names = rewritable(rewritingOf(place, wishes), found, MOST_NAMED)
  if (names.length > 0) return [words.clashExplicit(tool, names.map((name) => readable(name) ?? '').join(','))]
  return !wishes.include && (await canInclude(place, wishes)) ? [words.clashInclude(tool)] : []
}

async function canInclude(place: Place, wishes: Wishes): Promise<boolean> {
  const file = path.join(place.folder, INCLUDED)
  const { clashes } = await findClashes(place, { ...wishes, include: true }, [{ file, before: undefined, after: undefined }])
  return clashes.length === 0
}
