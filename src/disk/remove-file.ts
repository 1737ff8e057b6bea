import * as fs from 'node:fs'

/** Removes a file if it is there. Throws the file system's other errors. `rmSync` would do, but takes a run half a millisecond to load. */
export function removeFile(file: string): void {
  try {
    fs.unlinkSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
