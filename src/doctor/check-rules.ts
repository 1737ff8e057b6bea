import * as fs from 'node:fs'
import * as path from 'node:path'
import { clashesIn } from '../makefile/file-clash.ts'
import { findMakefiles, type Makefiles } from '../makefile/find-makefile.ts'
import { isOurs } from '../makefile/gnumakefile.ts'
import { readDatabase } from '../makefile/read-database.ts'
import { Refusal } from '../makefile/refusal.ts'
import { VENDOR_FOLDER } from '../makefile/vendor.ts'
import { GNUMAKEFILE, INCLUDED } from '../makefile/ways.ts'
import { words } from '../makefile/words.ts'
import { PROJECT_FILE } from '../project/find.ts'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'

const ABOUT = 'rules'

/** Whether the makefile's own rules take a file of ours for theirs, which they may since `init` asked. Nothing where none is here. */
export async function checkRules(world: World): Promise<Finding[]> {
  const makefiles = refusable(() => findMakefiles(world.cwd))
  if (makefiles === undefined) return []
  const ours = filesOfOurs(world.cwd, makefiles)
  if (ours.length === 0) return []
  try {
    const database = await readDatabase(world, world.cwd, makefiles.main)
    const clashes = clashesIn({ folder: world.cwd, makefile: makefiles.main, database, before: undefined }, ours)
    if (clashes.length === 0) return [{ about: ABOUT, state: 'ok', text: `${makefiles.main} takes no file of ours for its own` }]
    return clashes.map(({ file, why }) => ({
      about: ABOUT,
      state: 'problem',
      text: words.clashThere(file, why),
      todo: words.clashMend(world.tool, file),
    }))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return [{ about: ABOUT, state: 'note', text: `make cannot be asked about ${makefiles.main}: ${error.message}` }]
  }
}

function filesOfOurs(folder: string, { gnu }: Makefiles): string[] {
  const included = path.join(folder, INCLUDED)
  const isIncluded = fs.existsSync(included) && isOurs(fs.readFileSync(included, 'utf8'))
  const others = [PROJECT_FILE, VENDOR_FOLDER].filter((name) => fs.existsSync(path.join(folder, name)))
  return [...(gnu === 'ours' ? [GNUMAKEFILE] : []), ...(isIncluded ? [INCLUDED] : []), ...others]
}

function refusable<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
