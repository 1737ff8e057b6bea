import * as fs from 'node:fs'
import * as path from 'node:path'
import { writeNew } from '../disk/plain-file.ts'
import { randomBytes } from '../random.ts'

/** Why nothing can be written in a folder, or undefined when it can. Leaves no trace; makes no folder. */
export function whyNotWritable(folder: string): string | undefined {
  const existing = nearestExisting(folder)
  try {
    if (isAstray(existing)) return `${existing} is a link that leads nowhere`
    if (existing === folder) return probe(folder)
    if (!fs.statSync(existing).isDirectory()) return `${existing} is not a folder`
    fs.accessSync(existing, fs.constants.W_OK)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function nearestExisting(folder: string): string {
  const above = path.dirname(folder)
  return fs.existsSync(folder) || isAstray(folder) || above === folder ? folder : nearestExisting(above)
}

function isAstray(place: string): boolean {
  try {
    return fs.lstatSync(place).isSymbolicLink() && !fs.existsSync(place)
  } catch {
    return false
  }
}

/** Writes a little, because permissions alone do not tell of a full disk. */
function probe(folder: string): undefined {
  const file = path.join(folder, `.probe-${randomBytes(8).toString('hex')}`)
  try {
    writeNew(file, 'x'.repeat(4096))
  } finally {
    fs.rmSync(file, { force: true })
  }
}
