import * as path from 'node:path'
import { asByteText, type ByteText, bytesOf } from './byte-text.ts'
import { contentOf } from './file-changes.ts'
import type { Database } from './parse-database.ts'

/** As many makefiles are read for the words in them; a project may include one for each of its sources. */
const MOST_READ = 100

/** The text of all makefiles that make read in a folder, in order. Throws Refusal where one cannot be read. */
export function makefileText(folder: string, database: Pick<Database, 'makefiles'>): ByteText {
  return textOf(readMakefiles(folder, database))
}

/** The makefiles that make read in a folder, absolute. */
export function readMakefiles(folder: string, { makefiles }: Pick<Database, 'makefiles'>): string[] {
  return makefiles.slice(0, MOST_READ).map((name) => path.resolve(folder, bytesOf(name).toString()))
}

/** The text of makefiles, one after the other. Throws Refusal where one cannot be read. */
export function textOf(files: readonly string[]): ByteText {
  return files.map((file) => asByteText(contentOf(file) ?? Buffer.alloc(0))).join('\n')
}
