import * as fs from 'node:fs'
import * as path from 'node:path'
import { PROJECT_FILE } from '../project/find.ts'
import type { World } from '../world.ts'
import { askGit } from './ask-git.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { gnumakefile, includeFile, isOurs, isStandIn } from './gnumakefile.ts'
import { INCLUDED } from './present-way.ts'
import { nearestAbove } from './tool-places.ts'
import { undoing } from './undo.ts'
import { readRecord, recordPlace, recordText } from './undo-record.ts'
import { unchangedCopy, VENDOR_FOLDER } from './vendor.ts'
import { GNUMAKEFILE } from './ways.ts'
import { words } from './words.ts'

/** A folder may be at another depth than when the file was made, or out of git: so many are tried. */
const MOST_ABOVE = 20

/** What taking back comes to. */
export interface UndoPlan {
  readonly folder: string
  readonly changes: readonly FileChange[]
  /** What has to be written besides, after them. */
  readonly record: readonly FileChange[]
  readonly notes: readonly string[]
  /** Whether everything is as it was before, once this is done. */
  readonly complete: boolean
}

/** Works out how to restore what `init` changed in this folder; writes nothing. Throws Refusal. */
export async function planUndo(world: World): Promise<UndoPlan> {
  const folder = world.cwd
  const place = recordPlace(world, folder, await askGit(world, folder))
  const { files, offered } = readRecord(place)
  if (files.length === 0) return withoutRecord(folder)
  const { changes, left, kept } = undoing(folder, files)
  const notes = left.map(({ file, wasNew }) => (wasNew ? words.leftNew : words.leftChanged)(path.relative(folder, file)))
  return {
    folder,
    changes,
    record: changeOf(place, kept.length === 0 ? undefined : recordText({ files: kept, offered })),
    notes,
    complete: left.length === 0,
  }
}

/** In a clone of what somebody else committed: files that are known to be ours, to the byte. */
function withoutRecord(folder: string): UndoPlan {
  const changes = [...oursIn(folder, GNUMAKEFILE), ...oursIn(folder, INCLUDED), ...unchangedCopy(folder)]
  const none = !fs.existsSync(path.join(folder, VENDOR_FOLDER)) && changes.length === 0
  const hasProject = fs.existsSync(path.join(folder, PROJECT_FILE))
  const notes = none ? [words.nothingToUndo()] : hasProject ? [words.projectStays(PROJECT_FILE)] : []
  return { folder, changes, record: [], notes, complete: true }
}

function oursIn(folder: string, name: string): FileChange[] {
  const file = path.join(folder, name)
  const text = contentOf(file)?.toString()
  if (text === undefined || !isOurs(text)) return []
  const fresh = Array.from({ length: MOST_ABOVE }, (_, count) => nearestAbove(count)).flatMap((above) => [
    includeFile({ above }),
    ...['Makefile', 'makefile'].map((makefile) => gnumakefile({ makefile, above })),
  ])
  return fresh.includes(text) || isStandIn(text) ? changeOf(file, undefined) : []
}
