import * as fs from 'node:fs'
import * as path from 'node:path'
import { whoElseThanItsFolders } from '../disk/own.ts'
import { consentFile } from '../disk/places.ts'
import { openAnyones } from '../disk/plain-file.ts'
import { printable } from '../messages.ts'
import type { World } from '../world.ts'
import type { Entry, NoToAll } from './decision.ts'
import { BARE_NO, findRefusals, isNoToAll, isRecord, type SoundEntry, soundEntry, soundNoToAll } from './sound.ts'

export { soundDecision } from './sound.ts'

/** What the store says: its entries, and in words what was wrong with the file if anything was. */
export interface StoreReading {
  readonly file: string | undefined
  /** Each of sound parts only, under an ID of its own. */
  readonly entries: readonly Entry[]
  readonly all?: NoToAll | undefined
  readonly progress?: boolean | undefined
  readonly problem: string | undefined
}

/** A store has a page a project; more than this is not ours. */
export const MOST_BYTES = 4 * 1024 * 1024

/**
 * Reads every decision with plain `node:fs`, because this stands before each target. It never throws, never waits and
 * never writes: a file that is missing or damaged means that nobody has decided anything, but for each no that can be read.
 */
export function readStore(world: Pick<World, 'env' | 'home' | 'platform'>): StoreReading {
  const file = consentFile(world)
  if (file === undefined) {
    return { file, entries: [], problem: 'no home folder is known; set HOME or XDG_CONFIG_HOME' }
  }
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return { file, entries: [], problem: isLink(file) ? 'is a link that leads nowhere' : undefined }
    if (!stat.isFile() || stat.size > MOST_BYTES) return { file, entries: [], problem: 'is not a file of decisions' }
    const { bytes, others } = readBytes(file)
    const parsed = parseStore(decode(bytes))
    return {
      file,
      ...(others === undefined ? parsed : onlyRefusals(parsed, `is not believed, since ${others}; a no there counts, a yes does not`)),
    }
  } catch (error) {
    return { file, entries: [], problem: `cannot be read: ${(error as Error).message}` }
  }
}

/** What a file holds, and who else may have written it. People keep it behind a link, among the files that they take along. */
function readBytes(file: string): { bytes: Buffer; others: string | undefined } {
  const descriptor = openAnyones(file)
  try {
    return { bytes: fs.readFileSync(descriptor), others: whoElseThanItsFolders(fs.fstatSync(descriptor), fs.statSync(path.dirname(file))) }
  } finally {
    fs.closeSync(descriptor)
  }
}

function isLink(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** The text of a file that an editor may have stored in UTF-16; its byte order mark stays, as that of UTF-8 does. */
function decode(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex')
  if (mark === 'fffe') return bytes.toString('utf16le')
  if (mark === 'feff')
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le')
  return bytes.toString()
}

type Parsed = Omit<StoreReading, 'file' | 'entries'> & { entries: Entry[] }

/** What the text of a store says; whatever in it is not sound is left out, but for each no. */
export function parseStore(text: string): Parsed {
  const isMarked = text.startsWith('\uFEFF')
  let content: unknown
  try {
    content = JSON.parse(isMarked ? text.slice(1) : text)
  } catch (error) {
    return { ...salvage(text), problem: `is damaged: ${(error as Error).message}` }
  }
  const parsed = readContent(content)
  if (!isMarked) return parsed
  // A program that knows nothing of it has written this file: what it may have changed is no yes.
  return onlyRefusals(parsed, 'is damaged: it begins with a byte order mark')
}

function onlyRefusals(parsed: Parsed, problem: string): Parsed {
  return { ...parsed, entries: parsed.entries.filter((entry) => entry.decision?.decision === 'off'), problem }
}

function readContent(content: unknown): Parsed {
  const store = isRecord(content) ? content : {}
  const isStore = isRecord(store.projects)
  const read = isRecord(store.projects)
    ? Object.entries(store.projects).flatMap(([key, value]) => entriesIn(key, value))
    : findRefusals(content).map((one) => ({ key: one.entry?.project ?? '', ...one }))
  const entries = withIdsOfTheirOwn(read.flatMap(({ entry }) => entry ?? []))
  const all = soundNoToAll(store.all)
  const isTimeless = all !== undefined && !isNoToAll(store.all)
  const parsed = {
    // What was decided before a no to all does not count, and which those are cannot be told without its time.
    entries: isTimeless ? entries.map(withoutYes) : entries,
    all: all ?? (read.some(({ isForAnybody }) => isForAnybody) ? ({ decision: 'off', at: '' } as const) : undefined),
  }
  if (!isStore) return { ...parsed, problem: 'is damaged: it has no "projects"' }
  const unsound = [...read.filter(({ isWhole }) => !isWhole).map(({ key }) => key), ...(isTimeless ? ['all'] : [])]
  return { ...parsed, progress: store.progress === true, problem: unsound.length > 0 ? describe(unsound) : undefined }
}

/** What stands where an entry should; a no deeper in what is none counts, too. */
function entriesIn(key: string, value: unknown): (SoundEntry & { key: string })[] {
  const read = soundEntry(value, key)
  const refusals = read.entry === undefined && !read.isForAnybody ? findRefusals(value) : []
  return [read, ...refusals].map((one) => ({ key, ...one }))
}

const MOST_NAMED = 3

function describe(unsound: readonly string[]): string {
  const named = unsound.slice(0, MOST_NAMED).map((name) => printable(name, 60))
  const more = unsound.length > MOST_NAMED ? ` and ${unsound.length - MOST_NAMED} more` : ''
  return `is not sound in ${named.join(', ')}${more}; a no there counts, a yes does not`
}

function withoutYes(entry: Entry): Entry {
  return entry.decision === undefined || entry.decision.decision === 'off' ? entry : { ...entry, decision: undefined }
}

/** Two entries under one ID would share a folder, and the one that is stored would replace the other. */
function withIdsOfTheirOwn(entries: readonly Entry[]): Entry[] {
  const taken = new Set<string>()
  return entries.map((entry) => {
    let { id } = entry
    for (let next = 2; taken.has(id); next++) id = `${entry.id.slice(0, 70)}-${next}`
    taken.add(id)
    return id === entry.id ? entry : { ...entry, id }
  })
}

const STRING = String.raw`"(?:[^"\\]|\\.)*"`
const REFUSED = new RegExp(
  String.raw`"id"\s*:\s*(${STRING})\s*,\s*"project"\s*:\s*(${STRING})\s*,\s*"recipient"\s*:\s*(${STRING})(?:(?!"project")[\s\S])*?"decision"\s*:\s*\{\s*"decision"\s*:\s*"off"`,
  'gu',
)

/** Every explicit no that can still be read in a damaged store. A yes is never salvaged: half of one is none. */
function salvage(text: string): { entries: Entry[]; all: NoToAll | undefined } {
  const entries = [...text.matchAll(REFUSED)].map(
    ([, id, project, recipient]): SoundEntry =>
      soundEntry({
        id: unquote(id),
        project: unquote(project),
        recipient: unquote(recipient),
        where: [],
        anonymousId: null,
        decision: BARE_NO,
      }),
  )
  const all = /"all"\s*:\s*\{\s*"decision"\s*:\s*"off"/u.test(text) ? ({ decision: 'off', at: '' } as const) : undefined
  return { entries: withIdsOfTheirOwn(entries.flatMap(({ entry }) => entry ?? [])), all }
}

function unquote(text: string | undefined): string {
  try {
    return String(JSON.parse(text ?? '""'))
  } catch {
    return ''
  }
}
