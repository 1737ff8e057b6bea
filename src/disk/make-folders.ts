import * as fs from 'node:fs'
import * as path from 'node:path'

/** Others may make and remove folders at the same time. */
const TRIES = 3

/**
 * Makes a folder for its owner alone, and those above it. Throws the file system's error. With `recursive` Node itself tries
 * for ever where a file system takes no folder and says that there is none above it, as autofs and /proc do.
 */
export function makeFolders(folder: string, tries = TRIES): void {
  try {
    fs.mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (isFolder(folder)) return
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 0) throw error
    makeFolders(path.dirname(folder))
    makeFolders(folder, tries - 1)
  }
}

function isFolder(name: string): boolean {
  try {
    return fs.statSync(name).isDirectory()
  } catch {
    return false
  }
}
