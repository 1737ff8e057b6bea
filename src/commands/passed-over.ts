import { readStore, type StoreReading } from '../consent/read-store.ts'
import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import type { PassedOver } from '../journal/passed-over.ts'
import { say } from '../messages.ts'
import { locatedReason } from '../project/position.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'

/** The decisions of this person; a file of them that cannot be read is passed over. */
export function readDecisions(world: World, passedOver: PassedOver): StoreReading {
  const store = readStore(world)
  if (store.problem !== undefined && store.file !== undefined) {
    const { file, what } = locatedReason(store.file, store.problem)
    passedOver.file(file, what)
  }
  return store
}

/** The answer for a project here and now; a file of decisions that cannot be read is passed over. */
export function standingHere(world: World, project: Project, passedOver: PassedOver): ProjectStanding {
  return standingFor(world, project, readDecisions(world, passedOver))
}

/** Says in one line what was passed over, if anything was; whether it was. */
export function sayPassedOver(world: World, passedOver: PassedOver): boolean {
  const { all } = passedOver
  if (all.length > 0) world.stderr.write(say.prefixed(say.passedOver(world.tool, all)))
  return all.length > 0
}
