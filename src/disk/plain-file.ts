import * as fs from 'node:fs'
import * as path from 'node:path'
import { whoElse } from './own.ts'

const { O_CREAT, O_NOCTTY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY } = fs.constants

/** What lies in the place of a file is none. */
export class NotAFileError extends Error {
  readonly code = 'ENOTFILE'
}

/** A file is there that somebody else may have written. */
export class NotOursError extends Error {
  readonly code = 'ENOTOURS'
}

/**
 * Opens a file of ours and nothing else: no link is followed, and one that somebody else may have written is neither read nor
 * written. Whatever may lie in its place, this never waits. Throws the file system's error, NotAFileError or NotOursError.
 */
export function openFile(file: string, flags: number = O_RDONLY): number {
  return openIf(file, flags, (stat) => whoElse(stat))
}

/**
 * The same for a file of this user or root that others may write to, too: what a target makes has the mode of its umask, and an
 * administrator may have made a file for everybody's events.
 */
export function openOwned(file: string, flags: number = O_RDONLY): number {
  return openIf(file, flags, (stat) => whoElse({ ...stat, mode: 0 }))
}

function openIf(file: string, flags: number, objection: (stat: fs.Stats) => string | undefined): number {
  const descriptor = openAnyones(file, flags | O_NOFOLLOW)
  const reason = objection(fs.fstatSync(descriptor))
  if (reason === undefined) return descriptor
  fs.closeSync(descriptor)
  throw new NotOursError(`is not used, since ${reason}: '${file}'`)
}

/**
 * The same for a file that anybody may have written, behind a link or not: an ordinary open of a pipe at whose other end nobody is
 * waits for ever. Throws the file system's error, or NotAFileError.
 */
export function openAnyones(file: string, flags: number = O_RDONLY): number {
  let descriptor: number
  try {
    descriptor = fs.openSync(file, flags | O_NONBLOCK | O_NOCTTY, 0o600)
  } catch (error) {
    const look = (flags & O_NOFOLLOW) === 0 ? fs.statSync : fs.lstatSync
    throw notAFile(look(file, { throwIfNoEntry: false }), file) ?? error
  }
  const other = notAFile(fs.fstatSync(descriptor), file)
  if (other === undefined) return descriptor
  fs.closeSync(descriptor)
  throw other
}

/** The text of a file of ours. Throws the file system's error, NotAFileError or NotOursError. */
export function readText(file: string): string {
  return readFrom(openFile(file))
}

/** The text of a file that anybody may have written. Throws the file system's error, or NotAFileError. */
export function readAnyones(file: string): string {
  return readFrom(openAnyones(file))
}

function readFrom(descriptor: number): string {
  try {
    return fs.readFileSync(descriptor, 'utf8')
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Puts a text into a file of ours, which is made if it is not there. Throws the file system's error, NotAFileError or NotOursError. */
export function writeText(file: string, text: string): void {
  // Not emptied by being opened: by then nobody knows whose it is.
  const descriptor = openFile(file, O_WRONLY | O_CREAT)
  try {
    fs.ftruncateSync(descriptor)
    fs.writeFileSync(descriptor, text)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Puts a text into a file that is not there yet: whatever lies there, a link too, is an error. Throws the file system's error. */
export function writeNew(file: string, text: string, mode = 0o600): void {
  fs.writeFileSync(file, text, { mode, flag: 'wx' })
}

function notAFile(stat: fs.Stats | undefined, file: string): NotAFileError | undefined {
  return stat === undefined || stat.isFile() ? undefined : new NotAFileError(`is ${kindOf(stat)}, not a file: '${file}'`)
}

/** What it is that lies somewhere, in words. */
export function kindOf(stat: fs.Stats): string {
  if (stat.isFile()) return 'a file'
  if (stat.isDirectory()) return 'a folder'
  if (stat.isFIFO()) return 'a pipe'
  if (stat.isSocket()) return 'a socket'
  return stat.isSymbolicLink() ? 'a link' : 'a device'
}

/** The link that leads nowhere because of which a place is not there: it, or one above it; undefined where there is none. */
export function danglingLink(place: string): string | undefined {
  for (let at = place; ; at = path.dirname(at)) {
    if (fs.statSync(at, { throwIfNoEntry: false }) !== undefined) return undefined
    if (fs.lstatSync(at, { throwIfNoEntry: false }) !== undefined) return at
    if (path.dirname(at) === at) return undefined
  }
}
