import * as fs from 'node:fs'

/** Writes a file whole or not at all: beside it first, then renamed. Throws the file system's error. */
export function writeBeside(file: string, text: string): void {
  const beside = `${file}.tmp`
  fs.writeFileSync(beside, text, { mode: 0o600 })
  fs.renameSync(beside, file)
}
