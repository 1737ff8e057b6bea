import type { ProjectStanding } from '../consent/standing.ts'
import { version } from '../version.ts'
import type { World } from '../world.ts'
import type { LoadStore } from './anonymous-id.ts'

/**
 * In CI the yes is the pipeline owner's: it is recorded as such, so that it can be shown and undone. Where it cannot be, as in a
 * container without a home, it stands in the pipeline's own settings, and the event goes all the same.
 */
export async function notePipeline(
  world: World,
  now: ProjectStanding,
  sender: string,
  { loadStore, note }: { loadStore: LoadStore; note: (text: string) => void },
): Promise<void> {
  if (now.entry?.pipeline !== undefined) return
  const { standing, identity, ci } = now
  const at = new Date(world.now()).toISOString()
  const yes = { at, ci: ci ?? '', anonymousId: sender, fieldSet: standing.fields, recipients: standing.places, toolVersion: version }
  try {
    ;(await loadStore()).notePipeline(world, identity, yes)
  } catch (error) {
    note(`pipeline: its yes is not stored; ${(error as Error).message}`)
  }
}
