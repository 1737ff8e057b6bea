import { droppedFields } from '../journal/dropped.ts'
import { type FoundProject, findProject } from '../project/find.ts'
import { type Project, readProject } from '../project/read.ts'
import type { World } from '../world.ts'
import { checkClock, checkPermissions } from './check-clock.ts'
import { checkConsent, checkDecisionsFile } from './check-consent.ts'
import { checkGit, checkMake, checkNode } from './check-programs.ts'
import { checkReach } from './check-reach.ts'
import { checkOwnFields, checkPolicy, checkSettings } from './check-settings.ts'
import { checkDelivery, checkState, stateOf } from './check-state.ts'

/** One thing that was looked at. A problem says what to do. */
export interface Finding {
  readonly about: string
  readonly state: 'ok' | 'note' | 'problem'
  readonly text: string
  readonly todo?: string
}

/** Everything `doctor` looks at, in the order in which a reader wants it. */
export async function findings(world: World): Promise<Finding[]> {
  const found = findProject(world)
  const { project, finding } = checkProject(found)
  return [
    finding,
    ...checkPolicy(world),
    ...(project ? [checkConsent(world, project)] : []),
    checkDecisionsFile(world),
    ...(project ? await checkProjectState(world, project) : []),
    checkPermissions(world, project),
    await checkMake(world),
    await checkGit(world),
    checkNode(world),
    checkClock(world, project),
    ...checkSettings(world, found?.content ?? {}),
  ]
}

async function checkProjectState(world: World, project: Project): Promise<Finding[]> {
  return [
    checkState(world, project),
    ...checkDelivery(world, project),
    ...(await checkReach(world, project)),
    ...checkOwnFields(world, project, droppedHere(world, project)),
  ]
}

function checkProject(found: FoundProject | undefined): { project?: Project; finding: Finding } {
  const about = 'project file'
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

function droppedHere(world: World, project: Project): Readonly<Record<string, number>> {
  try {
    return droppedFields(stateOf(world, project))
  } catch {
    // Without a home there are no records; the check of the records says so.
    return {}
  }
}
