import { printable, say } from '../messages.ts'
import { findProject, PROJECT_FILE } from '../project/find.ts'
import { located } from '../project/position.ts'
import { type Project, readProject } from '../project/read.ts'
import type { World } from '../world.ts'

/** The project that a command is about; says why there is none. */
export function needProject(world: World): Project | undefined {
  const found = findProject(world)
  if (found === undefined) {
    world.stderr.write(say.prefixed(say.noProject(world.tool, PROJECT_FILE)))
    return undefined
  }
  const read = readProject(found)
  if ('project' in read) return read.project
  const { file, what } = located(read.problem)
  world.stderr.write(say.prefixed(`${printable(file, 300)}: ${printable(what, 600)}`))
  return undefined
}
