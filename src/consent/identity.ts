import type { FoundProject } from '../project/find.ts'
import { type DestinationSettings, declaredPlace } from '../project/places.ts'
import type { Project } from '../project/read.ts'
import type { Entry } from './decision.ts'

/** Whose yes it is: the project's name, who gets the data, and where it goes. */
export interface Identity {
  readonly project: string
  readonly recipient: string
  /** Places from the project file alone, by which what is stored is found: another host in the environment is no other project. */
  readonly declared: readonly string[]
  /** Places that are really meant (see destinations/place.ts), or those of the project file where that was not found out. */
  readonly where: readonly string[]
}

/** Who receives the data when the project file does not say it in words. */
export const defaultRecipient = (project: string): string => `the people who maintain ${project}`

/** Whose yes a checked project file needs, as far as the file alone says. */
export function declaredIdentity(project: Project): Identity {
  const declared = project.destinations.map(declaredPlace).toSorted()
  return { project: project.project, recipient: project.recipient ?? defaultRecipient(project.project), declared, where: declared }
}

/** The identity that a project file declares, or undefined when it has no usable name or destinations. */
export function identify(found: FoundProject | undefined): Identity | undefined {
  const content = found?.content
  if (!content || typeof content.project !== 'string' || content.project === '') return undefined
  const destinations = content.destinations ?? []
  if (!Array.isArray(destinations) || !destinations.every(isDestination)) return undefined
  const recipient = typeof content.recipient === 'string' ? content.recipient : defaultRecipient(content.project)
  const declared = destinations.map(declaredPlace).toSorted()
  return { project: content.project, recipient, declared, where: declared }
}

function isDestination(value: unknown): value is DestinationSettings {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

/** Every place that an entry has known, and those of today: what is decided for a project holds wherever it has sent. */
export function placesOf(entry: Entry, { declared, where }: Identity): string[] {
  return [...new Set([...entry.where, ...(entry.decision?.recipients ?? []), ...declared, ...where])].toSorted()
}

/** The recipient of a no that has lost it: it holds for whoever gets the data of a project of that name. */
export const ANY_RECIPIENT = ''
const LEAST = -1

/** Without a place in common: both have none, or a no stands where nothing can be sent, or where its places are lost. */
function isWithoutPlaces(entry: Entry, known: ReadonlySet<string>, identity: Identity): boolean {
  if (entry.decision?.decision === 'off' && (identity.where.length === 0 || entry.decision.method === 'salvaged')) return true
  return known.size === 0 && identity.where.length === 0
}

/**
 * The stored entry that speaks for this project: same name, same recipient, and at least one place in
 * common, so that adding a destination keeps the old answer for the old ones, while another repository
 * under the same name that sends elsewhere finds nothing.
 */
export function entryFor(entries: Iterable<Entry>, identity: Identity): Entry | undefined {
  let best: Entry | undefined
  let most = Number.NEGATIVE_INFINITY
  const own = [...new Set([...identity.declared, ...identity.where])]
  for (const entry of entries) {
    if (entry.project !== identity.project) continue
    const known = new Set([...entry.where, ...(entry.decision?.recipients ?? [])])
    const isForAnyRecipient = entry.recipient === ANY_RECIPIENT && entry.decision?.method === 'salvaged'
    if (entry.recipient !== identity.recipient && !isForAnyRecipient) continue
    // What was decided about this very recipient goes before a no that has lost whom it is about.
    const common = isForAnyRecipient ? LEAST : own.filter((place) => known.has(place)).length
    const related = common !== 0 || isWithoutPlaces(entry, known, identity)
    if (related && common > most) {
      best = entry
      most = common
    }
  }
  return best
}
