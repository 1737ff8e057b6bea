import * as fs from 'node:fs'
import * as path from 'node:path'
import { PROJECT_FILE } from '../project/find.ts'
import type { World } from '../world.ts'
import { askGit } from './ask-git.ts'
import { asByteText } from './byte-text.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { makefileBeside } from './find-makefile.ts'
import { GNUMAKEFILE, INCLUDED, isStandIn } from './gnumakefile.ts'
import { ownText } from './known-texts.ts'
import { takenOut } from './taken-out.ts'
import { undoing } from './undo.ts'
import { readRecord, recordPlace } from './undo-record.ts'
import { unchangedCopy, VENDOR_FOLDER } from './vendor.ts'
import { words } from './words.ts'

/** What taking back comes to. */
export interface UndoPlan {
  readonly folder: string
  readonly changes: readonly FileChange[]
  /** What has to be written besides, after them. */
  readonly record: readonly FileChange[]
  readonly notes: readonly string[]
}

/** Works out how to restore what `init` changed in this folder; writes nothing. Throws Refusal. */
export async function planUndo(world: World): Promise<UndoPlan> {
  const folder = world.cwd
  const place = recordPlace(world, folder, await askGit(world, folder))
  const { files } = readRecord(place)
  if (files.length === 0) return withoutRecord(folder)
  const { changes, staying, gone } = undoing(folder, files)
  const notes = [
    ...staying.map((file) => stays(folder, file, changes)),
    ...gone.map((file) => words.goneSince(path.relative(folder, file))),
  ]
  return { folder, changes, record: changeOf(place, undefined), notes }
}

/** In a clone of what somebody else committed: files that are known to be ours, to the byte. */
function withoutRecord(folder: string): UndoPlan {
  const changes = [...oursIn(folder, GNUMAKEFILE), ...oursIn(folder, INCLUDED), ...unchangedCopy(folder)]
  const none = !fs.existsSync(path.join(folder, VENDOR_FOLDER)) && changes.length === 0
  const hasProject = fs.existsSync(path.join(folder, PROJECT_FILE))
  const staying = changes.filter(({ after }) => after !== undefined).map(({ file }) => stays(folder, file, changes))
  const notes = none ? [words.nothingToUndo()] : [...staying, ...(hasProject ? [words.projectStays(PROJECT_FILE)] : [])]
  return { folder, changes, record: [], notes }
}

function oursIn(folder: string, name: string): FileChange[] {
  const file = path.join(folder, name)
  const content = contentOf(file)
  if (content === undefined) return []
  const now = asByteText(content)
  if (isStandIn(now)) return changeOf(file, undefined)
  const after = ownText(now)
  const taken = after === undefined ? undefined : takenOut(content, { name, before: undefined, after, makefile: makefileBeside(folder) })
  return taken !== undefined && 'content' in taken ? changeOf(file, taken.content) : []
}

/** That a file is not removed, and what it is good for now. */
function stays(folder: string, file: string, changes: readonly FileChange[]): string {
  const name = path.relative(folder, file)
  const text = changes.find((change) => change.file === file)?.after?.toString() ?? ''
  const makefile = /^include (.+?)\r?$/mu.exec(text)?.[1]
  if (name === GNUMAKEFILE && makefile !== undefined) return words.staysAndIncludes(name, makefile)
  return (name === INCLUDED ? words.staysUnread : words.staysForTheirs)(name)
}
