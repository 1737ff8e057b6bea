import type { ProjectStanding } from '../consent/standing.ts'
import { isFromBefore, withListOfThen } from '../event/agreed-words.ts'
import { agreeableKeys } from '../project/field-table.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { LoadStore } from './anonymous-id.ts'

/**
 * Stores with a decision from before lists of targets were part of it that it is valid for the list of today, so that it is not valid
 * for a wider one of tomorrow. Throws StoreError.
 */
export async function keepListOfThen(world: World, project: Project, now: ProjectStanding, loadStore: LoadStore): Promise<void> {
  const decision = now.entry?.decision
  if (decision === undefined || decision.decision === 'off' || !isFromBefore(decision.fieldSet)) return
  const keys = agreeableKeys(project, world.now())
  const { changeEntry } = await loadStore()
  changeEntry(world, now.identity, (entry) => {
    // Whoever decided anew in the meantime has the last word.
    if (entry.decision?.at !== decision.at) return entry
    return { ...entry, decision: { ...entry.decision, fieldSet: withListOfThen(entry.decision.fieldSet, keys) } }
  })
}
