import * as fs from 'node:fs'
import * as path from 'node:path'
import { entryFor, identify } from '../consent/identity.ts'
import { readStore, type StoreReading } from '../consent/read-store.ts'
import { inside } from '../disk/inside.ts'
import { stateFolder } from '../disk/places.ts'
import { readText, writeText } from '../disk/plain-file.ts'
import { SCHEMA_VERSION } from '../event/fields.ts'
import { stateToWrite } from '../journal/state.ts'
import type { FoundProject } from '../project/find.ts'
import { fingerprint } from '../project/fingerprint.ts'
import type { Project, ReadProject } from '../project/read.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'

/** Another version of the table comes with other keys of the project file. */
const CHECKED_BY = `${version} ${SCHEMA_VERSION}`

/** A project file as it was read, and what remembers it: for after the target, which may be removing the very folder. */
export type ReadAgain = ReadProject & { readonly keep?: () => void }

/**
 * The checked project, by way of what is remembered: the same file was checked by the same version before, as a
 * rule, and loading what checks it takes 3 ms. A memo is kept only where records are kept already.
 */
export async function readProjectAgain(
  world: World,
  found: FoundProject,
  { store = readStore(world), load }: { store: StoreReading | undefined; load: () => Promise<typeof import('../project/read.ts')> },
): Promise<ReadAgain> {
  const file = memoFile(world, found, store)
  const content = JSON.stringify(found.content)
  const known = file === undefined ? undefined : recall(file, content)
  if (known !== undefined) return { project: { ...known, file: found.file, root: found.root } }
  const read = (await load()).readProject(found)
  if (file === undefined || !('project' in read)) return read
  return { ...read, keep: () => keep(file, content, read.project) }
}

function memoFile(world: World, found: FoundProject, store: StoreReading): string | undefined {
  const identity = identify(found)
  const entry = identity && entryFor(store.entries, identity)
  return entry && stateFolder(world) !== undefined ? inside(stateToWrite(world, entry.id), 'project.json') : undefined
}

/** Format: a sum of the rest, a blank, and the rest as JSON. Whatever was damaged is as none: no part of it is looked at by itself. */
function recall(file: string, content: string): Omit<Project, 'file' | 'root'> | undefined {
  try {
    const text = readText(file)
    const rest = text.slice(SUM_LENGTH + 1)
    if (text.slice(0, SUM_LENGTH) !== fingerprint(rest)) return undefined
    const memo = JSON.parse(rest) as { version: string; content: string; project: Project }
    return memo.version === CHECKED_BY && memo.content === content ? memo.project : undefined
  } catch {
    return undefined
  }
}

const SUM_LENGTH = fingerprint('').length

function keep(file: string, content: string, { file: _file, root: _root, ...project }: Project): void {
  try {
    const rest = JSON.stringify({ version: CHECKED_BY, content, project })
    if (fs.existsSync(path.dirname(file))) writeText(file, `${fingerprint(rest)} ${rest}`)
  } catch {
    // Next time it is checked again.
  }
}
