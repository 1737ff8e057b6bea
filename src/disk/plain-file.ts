import * as fs from 'node:fs'
import * as path from 'node:path'

const { O_CREAT, O_NOCTTY = 0, O_NONBLOCK = 0, O_RDONLY, O_TRUNC, O_WRONLY } = fs.constants

/** What lies in the place of a file is none. */
export class NotAFileError extends Error {
  readonly code = 'ENOTFILE'
}

/**
 * Opens a file and nothing else. Whatever may lie in its place, this never waits: an ordinary open of a pipe at whose other end
 * nobody is does so for ever. Throws the file system's error, or NotAFileError.
 */
export function openFile(file: string, flags: number = O_RDONLY): number {
  let descriptor: number
  try {
    descriptor = fs.openSync(file, flags | O_NONBLOCK | O_NOCTTY, 0o600)
  } catch (error) {
    throw notAFile(fs.statSync(file, { throwIfNoEntry: false }), file) ?? error
  }
  const other = notAFile(fs.fstatSync(descriptor), file)
  if (other === undefined) return descriptor
  fs.closeSync(descriptor)
  throw other
}

/** The text of a file. Throws the file system's error, or NotAFileError. */
export function readText(file: string): string {
  const descriptor = openFile(file)
  try {
    return fs.readFileSync(descriptor, 'utf8')
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Puts a text into a file, which is made if it is not there. Throws the file system's error, or NotAFileError. */
export function writeText(file: string, text: string): void {
  const descriptor = openFile(file, O_WRONLY | O_CREAT | O_TRUNC)
  try {
    fs.writeFileSync(descriptor, text)
  } finally {
    fs.closeSync(descriptor)
  }
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
