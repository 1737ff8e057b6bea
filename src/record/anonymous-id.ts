import type { Entry } from '../consent/decision.ts'
import type { Identity } from '../consent/identity.ts'
import type { World } from '../world.ts'

/** Writes to the store; loaded only when something has to be written. */
export type LoadStore = () => Promise<typeof import('../consent/store.ts')>

/** Who events come from, as far as a receiver can tell. */
export interface Sender {
  readonly identity: Identity
  readonly entry: Entry | undefined
  /** Set in CI, where an ID is derived from the project, so that a thousand jobs are not a thousand people. */
  readonly ci: string | undefined
}

/**
 * The anonymous ID under which a project's events go: made at random with the first one, and kept when
 * consent is switched off and on again. Throws StoreError.
 */
export async function anonymousId(world: World, { identity, entry, ci }: Sender, loadStore: LoadStore): Promise<string> {
  if (ci === undefined && entry?.anonymousId) return entry.anonymousId
  const store = await loadStore()
  if (ci !== undefined) return store.pipelineId(identity)
  return store.makeAnonymousId(world, identity)
}
