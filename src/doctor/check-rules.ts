import * as fs from 'node:fs'
import * as path from 'node:path'
import { isFile } from '../disk/stat.ts'
import { asCommitted } from '../makefile/as-committed.ts'
import { askGit, type Checkout } from '../makefile/ask-git.ts'
import { readables } from '../makefile/byte-text.ts'
import { hasOurLines } from '../makefile/exclude-lines.ts'
import { contentOf } from '../makefile/file-changes.ts'
import { clashesIn } from '../makefile/file-clash.ts'
import { findMakefiles, type Makefiles } from '../makefile/find-makefile.ts'
import { GNUMAKEFILE, INCLUDED, isOurs, VENDORED_ENTRY } from '../makefile/gnumakefile.ts'
import { listsIn } from '../makefile/leave-out.ts'
import { isAskable, listUses } from '../makefile/list-uses.ts'
import { makefileText } from '../makefile/makefile-text.ts'
import type { Database } from '../makefile/parse-database.ts'
import { presentWay } from '../makefile/present-way.ts'
import { readDatabase } from '../makefile/read-database.ts'
import { Refusal, UnreadMakefile } from '../makefile/refusal.ts'
import { expressionsOf, leaveOutOf } from '../makefile/refuse-clashes.ts'
import { VENDOR_FOLDER } from '../makefile/vendor.ts'
import { words } from '../makefile/words.ts'
import { PROJECT_FILE } from '../project/find.ts'
import type { Project } from '../project/read.ts'
import type { Environment, World } from '../world.ts'
import { asksGit } from './check-programs.ts'
import type { Finding } from './checks.ts'
import { troubleWith } from './trouble.ts'

const ABOUT = 'rules'

/**
 * Whether the makefile's own rules take a file of ours for theirs, which they may since `init` asked. Nothing where none is here. git
 * is asked only for people who agreed.
 */
export async function checkRules(world: World, project: Project | undefined): Promise<Finding[]> {
  const makefiles = refusable(() => findMakefiles(world.cwd))
  if (makefiles === undefined) return []
  const ours = filesOfOurs(world.cwd, makefiles)
  if (ours.length === 0) return []
  // make takes one that is not there for an empty one, as long as others are.
  const trouble = troubleWith(world, path.join(world.cwd, makefiles.main), 'text')
  // The one that make reads first is told of by the check of the way.
  if (trouble !== undefined)
    return makefiles.gnu === 'ours' ? [{ about: ABOUT, state: 'problem', text: trouble.text, todo: trouble.todo }] : []
  try {
    const { taken, database } = await takenFiles(world, makefiles, ours, asksGit(world, project) ? await committedTo(world) : undefined)
    const twice = countedTwice(world, makefiles, database)
    if (taken.length + twice.length > 0) return [...taken, ...twice]
    return [{ about: ABOUT, state: 'ok', text: `${makefiles.main} takes no file of ours for its own` }]
  } catch (error) {
    if (error instanceof UnreadMakefile) return [{ about: ABOUT, state: 'problem', text: error.message, todo: error.todo }]
    if (!(error instanceof Refusal)) throw error
    return [{ about: ABOUT, state: 'note', text: `make cannot be asked about ${makefiles.main}: ${error.message}` }]
  }
}

/** The files that the rules take, and what make knows of those. */
async function takenFiles(
  world: World,
  { main }: Makefiles,
  ours: readonly string[],
  committed: Checkout | undefined,
): Promise<{ readonly taken: readonly Finding[]; readonly database: Database }> {
  const { cwd } = world
  return asCommitted(world, committed, filesIn(cwd, ours), async (env) => {
    const asked = withEnv(world, env)
    const plain = await readDatabase(asked, cwd, main)
    const text = makefileText(cwd, plain)
    const uses = listUses(plain, text)
    const inRecipes = expressionsOf(plain, uses)
    const database = inRecipes.length === 0 ? plain : await readDatabase(asked, cwd, main, { expressions: inRecipes })
    const clashes = clashesIn({ folder: cwd, makefile: main, database, before: undefined, uses, ownIncludes: 0 }, ours)
    const lists = clashes.length === 0 ? [] : listsIn(text).filter((list) => isAskable(list, plain))
    const held = lists.length === 0 ? undefined : (await readDatabase(asked, cwd, main, { expressions: lists })).asked
    const taken = clashes.map((clash): Finding => {
      const { file, why, isOneOfMany } = clash
      const leaveOut = leaveOutOf(text, [clash], held)
      if (isOneOfMany) return { about: ABOUT, state: 'note', text: `${file}: ${why}`, todo: leaveOut }
      return { about: ABOUT, state: 'problem', text: words.clashThere(file, why), todo: words.clashUndo(leaveOut, world.tool) }
    })
    return { taken, database }
  })
}

/** Of a World of another folder, a copy would be without what that one takes from its own. */
function withEnv(world: World, env: Environment): World {
  return Object.create(world, { env: { value: { ...world.env, ...env } } }) as World
}

function countedTwice(world: World, { gnu, main }: Makefiles, database: Database): Finding[] {
  const present = gnu === 'ours' ? presentWay(world.cwd, main, database) : undefined
  if (present?.by !== 'rules') return []
  const text = words.countedTwice(main, readables(present.targets))
  return [{ about: ABOUT, state: 'problem', text, todo: words.takeOneAway(world.tool) }]
}

/** The checkout that our files are, or will be, committed to; undefined where they are for one person alone. */
async function committedTo(world: World): Promise<Checkout | undefined> {
  const checkout = await askGit(world, world.cwd)
  return checkout === undefined || hasOurLines(contentOf(checkout.exclude)) ? undefined : checkout
}

function filesIn(folder: string, names: readonly string[]): string[] {
  const files = names.map((name) => path.join(folder, name === VENDOR_FOLDER ? VENDORED_ENTRY : name))
  return files.filter(isFile)
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
