import type { Choice, Decision, Entry, NoToAll, PipelineYes } from './decision.ts'
import { ANY_RECIPIENT } from './identity.ts'

/** What could be read of an entry. `isWhole` is false where a part was not what it should be, and was left out. */
export interface SoundEntry {
  readonly entry?: Entry
  /** It holds a no, and whose project it is about cannot be read. */
  readonly isForAnybody?: boolean
  readonly isWhole: boolean
}

/**
 * An entry made of the parts that are what they should be, whatever stands in the file: nobody who reads it stumbles over
 * one. A no in it counts however little else is there; what may have been a no counts as one. Half a yes is none.
 */
export function soundEntry(value: unknown, key = ''): SoundEntry {
  if (!isRecord(value)) return { isWhole: false }
  if (!isEntry(value)) return { ...salvagedNo(value, key), isWhole: false }
  const { id, project, recipient, where, anonymousId, decision, declined, pipeline, askAfter, hintedAt, ...rest } = value
  const sound = {
    decision: decision === undefined ? undefined : soundDecision(value),
    declined: isDeclined(declined) ? declined : undefined,
    pipeline: isPipeline(pipeline) ? pipeline : undefined,
    askAfter: typeof askAfter === 'string' ? askAfter : undefined,
    hintedAt: typeof hintedAt === 'string' ? hintedAt : undefined,
  }
  const given = { decision, declined, pipeline, askAfter, hintedAt }
  const others = Object.entries(rest).filter(([, part]) => isShallow(part))
  // The order in which a no can be salvaged from a file that is cut short.
  const entry = Object.fromEntries(
    [...Object.entries({ id, project, recipient, where, anonymousId, ...sound }), ...others].filter(([, part]) => part !== undefined),
  ) as unknown as Entry
  const isLost = Object.entries(given).some(([name, part]) => part !== undefined && sound[name as keyof typeof sound] === undefined)
  return { entry, isWhole: !isLost && others.length === Object.keys(rest).length && isDecisionWhole(decision) }
}

/** A no in what is no entry: for this project wherever it sends, for whoever gets its data where that is lost, or for anybody. */
function salvagedNo(value: Readonly<Record<string, unknown>>, key: string): Omit<SoundEntry, 'isWhole'> {
  if (!isRefusal(value.decision)) return {}
  const { id, project, recipient, where, anonymousId } = value
  if (typeof project !== 'string' || project === '') return { isForAnybody: true }
  const name = [id, key].find((one): one is string => typeof one === 'string' && isFolderName(one)) ?? 'salvaged'
  return {
    entry: {
      id: name,
      project,
      recipient: typeof recipient === 'string' ? recipient : ANY_RECIPIENT,
      where: isTexts(where) ? where : [],
      anonymousId: typeof anonymousId === 'string' ? anonymousId : null,
      decision: { ...wholeNo(value.decision), method: 'salvaged' },
    },
  }
}

/** Every entry with a no at any depth of what is no store, such as a list of entries. */
export function findRefusals(content: unknown): SoundEntry[] {
  const found: SoundEntry[] = []
  const waiting: unknown[] = [content]
  // No recursion, and no list of arguments: either would end for JSON that is deep or long enough.
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (isRecord(value) && 'project' in value && isRefusal(value.decision)) found.push(soundEntry(value))
    else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) waiting.push(part)
  }
  return found
}

/** A no to all projects, if any stands there: nothing else can. Without its time it has none, which is before every yes. */
export function soundNoToAll(value: unknown): NoToAll | undefined {
  if (value === undefined) return undefined
  return isNoToAll(value) ? value : { decision: 'off', at: '' }
}

/** Whether a no to all projects says when. */
export function isNoToAll(value: unknown): value is NoToAll {
  return isRecord(value) && value.decision === 'off' && typeof value.at === 'string' && (value.at === '' || isTime(value.at))
}

function isEntry(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & Entry {
  return (
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
export function soundDecision(entry: Pick<Entry, 'decision' | 'anonymousId'> | undefined): Decision | undefined {
  const decision: unknown = entry?.decision
  if (isRefusal(decision)) return wholeNo(decision)
  if (!isRecord(decision)) return undefined
  const choices: readonly Choice[] = ['on', 'local']
  const whole =
    choices.includes(decision.decision as Choice) &&
    isTime(decision.at) &&
    typeof decision.textHash === 'string' &&
    isTexts(decision.fieldSet) &&
    isTexts(decision.recipients) &&
    ['text', 'method', 'toolVersion', 'extendedAt'].every((name) => decision[name] === undefined || typeof decision[name] === 'string') &&
    isTermSound(decision) &&
    entry?.anonymousId !== undefined
  return whole ? (decision as unknown as Decision) : undefined
}

/** Whether this is a no, or an answer of which no word is left that would say that it was none. */
function isRefusal(decision: unknown): boolean {
  if (decision === undefined) return false
  const answer = isRecord(decision) ? decision.decision : decision
  return typeof answer === 'string' ? answer === 'off' : answer !== undefined
}

/** From when and for how long a yes holds, where it says so; what cannot be reckoned with would make it hold for ever. */
function isTermSound({ asOf, retentionDays }: Readonly<Record<string, unknown>>): boolean {
  return (asOf === undefined || isTime(asOf)) && (retentionDays === undefined || Number.isFinite(retentionDays))
}

/** A no of which nothing else is known. */
export const BARE_NO: Decision = {
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
function wholeNo(decision: unknown): Decision {
  if (!isRecord(decision) || decision.decision !== 'off') return BARE_NO
  return { ...BARE_NO, ...Object.fromEntries(Object.entries(decision).filter(isSoundPart)) }
}

function isSoundPart([name, value]: readonly [string, unknown]): boolean {
  if (name === 'asOf' || name === 'extendedAt') return typeof value === 'string'
  if (name === 'retentionDays') return Number.isFinite(value)
  const blank: unknown = BARE_NO[name as keyof Decision]
  return Array.isArray(blank) ? isTexts(value) : typeof value === typeof blank
}

/** Whether nothing of a decision had to be left out; parts that only a later version knows do not count. */
function isDecisionWhole(decision: unknown): boolean {
  if (decision === undefined) return true
  if (!isRecord(decision) || typeof decision.decision !== 'string') return false
  return decision.decision !== 'off' || Object.entries(decision).every((part) => !(part[0] in BARE_NO) || isSoundPart(part))
}

function isDeclined(value: unknown): value is NonNullable<Entry['declined']> {
  return isRecord(value) && isTexts(value.fields) && isTexts(value.places)
}

function isPipeline(value: unknown): value is PipelineYes {
  const texts = ['at', 'ci', 'anonymousId', 'toolVersion']
  return isRecord(value) && texts.every((name) => typeof value[name] === 'string') && isTexts(value.fieldSet) && isTexts(value.recipients)
}

/** Whether a part that only a later version knows can be written again: JSON that goes too deep cannot. */
export function isShallow(value: unknown, levels = 16): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1))
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}
