import { findProject } from '../project/find.ts'
import { type Project, readProject } from '../project/read.ts'
import type { World } from '../world.ts'
import { checkConsent, checkDecisionsFile } from './check-consent.ts'
import { checkGit, checkMake, checkNode } from './check-programs.ts'
import { checkDelivery, checkState } from './check-state.ts'

/** One thing that was looked at. A problem says what to do. */
export interface Finding {
  readonly about: string
  readonly state: 'ok' | 'note' | 'problem'
  readonly text: string
  readonly todo?: string
}

/** Everything `doctor` looks at, in the order in which a reader wants it. */
export async function findings(world: World): Promise<Finding[]> {
  const { project, finding } = checkProject(world)
  return [
    finding,
    ...(project ? [checkConsent(world, project)] : []),
    checkDecisionsFile(world),
    ...(project ? [checkState(world, project), ...checkDelivery(world, project)] : []),
    await checkMake(world),
    await checkGit(world),
    checkNode(world),
  ]
}

function checkProject(world: World): { project?: Project; finding: Finding } {
  const about = 'project file'
  const found = findProject(world)
  if (!found) {
    const text = 'none here or above, up to the git root; targets run and nothing is recorded'
    return {
      finding: {
        about,
        state: 'note',
        text,
        todo: 'write send-metrics.json with { "project": "…" }, if this repository is to be measured',
      },
    }
  }
  const read = readProject(found)
  if ('project' in read) return { project: read.project, finding: { about, state: 'ok', text: found.file } }
  const text = `${read.problem.file}: ${read.problem.what}`
  return { finding: { about, state: 'problem', text, todo: `mend ${found.file}; until then targets run and nothing is recorded` } }
}
