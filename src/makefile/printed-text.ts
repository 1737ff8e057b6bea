import type { World } from '../world.ts'
import { findMakefiles } from './find-makefile.ts'
import { includeFile } from './gnumakefile.ts'
import type { Wishes } from './plan.ts'
import { Refusal } from './refusal.ts'
import { foldersAbove } from './tool-places.ts'
import { gnumakefileText } from './ways.ts'
import { words } from './words.ts'

/** The file that would be written for this folder's makefile: GNUmakefile, or the one to include. Throws Refusal. */
export function printedText(world: World, { include }: Wishes): string {
  const folder = world.cwd
  if (include) return includeFile({ above: foldersAbove(folder) })
  const makefiles = findMakefiles(folder)
  if (makefiles.gnu === 'foreign') throw new Refusal(words.foreignGnumakefile(world.tool))
  return gnumakefileText({ folder, makefiles })
}
