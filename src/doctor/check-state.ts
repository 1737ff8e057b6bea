import * as fs from 'node:fs'
import * as path from 'node:path'
import { settingsEnvironment } from '../consent/pipeline.ts'
import { placeHere, standingFor } from '../consent/standing.ts'
import { entryId } from '../consent/store.ts'
import { Breaker } from '../delivery/breaker.ts'
import { titleOf } from '../destinations/place.ts'
import { homeOf } from '../disk/whose-home.ts'
import { reasonOf } from '../journal/passed-over.ts'
import { projectState } from '../journal/state.ts'
import type { DestinationSettings } from '../project/places.ts'
import type { Project } from '../project/read.ts'
import { outboxOf, routeName, whyMissing } from '../record/routes.ts'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'
import { type Trouble, troubleWith } from './trouble.ts'
import { whyNotWritable } from './writable.ts'

/** The folder of a project's records. Throws without a home. */
export function stateOf(world: World, project: Project): string {
  const { entry, identity } = standingFor(world, project)
  return projectState(world, entry?.id ?? entryId(identity))
}

/** Whether events can be recorded. */
export function checkState(world: World, project: Project): Finding {
  const about = 'records'
  try {
    const folder = stateOf(world, project)
    const home = homeOf(world)
    if (home.whose === 'foreign')
      return { about, state: 'note', text: `${folder} is left as it is: ${home.reason}`, todo: home.todo(world.tool) }
    const reason = whyNotWritable(folder)
    if (reason === undefined) return { about, state: 'ok', text: folder }
    const mend = onTheWay(world, folder)?.todo ?? 'make room or make it writable'
    const todo = `${mend}; until then targets run and nothing is recorded`
    return { about, state: 'problem', text: `${folder} cannot be written: ${reason}`, todo }
  } catch (error) {
    return { about, state: 'problem', text: (error as Error).message, todo: 'set HOME or XDG_STATE_HOME' }
  }
}

/** What is wrong with a folder, or with the one above it where that is what keeps it from being made. */
function onTheWay(world: World, folder: string): Trouble | undefined {
  const above = path.dirname(folder)
  return troubleWith(world, folder, 'folder') ?? (fs.existsSync(folder) || above === folder ? undefined : onTheWay(world, above))
}

/** Each destination: whether it is set up, what waits for it, and whether it failed lately. */
export function checkDelivery(world: World, project: Project): Finding[] {
  if (project.destinations.length === 0)
    return [{ about: 'destinations', state: 'note', text: 'none in the project file; nothing can be sent' }]
  return project.destinations.map((destination) => checkDestination(world, project, destination))
}

function checkDestination(world: World, project: Project, destination: DestinationSettings): Finding {
  const about = destination.type
  const missing = whyMissing(world, project, destination)
  const title = titleOf(settingsEnvironment(world), project, destination)
  const { standing } = standingFor(world, project)
  if (standing.effective === 'on' && !standing.places.includes(placeHere(world, project, destination))) {
    return { about, state: 'note', text: `${title} is new since your yes; nothing is sent there until you agree` }
  }
  if (missing) return { about, state: 'problem', text: missing, todo: 'set it right; until then events wait' }
  try {
    const state = stateOf(world, project)
    const name = routeName(world, project, destination)
    const outbox = outboxOf(state, name, world.pid)
    // Where no records can be, the check of those says so.
    const closed = fs.existsSync(state) ? outbox.trouble() : undefined
    if (closed) {
      const text = `${title}, nobody knows how many wait: ${outbox.folder} cannot be read: ${reasonOf(closed)}`
      return { about, state: 'problem', text, todo: troubleWith(world, outbox.folder, 'folder')?.todo ?? 'see files above' }
    }
    const damaged = outbox.damaged()
    if (damaged.length > 0) {
      const text = `${damaged.length} damaged ${damaged.length === 1 ? 'event' : 'events'} in ${outbox.folder}: ${damaged[0]}`
      return { about, state: 'problem', text, todo: 'look at it if you like, then remove it; it cannot be sent' }
    }
    const until = new Breaker(path.join(state, 'breakers', name)).openUntil(world.now())
    const waiting = `${title}, ${outbox.count()} waiting`
    if (until === undefined) return { about, state: 'ok', text: waiting }
    return {
      about,
      state: 'problem',
      text: `${waiting}; it failed, and is tried again after ${new Date(until).toISOString()}`,
      todo: `${world.tool} log shows why; ${world.tool} flush tries at once`,
    }
  } catch (error) {
    return { about, state: 'problem', text: (error as Error).message, todo: 'see records above' }
  }
}
