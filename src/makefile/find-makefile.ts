import * as fs from 'node:fs'
import * as path from 'node:path'
import { isOurs } from './gnumakefile.ts'
import { MAKEFILES, makefileIn } from './makefile-names.ts'
import { Refusal, UnreadMakefile } from './refusal.ts'
import { words } from './words.ts'

/** The makefiles of a folder. */
export interface Makefiles {
  /** What stands under the name GNUmakefile. */
  readonly gnu: 'none' | 'ours' | 'foreign'
  /** What make would read without us. */
  readonly main: string
}

/** Finds what make reads in a folder. Throws Refusal where there is no makefile, with where one was looked for. */
export function findMakefiles(folder: string): Makefiles {
  // Names as they are on disk: where case makes no difference, one file would be found under three names.
  const there = fs.readdirSync(folder)
  const gnu = there.includes(MAKEFILES[0]) ? standing(path.join(folder, MAKEFILES[0])) : 'none'
  const main = gnu === 'foreign' ? MAKEFILES[0] : MAKEFILES.slice(1).find((name) => there.includes(name))
  if (main !== undefined) return { gnu, main }
  if (['configure', 'configure.ac', 'Makefile.in', 'Makefile.am'].some((name) => there.includes(name)))
    throw new Refusal(words.makefileNotYet(folder))
  if (gnu === 'ours') throw new Refusal(words.makefileGone(folder))
  const above = nearestAbove(folder)
  throw new Refusal(above === undefined ? words.noMakefile(folder) : words.noMakefileHere(folder, above))
}

function standing(file: string): 'ours' | 'foreign' {
  try {
    return isOurs(fs.readFileSync(file, 'utf8')) ? 'ours' : 'foreign'
  } catch (error) {
    throw new UnreadMakefile(words.makefileUnreadable(file, (error as Error).message), words.makefileMend(file))
  }
}

/** The nearest folder above that has a makefile, up to the git root. */
function nearestAbove(folder: string): string | undefined {
  for (let at = folder; !fs.existsSync(path.join(at, '.git')); ) {
    const above = path.dirname(at)
    if (above === at) return undefined
    at = above
    if (hasMakefile(at)) return at
  }
  return undefined
}

/** Not where the folder is closed: make would find none there either. */
function hasMakefile(folder: string): boolean {
  try {
    return makefileIn(folder) !== undefined
  } catch {
    return false
  }
}
