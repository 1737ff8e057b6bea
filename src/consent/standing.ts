import { ciProvider } from '../context/ci.ts'
import { placeOf } from '../destinations/place.ts'
import { foreignHome } from '../disk/whose-home.ts'
import { isWordKey, uncoveredKeys, withListOfThen } from '../event/agreed-words.ts'
import { agreeableKeys } from '../project/field-table.ts'
import type { DestinationSettings } from '../project/places.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { Decision, Entry } from './decision.ts'
import { declaredIdentity, entryFor, type Identity } from './identity.ts'
import { loweredBy, settingsEnvironment, whyNoOwnersYes } from './pipeline.ts'
import { readPolicy } from './policy.ts'
import { readStore, type StoreReading, soundDecision } from './read-store.ts'
import { resolve, type Standing } from './resolve.ts'

/** Fields, words of lists and places that are asked for. */
export interface Asked {
  readonly fields: readonly string[]
  readonly places: readonly string[]
}

/** The answer for a project here and now, with what it was made from. */
export interface ProjectStanding {
  readonly standing: Standing
  readonly identity: Identity
  readonly entry: Entry | undefined
  readonly ci: string | undefined
  /** What the project asks for beyond a standing yes, and was not refused: fields and places. */
  readonly asksFor: Asked
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
  const asked = agreeableKeys(project, world.now())
  const stored = ofThen(soundDecision(entry), asked)
  // A word of a list may be covered by a wider one that was agreed to.
  const fields = [...asked, ...(stored?.fieldSet ?? []).filter((key) => isWordKey(key) && !asked.includes(key))]
  const standing = resolve({
    ...loweredBy(world),
    ci,
    noOwnersYes: whyNoOwnersYes(world, identity.where),
    projectOff: !project.enabled,
    stored,
    allOffAt: store.all?.at,
    policy: readPolicy(world).consent,
    foreignHome: foreignHome(world),
    fields,
    places: identity.where,
    retentionDays: project.retentionDays,
    now: world.now(),
  })
  const asksFor = difference(entry, stored, { fields: asked, places: identity.where })
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

function ofThen(decision: Decision | undefined, today: readonly string[]): Decision | undefined {
  return decision && { ...decision, fieldSet: withListOfThen(decision.fieldSet, today) }
}

/** A yes covers what its text named; what came since is asked for by itself. */
function difference(entry: Entry | undefined, decision: Decision | undefined, today: Asked): Asked {
  if (!decision || decision.decision === 'off') return { fields: [], places: [] }
  const { declined } = entry ?? {}
  const fields = uncoveredKeys(today.fields, decision.fieldSet).filter((key) => !declined?.fields.includes(key))
  const known = [...decision.recipients, ...(declined?.places ?? [])]
  return { fields, places: decision.decision === 'on' ? today.places.filter((place) => !known.includes(place)) : [] }
}
