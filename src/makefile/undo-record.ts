import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { stateFolder } from '../disk/places.ts'
import { foreignHome } from '../disk/whose-home.ts'
import type { World } from '../world.ts'
import type { Checkout } from './ask-git.ts'
import type { FileChange } from './file-changes.ts'
import { Refusal } from './refusal.ts'
import { words } from './words.ts'

/** What is kept of a file that `init` changed. */
export interface Kept {
  /** Relative to the folder in which `init` was called, so that a checkout may move. */
  readonly file: string
  /** Base64 of what it held; null where it was not there. */
  readonly before: string | null
  /** Base64 of what `init` made of it, or of a file that was not there before, `sha256:` and its hash; null where it was removed. */
  readonly after: string | null
}

/** What is kept of a folder's `init`. */
export interface InitRecord {
  readonly files: readonly Kept[]
  /** The targets that were found, which a person may have taken off the list since. */
  readonly offered: readonly string[]
}

interface RecordFile extends Partial<InitRecord> {
  readonly version: 1
}

/** Where the record of a folder lies: in the git folder, which goes with the checkout; else with the records of runs. */
export function recordPlace(world: World, folder: string, checkout: Checkout | undefined): string {
  if (checkout) return path.join(checkout.gitFolder, `send-metrics-init-${shortHash(path.relative(checkout.root, folder))}.json`)
  const state = stateFolder(world)
  if (state === undefined) throw new Refusal(words.nowhereToKeep())
  const foreign = foreignHome(world)
  if (foreign !== undefined) throw new Refusal(words.notKeptInForeignHome(foreign))
  return path.join(state, `init-${shortHash(folder)}.json`)
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

/** What a record keeps; nothing where there is none. Throws Refusal when it is damaged. */
export function readRecord(file: string): InitRecord {
  let text: string
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { files: [], offered: [] }
    throw new Refusal(words.unreadable(file, (error as Error).message))
  }
  try {
    const { version, files, offered = [] } = JSON.parse(text) as RecordFile
    if (version === 1 && Array.isArray(files) && files.every(isKept) && Array.isArray(offered)) return { files, offered }
  } catch {
    // Told below.
  }
  throw new Refusal(words.recordDamaged(file))
}

function isKept(kept: unknown): kept is Kept {
  const { file, before, after } = (kept ?? {}) as Record<string, unknown>
  const isContent = (content: unknown) => content === null || typeof content === 'string'
  return typeof file === 'string' && isContent(before) && isContent(after)
}

/** The text of a record. */
export function recordText({ files, offered }: InitRecord): Buffer {
  const record: RecordFile = { version: 1, files, offered }
  return Buffer.from(`${JSON.stringify(record)}\n`)
}

/**
 * What is to be kept after further changes. A file that is still as `init` left it keeps its first state; one that a
 * person changed meanwhile has that as what to go back to, so that nothing of theirs is ever undone.
 */
export function keepAlso(kept: readonly Kept[], folder: string, changes: readonly FileChange[]): Kept[] {
  const all = new Map(kept.map((one) => [one.file, one]))
  for (const change of changes) {
    const file = path.relative(folder, change.file)
    const old = all.get(file)
    const before = old !== undefined && holds(old.after, change.before) ? old.before : encoded(change.before)
    if (holds(before, change.after)) all.delete(file)
    else all.set(file, { file, before, after: before === null && change.after ? hashOf(change.after) : encoded(change.after) })
  }
  return [...all.values()]
}

/** Whether a kept content is this one. */
export function holds(kept: string | null, content: Buffer | undefined): boolean {
  if (content === undefined) return kept === null
  return kept === encoded(content) || kept === hashOf(content)
}

function hashOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

function encoded(content: Buffer | undefined): string | null {
  return content?.toString('base64') ?? null
}

/** The content that a record keeps. */
export function decoded(content: string | null): Buffer | undefined {
  return content === null ? undefined : Buffer.from(content, 'base64')
}
