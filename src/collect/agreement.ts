import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import * as store from '../consent/store.ts'
import type { Route } from '../delivery/deliver.ts'
import { stateToWrite } from '../journal/state.ts'
import { printable } from '../messages.ts'
import { findProject, PROJECT_FILE } from '../project/find.ts'
import { located } from '../project/position.ts'
import { type Project, readProject } from '../project/read.ts'
import { anonymousId } from '../record/anonymous-id.ts'
import { notePipeline } from '../record/pipeline.ts'
import { routesFor } from '../record/routes.ts'
import type { World } from '../world.ts'
import type { Collector, State } from './collector.ts'
import { words } from './words.ts'

/** What may be observed now, for whom, and where it may go. */
export interface Agreement {
  readonly project: Project
  readonly now: ProjectStanding
  /** The project's folder of ledger and outboxes. */
  readonly folder: string
  /** None where nothing leaves this machine. */
  readonly routes: readonly Route[]
  /** The anonymous ID; empty where nothing leaves. */
  readonly sender: string
}

type Wanted = Pick<Collector, 'name' | 'key'>

/** Whether anything may be observed, asked anew before each look; else why not. Throws StoreError. */
export async function agree(world: World, wanted: Wanted): Promise<Agreement | { readonly refusal: State }> {
  const read = projectHere(world)
  if ('refusal' in read) return read
  const { project } = read
  const now = standingFor(world, project)
  const refusal = whyNot(world, project, now, wanted)
  if (refusal !== undefined) return { refusal }
  const folder = stateToWrite(world, now.entry?.id ?? store.entryId(now.identity))
  const routes = now.standing.effective === 'on' ? routesFor(world, project, now.standing.places, folder) : []
  const loadStore = async () => store
  const sender = routes.length > 0 ? await anonymousId(world, now, loadStore) : ''
  if (now.ci !== undefined && sender !== '') await notePipeline(world, now, sender, { loadStore, note: () => {} })
  return { project, now, folder, routes, sender }
}

/** Whether that still holds, without touching anything: between two looks the person may have said no. */
export function stillHolds(world: World, { project, now }: Agreement, wanted: Wanted): boolean {
  const again = standingFor(world, project)
  return whyNot(world, project, again, wanted) === undefined && again.standing.effective === now.standing.effective
}

function projectHere(world: World): { readonly project: Project } | { readonly refusal: State } {
  const found = findProject(world)
  if (found === undefined) return { refusal: words.noProject(`there is no ${PROJECT_FILE} here or above`) }
  const read = readProject(found)
  if ('project' in read) return read
  const { file, what } = located(read.problem)
  return { refusal: words.noProject(`${printable(file, 300)}: ${printable(what, 600)}`) }
}

function whyNot({ tool }: World, project: Project, { standing }: ProjectStanding, { name, key }: Wanted): State | undefined {
  if (!project.collect.some((one) => one === name)) return words.notAskedFor(name)
  if (standing.effective !== 'on' && standing.effective !== 'local') return words.notAgreed(tool, standing.reason)
  return standing.fields.includes(key) ? undefined : words.notCovered(tool, name)
}
