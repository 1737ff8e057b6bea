import * as fs from 'node:fs'
import { consentFile } from '../disk/places.ts'
import type { World } from '../world.ts'
import type { Choice, Decision, Entry, NoToAll } from './decision.ts'

/** What the store says: its entries, and in words what was wrong with the file if anything was. */
export interface StoreReading {
  readonly file: string | undefined
  readonly entries: readonly Entry[]
  readonly all?: NoToAll | undefined
  readonly progress?: boolean | undefined
  readonly problem: string | undefined
}

/** A store has a page a project; more than this is not ours. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * Reads every decision with plain `node:fs`, because this stands before each target. It never throws and
 * never writes: a file that is missing or damaged means that nobody has decided anything.
 */
export function readStore(world: Pick<World, 'env' | 'home' | 'platform'>): StoreReading {
  const file = consentFile(world)
  if (file === undefined) {
    return { file, entries: [], problem: 'no home folder is known; set HOME or XDG_CONFIG_HOME' }
  }
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return { file, entries: [], problem: undefined }
    if (!stat.isFile() || stat.size > MOST_BYTES) return { file, entries: [], problem: 'is not a file of decisions' }
    return { file, ...parseStore(fs.readFileSync(file, 'utf8')) }
  } catch (error) {
    return { file, entries: [], problem: `cannot be read: ${(error as Error).message}` }
  }
}

/** Entries in the text of a store; whatever in it is not an entry is left out. */
export function parseStore(text: string): Omit<StoreReading, 'file' | 'entries'> & { entries: Entry[] } {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    return { ...salvage(text), problem: `is damaged: ${(error as Error).message}` }
  }
  const projects = isRecord(content) && isRecord(content.projects) ? content.projects : undefined
  if (projects === undefined) return { ...salvage(text), problem: 'is damaged: it has no "projects"' }
  const all = isRecord(content) && isNoToAll(content.all) ? content.all : undefined
  const progress = isRecord(content) && content.progress === true
  return { entries: Object.values(projects).filter(isEntry), all, progress, problem: undefined }
}

function isNoToAll(value: unknown): value is NoToAll {
  return isRecord(value) && value.decision === 'off' && typeof value.at === 'string'
}

const STRING = String.raw`"(?:[^"\\]|\\.)*"`
const REFUSED = new RegExp(
  String.raw`"id"\s*:\s*(${STRING})\s*,\s*"project"\s*:\s*(${STRING})\s*,\s*"recipient"\s*:\s*(${STRING})(?:(?!"project")[\s\S])*?"decision"\s*:\s*\{\s*"decision"\s*:\s*"off"`,
  'gu',
)

/** Every explicit no that can still be read in a damaged store. A yes is never salvaged: half of one is none. */
function salvage(text: string): { entries: Entry[]; all: NoToAll | undefined } {
  const entries = [...text.matchAll(REFUSED)].map(([, id, project, recipient]) => ({
    id: unquote(id),
    project: unquote(project),
    recipient: unquote(recipient),
    where: [],
    anonymousId: null,
    decision: BARE_NO,
  }))
  const all = /"all"\s*:\s*\{\s*"decision"\s*:\s*"off"/u.test(text) ? ({ decision: 'off', at: '' } as const) : undefined
  return { entries: entries.filter(isEntry), all }
}

function unquote(text: string | undefined): string {
  try {
    return String(JSON.parse(text ?? '""'))
  } catch {
    return ''
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    isRecord(value) &&
    typeof value.id === 'string' &&
    isFolderName(value.id) &&
    typeof value.project === 'string' &&
    typeof value.recipient === 'string' &&
    isTexts(value.where) &&
    (value.anonymousId === null || typeof value.anonymousId === 'string' || value.anonymousId === undefined)
  )
}

// It names a folder that is made and removed, so it must be one in its own right, never `.` or `..`.
function isFolderName(id: string): boolean {
  return /^(?!\.+$)[a-z0-9._-]{1,80}$/u.test(id)
}

/**
 * The decision of an entry if it is whole. A yes must say when, to which text, fields and recipients, and
 * must have the place for an ID; half of one is not consent. A no counts however little else is there.
 */
export function soundDecision(entry: Entry | undefined): Decision | undefined {
  const decision: unknown = entry?.decision
  if (!isRecord(decision)) return undefined
  if (decision.decision === 'off') return wholeNo(decision)
  const choices: readonly Choice[] = ['on', 'local']
  const whole =
    choices.includes(decision.decision as Choice) &&
    typeof decision.at === 'string' &&
    !Number.isNaN(Date.parse(decision.at)) &&
    typeof decision.textHash === 'string' &&
    isTexts(decision.fieldSet) &&
    isTexts(decision.recipients) &&
    isTermSound(decision) &&
    entry?.anonymousId !== undefined
  return whole ? (decision as unknown as Decision) : undefined
}

/** From when and for how long a yes holds, where it says so; what cannot be reckoned with would make it hold for ever. */
function isTermSound({ asOf, retentionDays }: Record<string, unknown>): boolean {
  const from = asOf === undefined || (typeof asOf === 'string' && !Number.isNaN(Date.parse(asOf)))
  return from && (retentionDays === undefined || Number.isFinite(retentionDays))
}

const BARE_NO: Decision = {
  decision: 'off',
  at: '',
  method: 'salvaged',
  text: '',
  textHash: '',
  fieldSet: [],
  recipients: [],
  toolVersion: '',
}

/** A no with whatever is sound of the rest, so that nobody who reads it stumbles over a part that is missing. */
function wholeNo(decision: Record<string, unknown>): Decision {
  const sound = Object.entries(decision).filter(([key, value]) => {
    const blank: unknown = BARE_NO[key as keyof Decision]
    return Array.isArray(blank) ? isTexts(value) : typeof value === typeof blank
  })
  return { ...BARE_NO, ...Object.fromEntries(sound) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
