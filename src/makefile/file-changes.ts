import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Refusal } from './refusal.ts'
import { words } from './words.ts'

/** What a file is to hold in place of what it holds; `undefined` stands for no file. */
export interface FileChange {
  /** Absolute. A symbolic link stays, and what it points to is changed. */
  readonly file: string
  readonly before: Buffer | undefined
  readonly after: Buffer | undefined
  /** Permissions of a new file; one that is there keeps its own. */
  readonly mode?: number
  /** What of it is ours, where a person wrote in a file that `init` made. */
  readonly ours?: Buffer
}

const NEW_MODE = 0o666

/** What a file holds now, or undefined where there is none. Throws Refusal when it cannot be read. */
export function contentOf(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isLink(file)) return undefined
    throw new Refusal(words.unreadable(file, (error as Error).message))
  }
}

/** A change of one file, or none where nothing changes. */
export function changeOf(file: string, after: Buffer | undefined, mode?: number): FileChange[] {
  const before = contentOf(file)
  if (before === after || (before && after?.equals(before))) return []
  return [{ file, before, after, ...(mode === undefined ? {} : { mode }) }]
}

/**
 * Makes all changes or none: each file is written beside and renamed, and if one cannot be, those before it
 * are put back. Throws Refusal with the file and the reason.
 */
export function applyChanges(changes: readonly FileChange[]): void {
  const made: FileChange[] = []
  for (const change of changes) {
    try {
      // What was shown is what is done, or nothing.
      if (!same(contentOf(change.file), change.before)) throw new Refusal(words.changedMeanwhile(change.file))
      const mode = fs.statSync(change.file, { throwIfNoEntry: false })?.mode
      put(change)
      made.push(mode === undefined ? change : { ...change, mode: mode & 0o7777 })
    } catch (error) {
      for (const { file, before, after, mode } of made.reverse()) {
        put({ file, before: after, after: before })
        if (before !== undefined && mode !== undefined) fs.chmodSync(file, mode)
      }
      if (error instanceof Refusal) throw error
      throw new Refusal(words.unwritable(change.file, (error as Error).message))
    }
  }
}

function same(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other)
}

function put({ file, after, mode }: FileChange): void {
  if (after === undefined) {
    fs.rmSync(file)
    removeEmpty(path.dirname(file))
    return
  }
  fs.mkdirSync(path.dirname(file), { recursive: true })
  replace(fs.existsSync(file) ? fs.realpathSync(file) : file, after, mode)
}

/** Removes a folder of our own that has nothing in it any more, and those above it. */
export function removeEmpty(folder: string): void {
  if (!/(?:^|[\\/])\.send-metrics(?:[\\/]|$)/u.test(folder)) return
  try {
    fs.rmdirSync(folder)
    removeEmpty(path.dirname(folder))
  } catch {
    // Something of somebody else is in it.
  }
}

function replace(file: string, content: Buffer, mode: number | undefined): void {
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  // rename() would get around a file's own permissions, which were set for a reason.
  if (stat) fs.accessSync(file, fs.constants.W_OK)
  const beside = `${file}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const descriptor = fs.openSync(beside, 'wx', mode ?? NEW_MODE)
    try {
      fs.writeFileSync(descriptor, content)
      if (stat) keepOwner(descriptor, stat)
      fs.fsyncSync(descriptor)
    } finally {
      fs.closeSync(descriptor)
    }
    fs.renameSync(beside, file)
  } catch (error) {
    fs.rmSync(beside, { force: true })
    throw error
  }
}

function keepOwner(descriptor: number, stat: fs.Stats): void {
  const now = fs.fstatSync(descriptor)
  // Somebody who is not root can only keep what is theirs already.
  if (now.uid !== stat.uid || now.gid !== stat.gid) {
    try {
      fs.fchownSync(descriptor, stat.uid, stat.gid)
    } catch {
      // The content counts more than the owner.
    }
  }
  fs.fchmodSync(descriptor, stat.mode & 0o7777)
}

function isLink(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
}
