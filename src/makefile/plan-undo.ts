import * as fs from 'node:fs'
import * as path from 'node:path'
import { PROJECT_FILE } from '../project/find.ts'
import type { World } from '../world.ts'
import { askGit } from './ask-git.ts'
import { asByteText, bytesOf } from './byte-text.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { GNUMAKEFILE, INCLUDED, isStandIn } from './gnumakefile.ts'
import { hasWays, ownText } from './known-texts.ts'
import { MAKEFILES, makefileBeside } from './makefile-names.ts'
import { isOnGround } from './own-ground.ts'
import { Refusal } from './refusal.ts'
import { takenOut, withoutKnownWays } from './taken-out.ts'
import { undoing } from './undo.ts'
import { type Kept, readRecord, recordPlace, recordText, unclearIn, writtenOf } from './undo-record.ts'
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
  const checkout = await askGit(world, folder)
  const place = recordPlace(world, folder, checkout)
  const { files } = readRecord(place)
  if (files.length === 0) return withoutRecord(folder)
  const outside = files.find(({ file }) => !isOnGround({ folder, checkout }, path.resolve(folder, file)))
  if (outside !== undefined) throw new Refusal([words.recordReachesOut(place, outside.file), words.nothingChanged()])
  const { changes: all, staying, gone } = undoing(folder, files)
  const projectRecord = (change: FileChange) => recordPlace(world, path.dirname(change.file), checkout)
  const rests = all.filter((change) => isRestOfOurs(change, folder, projectRecord))
  const changes = all.map((change) => (rests.includes(change) ? { ...change, after: undefined } : change))
  const notes = [
    ...staying.map((file) => stays(folder, file, changes)),
    ...gone.map((file) => words.goneSince(path.relative(folder, file))),
  ]
  return {
    folder,
    changes,
    record: [
      ...changeOf(place, restOfRecord(place, folder, files, staying)),
      ...rests.flatMap((change) => changeOf(projectRecord(change), undefined)),
    ],
    notes,
  }
}

/**
 * Whether what is left of a project file, which another folder's init made and took back, is that one's alone. Its record
 * is there for as long as this folder's targets are on the list.
 */
function isRestOfOurs({ file, after }: FileChange, folder: string, recordOf: (change: FileChange) => string): boolean {
  if (path.basename(file) !== PROJECT_FILE || path.dirname(file) === folder || after === undefined) return false
  const kept = readRecord(recordOf({ file, before: undefined, after })).files.find((one) => one.file === PROJECT_FILE)
  const written = kept && writtenOf(kept)
  if (written === undefined || written.before !== undefined || namesTargets(after)) return false
  const taken = takenOut(after, written)
  return 'content' in taken && (taken.content === undefined || isBare(taken.content))
}

function namesTargets(content: Buffer): boolean {
  return ((JSON.parse(content.toString()) as { targets?: unknown[] }).targets ?? []).length > 0
}

/** A name and an empty list are nothing that a person wrote. */
function isBare(content: Buffer): boolean {
  return Object.keys(JSON.parse(content.toString()) as object).every((key) => key === 'project' || key === 'targets')
}

/** What is still to be known once this is taken back: that the project file was made here, where other folders' targets are on its list. */
function restOfRecord(place: string, folder: string, files: readonly Kept[], staying: readonly string[]): Buffer | undefined {
  const project = files.filter((one) => one.file === PROJECT_FILE)
  if (!staying.includes(path.join(folder, PROJECT_FILE)) || project.length === 0) return undefined
  const own = path.basename(place)
  const kind = own.slice(0, own.lastIndexOf('-') + 1)
  const others = fs.readdirSync(path.dirname(place)).filter((name) => name.startsWith(kind) && name !== path.basename(place))
  return others.length === 0 ? undefined : recordText({ files: project, offered: [] })
}

/** In a clone of what somebody else committed: files that are known to be ours, to the byte. */
function withoutRecord(folder: string): UndoPlan {
  const changes = [...oursIn(folder, GNUMAKEFILE), ...waysIn(folder), ...oursIn(folder, INCLUDED), ...unchangedCopy(folder)]
  const none = !fs.existsSync(path.join(folder, VENDOR_FOLDER)) && changes.length === 0
  const hasProject = fs.existsSync(path.join(folder, PROJECT_FILE))
  const staying = changes.filter(({ after }) => after !== undefined).map(({ file }) => stays(folder, file, changes))
  const notes = none ? [words.nothingToUndo()] : [...staying, ...(hasProject ? [words.projectStays(PROJECT_FILE)] : [])]
  return { folder, changes, record: [], notes }
}

/** A makefile of theirs without the lines and rules of ours that are known. Throws Refusal with those that were changed. */
function waysIn(folder: string): FileChange[] {
  return MAKEFILES.flatMap((name) => {
    const file = path.join(folder, name)
    const content = contentOf(file)
    if (content === undefined || !hasWays(content)) return []
    const taken = withoutKnownWays(asByteText(content))
    if ('unclear' in taken) throw new Refusal([...unclearIn(name, { before: '' }, taken.unclear), words.nothingChanged()])
    return changeOf(file, bytesOf(taken.text))
  })
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
