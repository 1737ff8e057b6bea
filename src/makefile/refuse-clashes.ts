import * as path from 'node:path'
import { PROJECT_FILE } from '../project/find.ts'
import { withFilesInPlace } from './ask-with-files.ts'
import { inBytes, readable } from './byte-text.ts'
import { rewritable } from './explicit-rules.ts'
import type { FileChange } from './file-changes.ts'
import { clashesIn } from './file-clash.ts'
import { findTargets } from './find-targets.ts'
import { standInFile, VENDORED_ENTRY } from './gnumakefile.ts'
import { targetPlace } from './list-targets.ts'
import type { Database } from './parse-database.ts'
import type { Place, Wishes } from './plan.ts'
import { readDatabase } from './read-database.ts'
import { Refusal } from './refusal.ts'
import { VENDOR_FOLDER } from './vendor.ts'
import { GNUMAKEFILE, INCLUDED, rewritingOf } from './ways.ts'
import { words } from './words.ts'

/** As many as a line of advice can name. */
const MOST_NAMED = 3

/**
 * Asks make, with the files in place that are to be there, whether its rules would take one of them for theirs. Throws
 * Refusal, which names a way that works, if there is one, and Interruption.
 */
export async function refuseClashes(place: Place, wishes: Wishes, changes: readonly FileChange[]): Promise<void> {
  const { world, folder, makefiles } = place
  const ours = [...wayFile(wishes), PROJECT_FILE, ...(wishes.vendor ? [VENDOR_FOLDER] : [])]
  const placed = new Set([...ours, VENDORED_ENTRY].map((name) => path.join(folder, name)))
  const fresh = changes
    .filter(({ file, before }) => before === undefined && placed.has(file))
    .map((change) => inert(change, makefiles.main))
  const before = fresh.length === 0 ? undefined : place.database
  const among = (database: Database) => clashesIn({ folder, makefile: makefiles.main, database, before }, ours)
  const ask = async (signal: AbortSignal) => among(await readAgain(place, fresh, signal))
  const clashes = fresh.length === 0 ? among(place.database) : ((await withFilesInPlace(world, fresh, ask)) ?? [])
  if (clashes.length === 0) return
  const said = clashes.map(({ file, why }) => (before === undefined ? words.clashThere : words.clash)(file, why))
  const taken = clashes.map(({ file }) => file)
  const advice = [words.clashLeaveOut(taken.join(' ')), ...otherWay(place, wishes, taken)]
  throw new Refusal([...said, ...advice, words.nothingChanged()])
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

async function readAgain({ world, folder, makefiles }: Place, fresh: readonly FileChange[], signal: AbortSignal): Promise<Database> {
  try {
    return await readDatabase(world, folder, makefiles.main, signal)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const names = fresh.map(({ file }) => path.relative(folder, file)).join(', ')
    throw new Refusal(words.clashReading(names, error.message))
  }
}

/** Single targets need no makefile of ours, but the project file. */
function otherWay(place: Place, wishes: Wishes, taken: readonly string[]): string[] {
  if (wishes.explicit !== undefined || taken.some((file) => !wayFile(wishes).includes(file))) return []
  const found = findTargets(targetPlace(place)).map(inBytes)
  const names = rewritable(rewritingOf(place, wishes), found, MOST_NAMED)
  return names.length === 0 ? [] : [words.clashExplicit(place.world.tool, names.map((name) => readable(name) ?? '').join(','))]
}
