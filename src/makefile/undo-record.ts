import { createHash } from 'node:crypto'
import * as path from 'node:path'
import { stateFolder } from '../disk/places.ts'
import { readText } from '../disk/plain-file.ts'
import { foreignHome } from '../disk/whose-home.ts'
import { PROJECT_FILE } from '../project/find.ts'
import type { World } from '../world.ts'
import type { Checkout } from './ask-git.ts'
import { asByteText } from './byte-text.ts'
import type { FileChange } from './file-changes.ts'
import { isOurs } from './gnumakefile.ts'
import { linesOf } from './line-end.ts'
import { Refusal } from './refusal.ts'
import { takenOut, type Written } from './taken-out.ts'
import { isCopied, isInCopy } from './vendor.ts'
import { words } from './words.ts'

/** What is kept of a file that `init` changed. */
export interface Kept {
  /** Relative to the folder in which `init` was called, so that a checkout may move. */
  readonly file: string
  /** Base64 of what it held; null where it was not there. */
  readonly before: string | null
  /** Base64 of what `init` made of it, or of a part of the tool's copy, `sha256:` and its hash; null where it was removed. */
  readonly after: string | null
}

/** What is kept of a folder's `init`. */
export interface InitRecord {
  readonly files: readonly Kept[]
  /** The targets that were found, which a person may have taken off the list since. */
  readonly offered: readonly string[]
}

const HASH = 'sha256:'

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
    text = readText(file)
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
 * What is to be kept after further changes. A file that is still as `init` left it keeps its first state; of one that a person
 * changed meanwhile, what is theirs is what to go back to. Throws Refusal where that cannot be told from what is ours.
 */
export function keepAlso(kept: readonly Kept[], folder: string, changes: readonly FileChange[]): Kept[] {
  const all = new Map(kept.map((one) => [one.file, one]))
  for (const change of changes) {
    const file = path.relative(folder, change.file)
    const old = all.get(file)
    const before = old === undefined ? encoded(change.before) : stateBefore(old, change)
    if (holds(before, change.after)) all.delete(file)
    else all.set(file, { file, before, after: afterOf(file, before, change) })
  }
  return [...all.values()]
}

function stateBefore(old: Kept, { before, ours }: FileChange): string | null {
  if (before === undefined) return null
  // A copy that somebody changed by hand is refused before.
  if (ours !== undefined || isInCopy(old.file) || holds(old.after, before)) return old.before
  if (isReplaced(old, before)) return encoded(before)
  const written = writtenOf(old)
  const taken = written === undefined ? { unclear: [] } : takenOut(before, written)
  if ('unclear' in taken) throw new Refusal([...unclearIn(old.file, old, taken.unclear), words.nothingChanged()])
  return encoded(taken.content)
}

/** Whether a person has a makefile of their own where ours was: one that has none of our lines. */
export function isReplaced(kept: Kept, now: Buffer): boolean {
  const written = writtenOf(kept)
  if (written === undefined || written.before !== undefined || !isOurs(written.after)) return false
  const text = asByteText(now)
  return !linesOf(written.after).some((line) => /send[-_]metrics/u.test(line) && text.includes(line.trim()))
}

/** Of the megabytes of a copy, a hash will do; in all else a person may write. */
function afterOf(file: string, before: string | null, { after, ours }: FileChange): string | null {
  if (before === null && ours !== undefined) return encoded(ours)
  return before === null && after !== undefined && isCopied(file) ? hashOf(after) : encoded(after)
}

/** A file before `init` and after it; undefined where only a hash of it is known. */
export function writtenOf({ file, before, after }: Kept): Written | undefined {
  if (after === null || after.startsWith(HASH)) return undefined
  const textOf = (content: string) => asByteText(Buffer.from(content, 'base64'))
  return { name: file, before: before === null ? undefined : textOf(before), after: textOf(after), makefile: undefined }
}

/**
 * What to say of a file in which ours cannot be told from theirs, with the numbers of the lines from 1; none where all that is
 * known is that it was changed.
 */
export function unclearIn(name: string, { before }: Pick<Kept, 'before'>, lines: readonly number[]): string[] {
  const places = runsOf(lines).map((place) => words.changedSince(`${name}${place}`))
  if (path.basename(name) === PROJECT_FILE) return [...lines.map((line) => words.noJson(`${name}:${line}`))]
  return [...places, before === null ? words.putBackOrDelete(name) : words.putBackOrTakeOut(name)]
}

function runsOf(lines: readonly number[]): string[] {
  if (lines.length === 0) return ['']
  const starts = lines.filter((line) => !lines.includes(line - 1))
  const ends = lines.filter((line) => !lines.includes(line + 1))
  return starts.map((start, at) => (start === ends[at] ? `:${start}` : `:${start}-${ends[at]}`))
}

/** Whether a kept content is this one. */
export function holds(kept: string | null, content: Buffer | undefined): boolean {
  if (content === undefined) return kept === null
  return kept === encoded(content) || kept === hashOf(content)
}

function hashOf(content: Buffer): string {
  return `${HASH}${createHash('sha256').update(content).digest('hex')}`
}

function encoded(content: Buffer | undefined): string | null {
  return content?.toString('base64') ?? null
}

/** The content that a record keeps. */
export function decoded(content: string | null): Buffer | undefined {
  return content === null ? undefined : Buffer.from(content, 'base64')
}
