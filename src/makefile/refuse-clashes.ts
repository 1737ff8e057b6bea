import * as fs from 'node:fs'
import * as path from 'node:path'
import { PROJECT_FILE } from '../project/find.ts'
import type { Environment } from '../world.ts'
import { asCommitted } from './as-committed.ts'
import { withFilesInPlace } from './ask-with-files.ts'
import { inBytes, readable } from './byte-text.ts'
import { rewritable } from './explicit-rules.ts'
import type { FileChange } from './file-changes.ts'
import { type Clash, clashesIn } from './file-clash.ts'
import { findTargets } from './find-targets.ts'
import { GNUMAKEFILE, INCLUDED, standInFile, VENDORED_ENTRY } from './gnumakefile.ts'
import { howToLeaveOut } from './leave-out.ts'
import { targetPlace } from './list-targets.ts'
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
 */
export async function refuseClashes(place: Place, wishes: Wishes, changes: readonly FileChange[]): Promise<void> {
  const { files, clashes } = await findClashes(place, wishes, changes)
  if (clashes.length === 0) return
  const said = clashes.map(({ file, why }) => (files === 'new' ? words.clash : words.clashThere)(file, why))
  const text = makefileText(place.folder, place.database)
  const leaveOut = howToLeaveOut(text, [...new Set(clashes.map(({ spelled }) => spelled))])
  const other = files === 'new' ? await otherWay(place, wishes, clashes) : [words.orUndo(place.world.tool)]
  throw new Refusal([...said, leaveOut, ...other, words.nothingChanged()])
}

/** The files of ours that the rules would take, and whether some of ours were there only to ask. */
async function findClashes(
  place: Place,
  wishes: Wishes,
  changes: readonly FileChange[],
): Promise<{ readonly files: 'new' | 'old'; readonly clashes: readonly Clash[] }> {
  const { world, folder, makefiles, checkout } = place
  const ours = [...wayFile(wishes), PROJECT_FILE, ...(wishes.vendor ? [VENDOR_FOLDER] : [])]
  const placed = new Set([...ours, VENDORED_ENTRY].map((name) => path.join(folder, name)))
  const fresh = changes
    .filter(({ file, before }) => before === undefined && placed.has(file))
    .map((change) => inert(change, makefiles.main))
  const isNew = fresh.length > 0
  const ask = async (signal?: AbortSignal) => {
    const committed = wishes.local ? undefined : checkout
    const files = [...placed].filter((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile())
    const database = await asCommitted(world, committed, files, (env) => readAgain(place, fresh, env, signal))
    return clashesIn({ folder, makefile: makefiles.main, database, before: isNew ? place.database : undefined }, ours)
  }
  return { files: isNew ? 'new' : 'old', clashes: (await (isNew ? withFilesInPlace(world, fresh, ask) : ask())) ?? [] }
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

/** Where make reads its makefiles only in an ordinary checkout, as on a branch, it is asked there. */
async function readAgain(place: Place, fresh: readonly FileChange[], env: Environment, signal: AbortSignal | undefined): Promise<Database> {
  const { world, folder, makefiles } = place
  try {
    return await readDatabase({ ...world, env: { ...world.env, ...env } }, folder, makefiles.main, signal)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (Object.keys(env).length > 0 && signal?.aborted !== true) return readAgain(place, fresh, {}, signal)
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
