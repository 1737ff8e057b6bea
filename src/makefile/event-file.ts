import * as fs from 'node:fs'
import * as path from 'node:path'
import { PROJECT_FILE } from '../project/find.ts'
import { INCLUDED } from './gnumakefile.ts'
import { MAKEFILES } from './makefile-names.ts'
import { VENDOR_FOLDER } from './vendor.ts'
import { words } from './words.ts'

/** Files that are somebody's or ours, whether they are there yet or not. */
const TAKEN: readonly string[] = [...MAKEFILES, PROJECT_FILE, INCLUDED]
/** As much of a file is looked at, in bytes: an event is shorter. */
const MOST_READ = 64 * 1024

/** Why events cannot be appended to a file, in words; `file` as the project file of this folder is to name it. */
export function whyNotEventFile(folder: string, file: string): string | undefined {
  const absolute = path.resolve(folder, file)
  const [first = '', ...rest] = path.relative(folder, absolute).split(path.sep)
  const isTaken = (rest.length === 0 && TAKEN.includes(first)) || first === VENDOR_FOLDER || first === '.git'
  if (isTaken) return words.fileOfAnother(file)
  const stat = fs.statSync(absolute, { throwIfNoEntry: false })
  if (stat === undefined || (stat.isFile() && stat.size === 0)) return undefined
  return stat.isFile() && isOfEvents(absolute) ? undefined : words.fileOfAnother(file)
}

/** Whether a file begins with an event of ours. */
function isOfEvents(file: string): boolean {
  try {
    const descriptor = fs.openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(MOST_READ)
      const text = bytes.toString('utf8', 0, fs.readSync(descriptor, bytes))
      const event = JSON.parse(text.split('\n')[0] ?? '') as Readonly<Record<string, unknown>> | null
      return typeof event?.messageId === 'string' && typeof event.event === 'string'
    } finally {
      fs.closeSync(descriptor)
    }
  } catch {
    return false
  }
}
