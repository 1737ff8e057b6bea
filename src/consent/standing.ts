import { ciProvider } from '../context/ci.ts'
import { fieldNames } from '../event/fields.ts'
import { placeOf } from '../project/places.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { Entry } from './decision.ts'
import { defaultRecipient, entryFor, type Identity } from './identity.ts'
import { readStore, soundDecision } from './read-store.ts'
import { resolve, type Standing } from './resolve.ts'

/** The answer for a project here and now, with what it was made from. */
export interface ProjectStanding {
  readonly standing: Standing
  readonly identity: Identity
  readonly entry: Entry | undefined
  readonly ci: string | undefined
  /** What was wrong with the store, if anything. */
  readonly storeProblem: string | undefined
}

/** Whose yes a checked project file needs. */
export function identityOf(project: Project): Identity {
  return {
    project: project.project,
    recipient: project.recipient ?? defaultRecipient(project.project),
    where: project.destinations.map(placeOf).toSorted(),
  }
}

/** Asks the one resolver about a project. Reads the store; writes nothing. */
export function standingFor(world: World, project: Project): ProjectStanding {
  const identity = identityOf(project)
  const store = readStore(world)
  const entry = entryFor(store.entries, identity)
  const ci = ciProvider(world.env)
  const standing = resolve({
    switch: world.env.SEND_METRICS,
    doNotTrack: world.env.DO_NOT_TRACK,
    ci,
    projectOff: !project.enabled,
    stored: soundDecision(entry),
    fields: fieldNames(),
    places: identity.where,
  })
  return { standing, identity, entry, ci, storeProblem: store.problem }
}
