import type { ProjectStanding } from '../consent/standing.ts'
import * as store from '../consent/store.ts'
import * as commit from '../context/commit.ts'
import { AskedStatus } from '../context/git-status.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { serialize } from '../event/serialize.ts'
import { agreeableKeys, fieldTable } from '../project/field-table.ts'
import type { Project } from '../project/read.ts'
import { commitPseudonym, NO_PSEUDONYM, PSEUDONYM } from '../record/commit-pseudonym.ts'
import { GatheredRun } from '../record/record-run.ts'
import { segmentClientVersion } from '../version.ts'
import type { World } from '../world.ts'

/** Stands in for an ID that has not been made. */
export const NO_ID = '00000000-0000-4000-8000-000000000000'

/** The event of a run that passed at once, with real facts of this place. Without a yes: all fields there are. */
export async function sampleRun(
  world: World,
  project: Project,
  { standing, entry }: ProjectStanding,
  goals: readonly string[],
): Promise<Message> {
  const startedAt = world.now()
  const loaders = { loadStore: async () => store, loadCommit: async () => commit, askStatus: () => new AskedStatus(world) }
  const nobody = { trace: undefined, nested: false, justAgreed: false, fieldsFile: undefined, store: undefined, note: () => {}, ...loaders }
  const run = new GatheredRun(world, project, { goals, startedAt, ...nobody })
  await run.askDocker()
  const agreed = standing.effective === 'on' || standing.effective === 'local' ? standing.fields : agreeableKeys(project, startedAt)
  const outcome = { durationMs: 0, exitStatus: 0, outcome: 'success' } as const
  const facts = await run.facts(outcome, { agreed, ms: GIT_PATIENCE_MS, hurry: new Promise(() => {}) })
  const pseudonym = standing.effective === 'on' ? commitPseudonym(world, run.head, entry?.anonymousId ?? '', undefined) : undefined
  const shown = run.head === undefined ? undefined : (pseudonym ?? NO_PSEUDONYM)
  return {
    id: newMessageId(startedAt),
    event: eventNames(project).run,
    anonymousId: entry?.anonymousId ?? NO_ID,
    timestamp: new Date(startedAt).toISOString(),
    properties: serialize('run', { ...facts, [PSEUDONYM]: shown }, agreed, fieldTable(project, startedAt)),
    nodeVersion: world.nodeVersion,
    clientVersion: segmentClientVersion,
  }
}

/** git's own limit is shorter. */
const GIT_PATIENCE_MS = 5_000
