import * as fs from 'node:fs'
import { writeNew } from './plain-file.ts'
import { removeFile } from './remove-file.ts'

/** Writes a file whole or not at all: beside it first, then renamed. Throws the file system's error. */
export function writeBeside(file: string, text: string): void {
  const beside = `${file}.tmp`
  try {
    // One that a crash has left, or whatever else lies there.
    removeFile(beside)
    writeNew(beside, text)
    fs.renameSync(beside, file)
  } catch (error) {
    try {
      removeFile(beside)
    } catch {
      // What matters is why the file could not be written.
    }
    throw error
  }
}
