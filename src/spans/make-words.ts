import * as fs from 'node:fs'
import * as path from 'node:path'
import { readCommandLine } from '../wrap/make-command-line.ts'

/** Where make looks when no makefile is named, in its order (GNU make manual, "What Name to Give Your Makefile"). */
const DEFAULT_MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile']

/**
 * Words for make that have it read `file` after its makefiles. One that was not named is named then, because make
 * looks for it only where none is. Undefined where there is none to be found.
 */
export function readingLast(words: readonly string[], cwd: string, file: string): string[] | undefined {
  const named = valuesOf(words, 'f').length
  if (named > 0) {
    const behind = words.findIndex((_word, at) => valuesOf(words.slice(0, at + 1), 'f').length === named) + 1
    return [...words.slice(0, behind), '-f', file, ...words.slice(behind)]
  }
  const folder = path.resolve(cwd, ...valuesOf(words, 'C'))
  const found = DEFAULT_MAKEFILES.find((name) => fs.existsSync(path.join(folder, name)))
  return found === undefined ? undefined : ['-f', found, '-f', file, ...words]
}

function valuesOf(words: readonly string[], wanted: string): string[] {
  return readCommandLine(words).options.flatMap(({ name, value }) => (name === wanted && value !== undefined ? [value] : []))
}
