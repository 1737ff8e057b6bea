import * as fs from 'node:fs'
import * as path from 'node:path'
import { PROJECT_FILE, targetPrefix } from '../project/find.ts'
import { type AnyName, findAnyName } from './any-name.ts'
import { type ByteText, inBytes, readable } from './byte-text.ts'
import { chooseTargets } from './choose-targets.ts'
import { findTargets, type TargetPlace } from './find-targets.ts'
import { covers, type Folded, foldFamilies } from './fold-families.ts'
import { makefileText, readMakefiles, textOf } from './makefile-text.ts'
import { personalWords, withoutPersonal, wordsOf } from './personal-names.ts'
import type { Place } from './plan.ts'
import { MOST_TARGETS } from './project-file.ts'
import { readDatabase } from './read-database.ts'
import { Refusal } from './refusal.ts'
import { scanRules } from './scan-rules.ts'
import { words } from './words.ts'

/** The project file takes 64 KiB; the rest is for what else it says. */
const MOST_BYTES = 48 * 1024

/** What goes on the project's list of targets, and what there is to say about it. */
export interface Listing {
  /** What is new. */
  readonly more: readonly string[]
  /** All that was found, whether it is on the list or not: what a person takes off it stays off. */
  readonly offered: readonly string[]
  readonly notes: readonly string[]
  /** The rule for any name, where there is one. */
  readonly anyName: AnyName | undefined
}

/** Where `init` looks for targets. */
export function targetPlace({ world, folder, checkout, database, project }: Place): TargetPlace {
  const machine = [folder, checkout?.root, world.home].filter((one) => one !== undefined && one.length > 1)
  return { database, folder, prefix: targetPrefix(project?.found), machine: machine as string[] }
}

/** Finds what is to be listed; `offered` is what was before, and what once was on the list. */
export async function listTargets(place: Place, offered: readonly string[]): Promise<Listing> {
  const { world, database, folder, project, makefiles } = place
  const text = makefileText(folder, database)
  const ask = (below: string, makefile: string) => readDatabase(world, below, makefile)
  const anyName = await findAnyName({ ...targetPlace(place), text, ask })
  const found = [...new Set([...findTargets(targetPlace(place)), ...(anyName?.names ?? [])])].sort()
  const { others, personal, passing } = await apart(place, found)
  const folded = foldFamilies(others)
  const known = project?.project.targets ?? []
  const unlisted = personal.filter((name) => !known.some((entry) => covers(entry, name)))
  const missing = folded.names.filter((name) => !known.some((entry) => covers(entry, name)))
  const takenOff = missing.filter((name) => offered.includes(name))
  const fresh = { names: missing.filter((name) => !takenOff.includes(name)), families: folded.families }
  const written = new Set(scanRules(text).flatMap(({ targets, prerequisites }) => [...targets, ...prerequisites].map(({ word }) => word)))
  const room = { names: MOST_TARGETS - known.length, bytes: MOST_BYTES - JSON.stringify(known).length }
  const { names, left } = chooseTargets(fresh, room, (name) => written.has(inBytes(name)))
  const notes = [
    ...familyNotes({ names, families: folded.families }),
    ...(left.length > 0 ? [words.manyTargets(left)] : []),
    ...(unlisted.length > 0 ? [words.personal(unlisted, PROJECT_FILE)] : []),
    ...(passing.length > 0 ? [words.passing(passing)] : []),
    ...(takenOff.length > 0 ? [words.takenOff(takenOff, PROJECT_FILE)] : []),
    ...(anyName && !known.includes('%') ? words.anyName(makefiles.main, readable(anyName.rule.name) ?? '%', anyName.names.length) : []),
    ...(isUnconfigured(folder, text) ? [words.notConfigured()] : []),
  ]
  return { more: names, offered: folded.names, notes, anyName }
}

interface Apart extends ReturnType<typeof withoutPersonal> {
  /** Names that are others each time that make reads the makefiles. */
  readonly passing: readonly string[]
}

/** Puts names apart that tell of a person or a machine, the list being for everybody, and those of this moment. */
async function apart(place: Place, found: readonly string[]): Promise<Apart> {
  const { world, folder, checkout, database } = place
  const bytes = textOf(await sharedMakefiles(place))
  const text = readable(bytes) ?? bytes
  const folders = [folder, ...(checkout === undefined ? [] : [checkout.root])]
  const git = (await checkout?.settings()) ?? { names: [], addresses: [] }
  const { others, personal } = withoutPersonal(found, personalWords(world, folders, git), text)
  const known = wordsOf(text)
  const read = new Set(findTargets(targetPlace(place)))
  const computed = others.filter((name) => read.has(name) && !known.has(name))
  const mayPass = computed.length > 0 && /\$[({]shell\s|!=/u.test(makefileText(folder, database))
  const passing = mayPass ? await passingNames(place, computed) : []
  return { others: others.filter((name) => !passing.includes(name)), personal, passing }
}

/** Names that another reading, on another day, does not have. */
async function passingNames(place: Place, names: readonly string[]): Promise<string[]> {
  const now = Date.now()
  try {
    const world = { ...place.world, env: { ...place.world.env, TZ: zoneOfAnotherDay(new Date(now)) } }
    const database = await readDatabase(world, place.folder, place.makefiles.main)
    const then = new Set(findTargets({ ...targetPlace(place), database }))
    return names.filter((name) => !then.has(name) || isOfNow(name, now))
  } catch (error) {
    // What could be read once is what there is.
    if (!(error instanceof Refusal)) throw error
    return names.filter((name) => isOfNow(name, now))
  }
}

/** Of the two ends of the world, one is on another day than this machine. Format: TZ of POSIX, where west is positive. */
function zoneOfAnotherDay(now: Date): string {
  const east = new Date(now.getTime() + HOURS_EAST * HOUR_MS).getUTCDate()
  return east === now.getDate() ? 'west+12' : `east-${HOURS_EAST}`
}

const HOUR_MS = 3_600_000
const HOURS_EAST = 14
const SECONDS_AGO = 60

/** Whether a name holds the seconds since 1970 of just now, which two readings may share. */
function isOfNow(name: string, now: number): boolean {
  const seconds = now / 1000
  return (name.match(/\d{10}/gu) ?? []).some((digits) => Math.abs(Number(digits) - seconds) < SECONDS_AGO)
}

/** The makefiles that everybody has: one that git does not have tells its names to nobody else. */
async function sharedMakefiles({ folder, database, checkout, makefiles }: Place): Promise<string[]> {
  const files = readMakefiles(folder, database)
  if (checkout === undefined) return files
  const inside = files.filter((file) => file.startsWith(checkout.root + path.sep))
  return [path.join(folder, makefiles.main), ...(await checkout.tracked(inside))]
}

function familyNotes({ names, families }: Folded): string[] {
  const fresh = [...families].filter(([family]) => names.includes(family))
  return fresh.length === 0 ? [] : [words.families(fresh)]
}

/**
 * Before ./configure a makefile knows few of its targets. One of autoconf leaves config.status behind; of one that somebody
 * wrote, it is what makefiles include.
 */
function isUnconfigured(folder: string, text: ByteText): boolean {
  const has = (name: string) => fs.existsSync(path.join(folder, name))
  if (has('config.status')) return false
  if (has('configure.ac')) return true
  return has('configure') && (isOfAutoconf(path.join(folder, 'configure')) || namesIncluded(text).some((name) => !has(name)))
}

function isOfAutoconf(configure: string): boolean {
  return fs.statSync(configure).isFile() && fs.readFileSync(configure, 'latin1').includes('config.status')
}

/** Files that makefiles include by their plain names. */
function namesIncluded(text: ByteText): string[] {
  const names = [...text.matchAll(/^ *[-s]?include +([^\n#]*)/gmu)].flatMap(([, words = '']) => words.split(/\s+/u))
  return names.filter((name) => name !== '' && !/[$*?[]/u.test(name)).map((name) => readable(name) ?? name)
}
