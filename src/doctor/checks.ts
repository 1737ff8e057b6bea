import * as fs from 'node:fs'
import * as path from 'node:path'
import { linkStatOf } from '../disk/stat.ts'
import { droppedFields } from '../journal/dropped.ts'
import { reasonOf } from '../journal/passed-over.ts'
import { type FoundProject, findProject, PROJECT_FILE } from '../project/find.ts'
import { located } from '../project/position.ts'
import { type Project, readProject } from '../project/read.ts'
import { shellWord } from '../shell-word.ts'
import type { World } from '../world.ts'
import { checkClock, checkPermissions } from './check-clock.ts'
import { checkConsent, checkDecisionsFile, checkPin } from './check-consent.ts'
import { checkCopy } from './check-copy.ts'
import { checkFault } from './check-fault.ts'
import { checkFiles } from './check-files.ts'
import { checkMakefile } from './check-makefile.ts'
import { checkGit, checkMake, checkNode } from './check-programs.ts'
import { checkReach } from './check-reach.ts'
import { checkRules } from './check-rules.ts'
import { checkOwnFields, checkPolicy, checkSettings } from './check-settings.ts'
import { checkDelivery, checkState, stateOf } from './check-state.ts'
import { troubleWith, whatMends } from './trouble.ts'

/** One thing that was looked at. A problem says what to do. */
export interface Finding {
  readonly about: string
  readonly state: 'ok' | 'note' | 'problem'
  readonly text: string
  readonly todo?: string
  /** What the text sums up, a line each: for who asks for it. */
  readonly details?: readonly string[]
}

/** What is looked at, under the name that a finding has if that fails. */
type Check = readonly [about: string, look: () => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>]

/** Everything `doctor` looks at, in the order in which a reader wants it. Each check stands alone. */
export async function findings(world: World): Promise<Finding[]> {
  const found = attempt(() => findProject(world))
  const { project, finding } = attempt(() => checkProject(world, found)) ?? {}
  const checks: Check[] = [
    ['project file', () => finding ?? checkProject(world, found).finding],
    ['policy', () => checkPolicy(world)],
    ...ofProject(project, (one): Check[] => [['consent', () => checkConsent(world, one)]]),
    ['decisions', () => checkDecisionsFile(world)],
    ...ofProject(project, (one): Check[] => [['in CI', () => checkPin(world, one)]]),
    ...ofProject(project, (one) => checksOfState(world, one)),
    ['permissions', () => checkPermissions(world, project)],
    ['makefile', () => checkMakefile(world, found)],
    ['copy', () => (attempt(() => world.cwd) === undefined ? [] : checkCopy(world))],
    ['make', () => checkMake(world)],
    ['rules', () => checkRules(world, project)],
    ['git', () => checkGit(world, project)],
    ['node', () => checkNode(world)],
    ['fault', () => checkFault(world)],
    ['clock', () => checkClock(world, project)],
    ['settings', () => checkSettings(world, found?.content ?? {})],
  ]
  const all: Finding[] = []
  for (const check of checks) all.push(...(await standingAlone(world, check)))
  return all
}

function checksOfState(world: World, project: Project): Check[] {
  return [
    ['records', () => checkState(world, project)],
    ['files', () => checkFiles(world, project)],
    ['destinations', () => checkDelivery(world, project)],
    ['network', () => checkReach(world, project)],
    ['fields', () => checkOwnFields(world, project, droppedHere(world, project))],
  ]
}

function ofProject(project: Project | undefined, checks: (project: Project) => Check[]): Check[] {
  return project === undefined ? [] : checks(project)
}

/** A check that fails is a finding, too: which one, at which file, and what to do. */
async function standingAlone(world: World, [about, look]: Check): Promise<Finding[]> {
  try {
    return [await look()].flat()
  } catch (error) {
    const { path: place } = error as NodeJS.ErrnoException
    const text = `could not be checked: ${place === undefined ? '' : `${place}: `}${reasonOf(error)}`
    const todo =
      place === undefined ? 'the other checks hold; please report this one to those who maintain send-metrics' : whatMends(world, place)
    return [{ about, state: 'problem', text, todo }]
  }
}

/** Undefined where it fails: the check that says so does the same again. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

function checkProject(world: World, found: FoundProject | undefined): { project?: Project; finding: Finding } {
  const about = 'project file'
  if (attempt(() => world.cwd) === undefined) {
    const text = 'the folder you are in was deleted, so there is none; targets run and nothing is recorded'
    return { finding: { about, state: 'problem', text, todo: 'cd to a folder that is there' } }
  }
  const astray = found ? undefined : linkAstray(world)
  if (astray) {
    const text = `${astray} is a link that leads nowhere, so there is none; targets run and nothing is recorded`
    return { finding: { about, state: 'problem', text, todo: `make it lead to a file, or rm ${shellWord(astray)}` } }
  }
  if (!found) {
    const text = `no ${PROJECT_FILE} here or above, up to the git root; targets run and nothing is recorded`
    return {
      finding: {
        about,
        state: 'note',
        text,
        todo: `${world.tool} init writes one, if this repository is to be measured`,
      },
    }
  }
  const read = readProject(found)
  if ('project' in read) return { project: read.project, finding: { about, state: 'ok', text: found.file } }
  const { file, what } = located(read.problem)
  const text = `${file}: ${what}`
  const mend = troubleWith(world, found.file, 'text')?.todo ?? `mend ${found.file}`
  return { finding: { about, state: 'problem', text, todo: `${mend}; until then targets run and nothing is recorded` } }
}

/** Where the project file would be looked for, as a link without an end. */
function linkAstray(world: World): string | undefined {
  for (let folder = world.cwd; ; folder = path.dirname(folder)) {
    const file = path.join(folder, PROJECT_FILE)
    if (linkStatOf(file)?.isSymbolicLink()) return file
    if (path.dirname(folder) === folder || fs.existsSync(path.join(folder, '.git'))) return undefined
  }
}

function droppedHere(world: World, project: Project): Readonly<Record<string, number>> {
  try {
    return droppedFields(stateOf(world, project))
  } catch {
    // Without a home there are no records; the check of the records says so.
    return {}
  }
}
