import { v4, v5 } from 'uuid'
import type { Entry } from '../consent/decision.ts'
import type { Identity } from '../consent/identity.ts'
import { changeEntry } from '../consent/store.ts'
import type { World } from '../world.ts'

/** Namespace for IDs of pipelines: any fixed random UUID (RFC 9562, section 6.5). */
const PIPELINES = '5f6c5e5e-0d7c-4c39-9c1b-3a7d5a2f6f10'

/**
 * The anonymous ID under which a project's events go: made at random with the first one, and kept when
 * consent is switched off and on again. Throws StoreError.
 */
export function anonymousId(world: World, identity: Identity, entry: Entry | undefined): string {
  if (entry?.anonymousId) return entry.anonymousId
  const fresh = v4()
  // Another run may have made one a moment ago: the stored one counts.
  const stored = changeEntry(world, identity, (now) => ({ ...now, anonymousId: now.anonymousId ?? fresh }))
  return stored.anonymousId ?? fresh
}

/** The ID of a project's pipelines, derived from it, so that a thousand jobs are not a thousand people. */
export function pipelineId(identity: Identity): string {
  return v5(JSON.stringify([identity.project, identity.recipient, identity.where]), PIPELINES)
}
