import * as fs from 'node:fs'
import * as path from 'node:path'
import { PROJECT_FILE } from '../project/find.ts'
import type { World } from '../world.ts'
import { askGit, type Checkout } from './ask-git.ts'
import { inBytes, readables } from './byte-text.ts'
import { hasOurLines, withLines, withoutLines } from './exclude-lines.ts'
import { rewritable } from './explicit-rules.ts'
import { changeOf, contentOf, type FileChange } from './file-changes.ts'
import { findMakefiles, type Makefiles } from './find-makefile.ts'
import { findTargets } from './find-targets.ts'
import { covers } from './fold-families.ts'
import { isStandIn } from './gnumakefile.ts'
import { hasWays } from './known-texts.ts'
import { type Listing, listTargets, targetPlace } from './list-targets.ts'
import { makefileIn } from './makefile-names.ts'
import { missingTool } from './missing-tool.ts'
import { refuseOffGround } from './own-ground.ts'
import type { Database } from './parse-database.ts'
import { type PresentWay, presentWay } from './present-way.ts'
import {
  type ExistingProject,
  existingProject,
  newProjectFile,
  projectFileIn,
  projectName,
  refuseMistakes,
  withTargets,
} from './project-file.ts'
import { readDatabase } from './read-database.ts'
import { Refusal } from './refusal.ts'
import { refuseClashes } from './refuse-clashes.ts'
import type { SetUp } from './set-up.ts'
import { copyAbove, schemaPlace } from './tool-places.ts'
import { type Kept, keepAlso, readRecord, recordPlace, recordText } from './undo-record.ts'
import { VENDOR_FOLDER, vendoring } from './vendor.ts'
import { rewritingOf, wayChanges } from './ways.ts'
import { words } from './words.ts'

/** What a person wants of `init`. */
export interface Wishes {
  /** Targets whose rules are to be rewritten; undefined for the ways that rewrite none. */
  readonly explicit: readonly string[] | undefined
  /** Three lines in the makefile that make reads, in place of a GNUmakefile. */
  readonly include: boolean
  readonly vendor: boolean
  /** Whether git is to ignore what is new; undefined to leave that as it is. */
  readonly local: boolean | undefined
  /** Finds out what a new project file is to say of the data; it may ask. Called once all else is known to work. */
  readonly setUp?: (project: string) => Promise<SetUp>
  /** Words on the command line that are for a new project file alone. */
  readonly onlyForNew?: readonly string[]
}

/** What would be done, and what there is to say about it. */
export interface Plan {
  /** The folder that all of it is about. */
  readonly folder: string
  /** In the order in which they are made; what calls us comes last. */
  readonly changes: readonly FileChange[]
  /** What is written besides, to be able to take it back. */
  readonly record: readonly FileChange[]
  /** For stderr. */
  readonly notes: readonly string[]
  /** Names that go on a list that was there. */
  readonly added: readonly string[]
  /** What to do next, once it is written. */
  readonly next: (tool: string) => string
  /** What comes of it, in short; undefined where it is the copy alone. */
  readonly summary: Summary | undefined
}

/** What a person reads before the changes themselves. */
export interface Summary {
  readonly project: string
  /** Those that are new on the list. */
  readonly targets: readonly string[]
  readonly files: string
  /** How make calls the tool. */
  readonly how: string
  readonly setUp: SetUp | undefined
}

/** What planning knows of the place. */
export interface Place {
  readonly world: World
  readonly folder: string
  readonly checkout: Checkout | undefined
  readonly makefiles: Makefiles
  readonly database: Database
  readonly project: ExistingProject | undefined
  readonly present: PresentWay | undefined
}

/** As many as a line of advice can name. */
const MOST_NAMED = 3

/** Works out what `init` has to change; writes nothing. Throws Refusal. */
export async function planInit(world: World, asked: Wishes): Promise<Plan> {
  if (isForThoseBelow(world, asked)) return planCopy(world, asked)
  const place = await lookAround(world, asked)
  const wishes = asPresent(place, asked)
  const { folder, checkout } = place
  const file = recordPlace(world, folder, checkout)
  const { files: kept, offered } = readRecord(file)
  const way = wayChanges(place, wishes, kept)
  const above = wishes.vendor ? copyAbove(folder) : undefined
  const copy = wishes.vendor && above === undefined ? vendoring(folder) : []
  const local = isLocal(place, wishes)
  const listing = await listingFor(place, wishes, place.project === undefined ? [] : offered)
  const notes = [...unmeasured(place, wishes), ...listing.notes]
  const [onlyForNew] = wishes.onlyForNew ?? []
  if (place.project !== undefined && onlyForNew !== undefined) throw new Refusal(words.projectIsThere(onlyForNew, place.project.found.file))
  notes.push(...(await refuseClashes(place, { ...wishes, local }, [...copy, ...projectChanges(place, wishes, listing), ...way])))
  if (local) await refuseTracked(place, way)
  const setUp = place.project === undefined ? await wishes.setUp?.(nameFor(place)) : undefined
  const listed = await allow(place, projectChanges(place, wishes, listing, setUp), local, notes)
  const made = [...copy, ...listed, ...way]
  const hidden = local ? [] : await hiddenFrom(place, made)
  const wasNew = [...made.filter(({ before }) => before === undefined).map((one) => one.file), ...newBefore(folder, kept)]
  const changes = [...copy, ...listed, ...excludeChanges(place, local, wasNew), ...way]
  refuseOffGround(place, changes)
  if (above !== undefined) notes.push(words.copyIsAbove(path.join(above, VENDOR_FOLDER)))
  const missing = wishes.vendor ? undefined : missingTool(world, folder)
  notes.push(...(missing?.notes ?? []))
  const record = { files: keepAlso(kept, folder, changes.map(asIfNew)), offered: union(offered, listing.offered) }
  return {
    folder,
    changes,
    record: changes.length === 0 ? [] : changeOf(file, recordText(record), 0o600),
    notes,
    added: listed.some(({ before }) => before !== undefined) ? notOnList(place, listing.more) : [],
    next: (tool: string) => `${missing?.first ?? ''}${words.next(tool, commitList(folder, made), local, whoGets(place, setUp), hidden)}`,
    summary: {
      project: place.project?.project.project ?? nameFor(place),
      targets: listing.more,
      files: commitList(folder, made),
      how: words.way(wayOf(place, wishes), place.makefiles.main),
      setUp,
    },
  }
}

/** The root of a checkout may have packages with makefiles and none of its own. */
function isForThoseBelow({ cwd }: World, { vendor, include, explicit }: Wishes): boolean {
  return vendor && !include && explicit === undefined && fs.existsSync(path.join(cwd, '.git')) && makefileIn(cwd) === undefined
}

/** The copy alone. */
async function planCopy(world: World, wishes: Wishes): Promise<Plan> {
  const place = { folder: world.cwd, checkout: await askGit(world, world.cwd) }
  const file = recordPlace(world, place.folder, place.checkout)
  const { files: kept, offered } = readRecord(file)
  const copy = vendoring(place.folder)
  const local = isLocal(place, wishes)
  const wasNew = [...copy.filter(({ before }) => before === undefined).map((one) => one.file), ...newBefore(place.folder, kept)]
  const changes = [...copy, ...excludeChanges(place, local, wasNew)]
  const hidden = local ? [] : await hiddenFrom(place, copy)
  return {
    folder: place.folder,
    changes,
    record: changes.length === 0 ? [] : changeOf(file, recordText({ files: keepAlso(kept, place.folder, changes), offered }), 0o600),
    notes: [words.copyAlone()],
    added: [],
    next: (tool: string) => words.next(tool, VENDOR_FOLDER, local, undefined, hidden),
    summary: undefined,
  }
}

async function lookAround(world: World, { explicit, include }: Wishes): Promise<Place> {
  const folder = world.cwd
  const makefiles = findMakefiles(folder)
  if (makefiles.gnu === 'foreign' && !include && explicit === undefined) throw new Refusal(words.foreignGnumakefile(world.tool))
  if (makefiles.gnu === 'ours' && (include || explicit !== undefined)) throw new Refusal(words.alreadyForwarded(world.tool))
  const project = existingProject(world)
  const [checkout, database] = await Promise.all([askGit(world, folder), readDatabase(world, folder, makefiles.main)])
  const present = presentWay(folder, makefiles.main, database)
  const undo = hasWays(contentOf(path.join(folder, makefiles.main)) ?? Buffer.alloc(0)) ? world.tool : undefined
  if (present?.by === 'include' && explicit !== undefined) throw new Refusal(words.alreadyIncluded(world.tool, makefiles.main))
  if (present?.by === 'rules' && include) throw new Refusal(words.alreadyInRules(undo, makefiles.main, readables(present.targets)))
  return { world, folder, checkout, makefiles, database, project, present }
}

/** Who names no way goes on in the one that is there. */
function asPresent({ present, makefiles }: Place, wishes: Wishes): Wishes {
  if (present === undefined || makefiles.gnu === 'ours' || wishes.explicit !== undefined) return wishes
  return present.by === 'include' ? { ...wishes, include: true } : { ...wishes, explicit: [] }
}

/** Where single rules call the tool, the others are not measured, and only the person knows whether they should be. */
function unmeasured(place: Place, { explicit }: Wishes): string[] {
  const { present, makefiles, world } = place
  if (present?.by !== 'rules') return []
  const measured = readables(present.targets)
  if (makefiles.gnu === 'ours') return [words.countedTwice(makefiles.main, measured), words.takeOneAway(world.tool)]
  if (explicit === undefined || explicit.length > 0) return []
  const others = findTargets(targetPlace(place)).filter((name) => !measured.includes(name))
  const free = readables(rewritable(rewritingOf(place, { vendor: false }), others.map(inBytes), MOST_NAMED))
  return [words.inRules(makefiles.main, measured), ...(free.length === 0 ? [] : [words.notInRules(world.tool, free)])]
}

function wayOf({ present }: Place, { explicit, include }: Wishes): Pick<Wishes, 'explicit' | 'include'> {
  return { include, explicit: explicit && [...new Set([...(present?.by === 'rules' ? readables(present.targets) : []), ...explicit])] }
}

/** Targets that are named are wanted; others are found, and what was once taken off the list is not put there again. */
async function listingFor(place: Place, { explicit }: Wishes, offered: readonly string[]): Promise<Listing> {
  if (explicit !== undefined && explicit.length > 0) return { more: explicit, offered: explicit, notes: [], anyName: undefined }
  const { checkout, project } = place
  const once = project === undefined ? [] : ((await checkout?.takenOut(project.found.file)) ?? [])
  return listTargets(place, union(offered, once))
}

function notOnList({ project }: Place, names: readonly string[]): string[] {
  return names.filter((name) => !project?.project.targets?.some((entry) => covers(entry, name)))
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].sort()
}

/** The project's name, if it is new. */
function nameFor({ checkout, folder }: Place): string {
  return projectName(checkout?.named ?? folder)
}

/** Whom people's events go to; undefined for nobody. */
function whoGets({ project }: Place, setUp: SetUp | undefined): 'somebody' | 'nobody' {
  return (project?.project.destinations.length ?? setUp?.destinations.length ?? 0) > 0 ? 'somebody' : 'nobody'
}

function projectChanges(place: Place, { vendor }: Wishes, { more, anyName, notes }: Listing, setUp?: SetUp): FileChange[] {
  const { world, folder, project, makefiles } = place
  if (project) {
    const { file } = project.found
    return changeOf(file, withTargets(file, project.project.targets, more) ?? contentOf(file))
  }
  if (more.length === 0 && anyName === undefined) throw new Refusal([...notes, words.noTargets(world.tool, makefiles.main)])
  const text = newProjectFile({ name: nameFor(place), schema: schemaPlace(folder, vendor), targets: more, setUp })
  refuseMistakes(projectFileIn(folder), text)
  return changeOf(projectFileIn(folder), Buffer.from(text))
}

function isLocal({ checkout }: Pick<Place, 'checkout'>, { local }: Wishes): boolean {
  if (local && checkout === undefined) throw new Refusal(words.localOutside())
  return local ?? (checkout !== undefined && hasOurLines(contentOf(checkout.exclude)))
}

/** A project file that everybody has is not changed for one person alone. */
async function allow({ checkout }: Place, changes: FileChange[], local: boolean, notes: string[]): Promise<FileChange[]> {
  const old = changes.filter(({ before }) => before !== undefined).map(({ file }) => file)
  if (!local || old.length === 0 || (await checkout?.tracked(old))?.length === 0) return changes
  notes.push(words.localLeaves(PROJECT_FILE))
  return []
}

async function refuseTracked({ checkout, folder }: Place, changes: readonly FileChange[]): Promise<void> {
  const [tracked] = (await checkout?.tracked(changes.map(({ file }) => file))) ?? []
  if (tracked !== undefined) throw new Refusal(words.localTracked(path.relative(folder, tracked)))
}

function newBefore(folder: string, kept: readonly Kept[]): string[] {
  return kept.filter(({ before }) => before === null).map(({ file }) => path.resolve(folder, file))
}

/** Files that are to be committed, and that git ignores, as it says where; our own list goes with --committed. */
async function hiddenFrom({ checkout, folder }: Pick<Place, 'checkout' | 'folder'>, changes: readonly FileChange[]): Promise<string[]> {
  if (checkout === undefined) return []
  const copy = path.join(folder, VENDOR_FOLDER)
  const files = new Set(changes.map(({ file }) => (file.startsWith(copy + path.sep) ? `${copy}/` : file)))
  const found = (await checkout.ignored([...files])).filter(({ list }) => path.resolve(folder, list) !== checkout.exclude)
  return found.map(({ file, list, line }) => words.hidden(path.relative(folder, file), `${list}:${line}`))
}

/** What is new is put on the list of ignored files, or taken from it. */
function excludeChanges({ checkout, folder }: Pick<Place, 'checkout' | 'folder'>, local: boolean, wasNew: readonly string[]): FileChange[] {
  if (checkout === undefined) return []
  const copy = path.join(folder, VENDOR_FOLDER)
  const files = [...new Set(wasNew.map((file) => (file.startsWith(copy + path.sep) ? copy : file)))]
  const inside = files.filter((file) => file !== checkout.exclude && !path.relative(checkout.root, file).startsWith('..'))
  const list = contentOf(checkout.exclude)
  if (local) return changeOf(checkout.exclude, withLines(list, checkout.root, inside))
  return list === undefined ? [] : changeOf(checkout.exclude, withoutLines(list, checkout.root, inside))
}

/** What a crash left behind while make was asked is nothing to go back to. */
function asIfNew(change: FileChange): FileChange {
  return change.before && isStandIn(change.before.toString()) ? { ...change, before: undefined } : change
}

function commitList(folder: string, changes: readonly FileChange[]): string {
  const names = changes
    .map(({ file }) => path.relative(folder, file))
    .map((name) => (name.startsWith(VENDOR_FOLDER + path.sep) ? VENDOR_FOLDER : name))
  return [...new Set(names)].join(', ')
}
