import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Environment } from '../world.ts'
import type { WrapRequest } from './wrap-request.ts'

/** The make that was asked for, and words that belong to it, as in `make -s`. */
export interface WhichMake {
  readonly program: string
  readonly words: readonly string[]
}

/**
 * Which make runs the target. One with blanks in it that is no program as it is written is split there: make
 * gives its variable MAKE to a shell, which does the same.
 */
export function whichMake(request: WrapRequest, env: Environment): WhichMake {
  const written = request.make ?? (env.MAKE || 'make')
  if (written === 'make') return { program: written, words: [] }
  const [program, ...words] = written.split(/\s+/u).filter((word) => word !== '')
  if (program === undefined || program === written || isThere(written, env)) return { program: written, words: [] }
  return { program, words }
}

function isThere(program: string, env: Environment): boolean {
  const folders = program.includes('/') ? [''] : (env.PATH ?? '').split(path.delimiter)
  return folders.some((folder) => fs.existsSync(path.join(folder, program)))
}
