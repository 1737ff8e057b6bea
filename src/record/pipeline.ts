import type { ProjectStanding } from '../consent/standing.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'
import type { LoadStore } from './anonymous-id.ts'

/** In CI the yes is the pipeline owner's: it is recorded as such, so that it can be shown and undone. Throws StoreError. */
export async function notePipeline(world: World, now: ProjectStanding, sender: string, loadStore: LoadStore): Promise<void> {
  if (now.entry?.pipeline !== undefined) return
  const { standing, identity, ci } = now
  const at = new Date(world.now()).toISOString()
  const yes = { at, ci: ci ?? '', anonymousId: sender, fieldSet: standing.fields, recipients: standing.places, toolVersion: version }
  ;(await loadStore()).notePipeline(world, identity, yes)
}
