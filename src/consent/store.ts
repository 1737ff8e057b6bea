import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import Conf from 'conf'
import { v4, v5 } from 'uuid'
import { STALE_MS, withLock } from '../disk/lock.ts'
import { makeFolders } from '../disk/make-folders.ts'
import { cacheFolder, consentFile } from '../disk/places.ts'
import { removeFile } from '../disk/remove-file.ts'
import { homeOf, mayKeepCache } from '../disk/whose-home.ts'
import { writeBeside } from '../disk/write-beside.ts'
import { slug } from '../event/message.ts'
import type { World } from '../world.ts'
import type { ConsentFile, Decision, Entry, PipelineYes } from './decision.ts'
import { forgetNotes } from './door-notes.ts'
import { entryFor, type Identity, placesOf } from './identity.ts'
import { readStore, type StoreReading } from './read-store.ts'
import { isShallow } from './sound.ts'

type Place = Pick<World, 'env' | 'home' | 'platform' | 'now' | 'pid' | 'uid' | 'tool'>

/** How long a decision waits for another process that is deciding at the same moment. */
const PATIENCE = { patienceMs: 2_000, staleMs: STALE_MS }

/** A decision could not be stored: which file, and why. */
export class StoreError extends Error {
  readonly file: string

  constructor(file: string, reason: string) {
    super(`cannot store the decision in ${file}: ${reason}`)
    this.file = file
  }
}

/** The name under which a project's state lies: readable, and its own for each recipient and place. */
export function entryId({ project, recipient, declared }: Identity): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([project, recipient, declared]))
    .digest('hex')
  return `${slug(project).slice(0, 40)}-${hash.slice(0, 12)}`
}

/** An entry for a project of which nothing is stored yet. */
export function newEntry(identity: Identity): Entry {
  const { project, recipient } = identity
  return {
    id: entryId(identity),
    project,
    recipient,
    where: [...new Set([...identity.declared, ...identity.where])].toSorted(),
    anonymousId: null,
  }
}

/**
 * Changes what is stored for one project, alone among all processes, and returns the entry as stored.
 * Throws StoreError.
 */
export function changeEntry(world: Place, identity: Identity, change: (entry: Entry) => Entry): Entry {
  let entry: Entry | undefined
  changeStore(world, ({ projects, all, ...rest }) => {
    entry = change(entryToChange(identity, projects))
    return { ...rest, ...beforeIt(entry, all, world.now()), projects: { ...projects, [entry.id]: entry } }
  })
  return entry as unknown as Entry
}

function entryToChange(identity: Identity, projects: Readonly<Record<string, Entry>>): Entry {
  const found = entryFor(Object.values(projects), identity)
  if (found?.recipient === identity.recipient) return found
  const fresh = unused(newEntry(identity), projects)
  // A no that has lost whom it is about stays, and holds for others, too.
  return found === undefined ? fresh : { ...fresh, decision: found.decision }
}

/** A no to all projects that was said by a clock that was ahead would go before each later decision. */
function beforeIt({ decision }: Entry, all: StoreFile['all'], now: number): Pick<StoreFile, 'all'> {
  if (all === undefined) return {}
  const isAhead = decision !== undefined && Date.parse(all.at) > now && all.at >= decision.at
  return { all: isAhead ? { ...all, at: new Date(Date.parse(decision.at) - 1).toISOString() } : all }
}

/** An entry that grew keeps its ID, which the project it grew from may ask for again. */
function unused(entry: Entry, projects: Readonly<Record<string, Entry>>): Entry {
  let { id } = entry
  for (let next = 2; Object.hasOwn(projects, id); next++) id = `${entry.id}-${next}`
  return { ...entry, id }
}

/** Sets whether a run that took unusually long gets a line. Throws StoreError. */
export function setProgress(world: Place, progress: boolean): void {
  changeStore(world, (store) => ({ ...store, progress }))
}

/** Says no to every project that decides nothing else later. Throws StoreError. */
export function refuseAll(world: Place, decision: (entry: Entry) => Decision): void {
  const at = new Date(world.now()).toISOString()
  changeStore(world, ({ projects, ...rest }) => ({
    ...rest,
    all: { decision: 'off', at },
    projects: Object.fromEntries(Object.entries(projects).map(([id, entry]) => [id, { ...entry, decision: decision(entry) }])),
  }))
}

type StoreFile = { version: 1; all?: ConsentFile['all']; progress?: ConsentFile['progress']; projects: Record<string, Entry> }

/** The file is replaced whole, under a lock; one that is not sound is set aside with a date first, and each no in it kept. */
function changeStore(world: Place, change: (store: StoreFile) => StoreFile): void {
  const file = consentFile(world)
  if (file === undefined) throw new StoreError('the config folder', 'no home folder is known; set HOME or XDG_CONFIG_HOME')
  const home = homeOf(world)
  if (home.whose === 'foreign') throw new StoreError(file, `${home.reason}; ${home.todo(world.tool)}`)
  try {
    makeFolders(path.dirname(file))
    makeCache(world)
    withLock(file, world.pid, PATIENCE, () => {
      forgetNotes(world)
      const reading = read(world, file)
      if (reading.problem !== undefined) mend(file, reading, world.now())
      asOutsideSnap(() => {
        // By now it is a sound file or none, and nothing that one could wait for.
        const store = open(file)
        const others = Object.entries(store.store).filter(([name, value]) => !KNOWN.includes(name) && isShallow(value))
        store.store = change({ ...Object.fromEntries(others), ...contentOf(reading) })
      })
    })
  } catch (error) {
    throw new StoreError(file, (error as Error).message)
  }
}

const KNOWN = ['version', 'all', 'progress', 'projects']

function contentOf({ entries, all, progress }: StoreReading): StoreFile {
  const projects = Object.fromEntries(entries.map((entry) => [entry.id, entry]))
  return { version: 1, ...(all === undefined ? {} : { all }), ...(progress === undefined ? {} : { progress }), projects }
}

/** What is stored; a file that only its mode keeps from being read is opened to its owner again. */
function read(world: Place, file: string): StoreReading {
  const reading = readStore(world)
  if (reading.problem === undefined) return reading
  try {
    fs.accessSync(file, fs.constants.R_OK)
    return reading
  } catch {
    try {
      fs.chmodSync(file, 0o600)
    } catch {
      return reading
    }
    return readStore(world)
  }
}

/** Keeps what is no sound store beside, whatever it is, and puts what is sound of it in its place. */
function mend(file: string, reading: StoreReading, now: number): void {
  const aside = freeName(`${file}.damaged-${new Date(now).toISOString().slice(0, 19).replace(/:/gu, '')}`)
  try {
    // Under both names for a moment, so that a no in it is to be found at any time.
    fs.linkSync(file, aside)
  } catch {
    fs.renameSync(file, aside)
  }
  try {
    writeBeside(file, JSON.stringify(contentOf(reading), undefined, '\t'))
  } catch (error) {
    // Two names of one file: to rename one into the other would leave both.
    if (fs.lstatSync(file, { throwIfNoEntry: false }) === undefined) fs.renameSync(aside, file)
    else removeFile(aside)
    throw error
  }
}

function freeName(name: string): string {
  let free = name
  for (let next = 2; fs.lstatSync(free, { throwIfNoEntry: false }) !== undefined; next++) free = `${name}-${next}`
  return free
}

/**
 * With SNAP set, as in a terminal that is a snap package, conf writes into the file itself, and a full disk would
 * leave nothing of it; without, it writes beside and renames.
 */
function asOutsideSnap(work: () => void): void {
  // biome-ignore lint/style/noProcessEnv: conf looks there, and not into the World
  const env = process.env
  const { SNAP } = env
  delete env.SNAP
  try {
    work()
  } finally {
    if (SNAP !== undefined) env.SNAP = SNAP
  }
}

/** From the first decision on, compiled code may be kept, which makes each run faster; without a place for it, it is not. */
function makeCache(world: Place): void {
  const folder = cacheFolder(world)
  try {
    if (folder !== undefined && mayKeepCache(world)) makeFolders(folder)
  } catch {
    // It is only for speed.
  }
}

// No `schema`: conf would load a JSON Schema compiler for it, and reading checks every entry by itself.
function open(file: string): Conf<StoreFile> {
  return new Conf({
    cwd: path.dirname(file),
    configName: 'config',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    defaults: { version: 1, projects: {} },
  })
}

/** Gives a project its random ID, or finds the one that another run made a moment ago. Throws StoreError. */
export function makeAnonymousId(world: Place, identity: Identity): string {
  const fresh = v4()
  const stored = changeEntry(world, identity, (now) => ({ ...now, anonymousId: now.anonymousId ?? fresh }))
  return stored.anonymousId ?? fresh
}

/** Namespace for the IDs of pipelines: any fixed random UUID (RFC 9562, section 6.5). */
const PIPELINES = '5f6c5e5e-0d7c-4c39-9c1b-3a7d5a2f6f10'

/** The ID of a project's pipelines, derived from it. */
export function pipelineId(identity: Identity): string {
  return v5(JSON.stringify([identity.project, identity.recipient, identity.declared]), PIPELINES)
}

/** Gives a project another random ID in place of the one it has. Throws StoreError. */
export function renewAnonymousId(world: Place, identity: Identity): Entry {
  return changeEntry(world, identity, (entry) => ({ ...entry, anonymousId: v4() }))
}

/**
 * Forgets a project's ID and its yes, so that nothing more is recorded until somebody decides anew. A no is
 * kept: forgetting it would mean asking again. Throws StoreError.
 */
export function forgetEntry(world: Place, identity: Identity): Entry {
  return changeEntry(world, identity, (entry) => ({
    ...entry,
    anonymousId: null,
    declined: undefined,
    pipeline: undefined,
    decision: entry.decision?.decision === 'off' ? entry.decision : undefined,
  }))
}

/** Notes, once, under whose yes a pipeline's runs are sent. Throws StoreError. */
export function notePipeline(world: Place, identity: Identity, yes: PipelineYes): void {
  changeEntry(world, identity, (entry) => ({ ...entry, where: placesOf(entry, identity), pipeline: entry.pipeline ?? yes }))
}
