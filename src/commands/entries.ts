import type { ProjectStanding } from '../consent/standing.ts'
import { entryId } from '../consent/store.ts'

/** IDs under which this project has state: the stored entry's, and the one that a pipeline would use. */
export function allEntryIds({ entry, identity }: ProjectStanding): string[] {
  return [...new Set([entry?.id ?? entryId(identity), entryId(identity)])]
}
