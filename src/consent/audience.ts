import { briefOf, titleOf } from '../destinations/place.ts'
import { stateFolder } from '../disk/places.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { InBrief } from './at-question.ts'
import { settingsEnvironment } from './pipeline.ts'
import type { Audience } from './wording.ts'

/** Who a project sends to, in words: the places that are really meant here. */
export function audienceOf(world: World, project: Project): Audience & InBrief {
  const env = settingsEnvironment(world)
  const titles = project.destinations.map((destination) => titleOf(env, project, destination))
  const briefs = project.destinations.map((destination) => briefOf(env, project, destination))
  const home = world.home ?? ''
  const folder = stateFolder(world) ?? 'nowhere'
  const shown = home !== '' && folder.startsWith(`${home}/`) ? `~${folder.slice(home.length)}` : folder
  return { tool: world.tool, titles, briefs, stateFolder: shown }
}
