import { ciProvider } from '../context/ci.ts'
import { placeOf } from '../destinations/place.ts'
import { foreignHome } from '../disk/whose-home.ts'
import { fieldNames } from '../event/fields.ts'
import { fieldTable } from '../project/field-table.ts'
import type { DestinationSettings } from '../project/places.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { Entry } from './decision.ts'
import { declaredIdentity, entryFor, type Identity } from './identity.ts'
import { settingsEnvironment, whyNoOwnersYes } from './pipeline.ts'
import { readPolicy } from './policy.ts'
import { readStore, type StoreReading, soundDecision } from './read-store.ts'
import { resolve, type Standing } from './resolve.ts'

/** The answer for a project here and now, with what it was made from. */
export interface ProjectStanding {
  readonly standing: Standing
  readonly identity: Identity
  readonly entry: Entry | undefined
  readonly ci: string | undefined
  /** What the project asks for beyond a standing yes, and was not refused: fields and places. */
  readonly asksFor: { readonly fields: readonly string[]; readonly places: readonly string[] }
  /** What was wrong with the store, if anything. */
  readonly storeProblem: string | undefined
}

/** Whose yes a checked project file needs, for the places that are meant here. */
export function identityOf(world: World, project: Project): Identity {
  const env = settingsEnvironment(world)
  return { ...declaredIdentity(project), where: project.destinations.map((destination) => placeOf(env, project, destination)).toSorted() }
}

/** The place that a destination of a project means here. */
export function placeHere(world: World, project: Project, destination: DestinationSettings): string {
  return placeOf(settingsEnvironment(world), project, destination)
}

/** Asks the one resolver about a project. Reads the store, unless it has just been read; writes nothing. */
export function standingFor(world: World, project: Project, store: StoreReading = readStore(world)): ProjectStanding {
  const identity = identityOf(world, project)
  const entry = entryFor(store.entries, identity)
  const ci = ciProvider(world.env)
  const fields = fieldNames(fieldTable(project, world.now()))
  const standing = resolve({
    switch: world.env.SEND_METRICS,
    doNotTrack: world.env.DO_NOT_TRACK,
    ci,
    noOwnersYes: whyNoOwnersYes(world, identity.where),
    projectOff: !project.enabled,
    stored: soundDecision(entry),
    allOffAt: store.all?.at,
    policy: readPolicy(world).consent,
    foreignHome: foreignHome(world),
    fields,
    places: identity.where,
    retentionDays: project.retentionDays,
    now: world.now(),
  })
  const asksFor = difference(entry, fields, identity.where)
  return { standing, identity, entry, ci, asksFor, storeProblem: store.problem }
}

/** A yes from the future, as one that was given while the clock was ahead. */
export interface YesAhead {
  /** RFC 3339. */
  readonly time: string
  /** Nothing that runs before then is sent. */
  readonly withholds: boolean
}

/** Whether a yes that is to hold lies in the future, and when. */
export function yesAhead({ standing, entry }: Pick<ProjectStanding, 'standing' | 'entry'>, now: number): YesAhead | undefined {
  const decision = standing.effective === 'on' ? soundDecision(entry) : undefined
  const isAhead = (time: string | undefined) => time !== undefined && Date.parse(time) > now + CLOCKS_DIFFER_MS
  const time = [decision?.asOf, decision?.at].find(isAhead)
  return time === undefined ? undefined : { time, withholds: isAhead(decision?.asOf) }
}

/** Two machines with one home need not agree to the second. */
const CLOCKS_DIFFER_MS = 60_000

/** A yes covers what its text named; what came since is asked for by itself. */
function difference(entry: Entry | undefined, fields: readonly string[], places: readonly string[]): ProjectStanding['asksFor'] {
  const decision = soundDecision(entry)
  if (!decision || decision.decision === 'off') return { fields: [], places: [] }
  const known = new Set([
    ...decision.fieldSet,
    ...decision.recipients,
    ...(entry?.declined?.fields ?? []),
    ...(entry?.declined?.places ?? []),
  ])
  const fresh = (names: readonly string[]) => names.filter((name) => !known.has(name))
  return { fields: fresh(fields), places: decision.decision === 'on' ? fresh(places) : [] }
}
