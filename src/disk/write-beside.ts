import * as fs from 'node:fs'
import { writeText } from './plain-file.ts'
import { removeFile } from './remove-file.ts'

/** Writes a file whole or not at all: beside it first, then renamed. Throws the file system's error. */
export function writeBeside(file: string, text: string): void {
  const beside = `${file}.tmp`
  try {
    writeText(beside, text)
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
