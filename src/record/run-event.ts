import type { ProjectStanding } from '../consent/standing.ts'
import { agreedWords, wordsFor } from '../event/agreed-words.ts'
import { HERE_ONLY } from '../event/field.ts'
import { keyOf, SPAN_FIELD } from '../event/fields.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { type Facts, type Properties, serialize } from '../event/serialize.ts'
import { longest, reportedSpans } from '../event/span.ts'
import type { CheckoutMemo } from '../journal/checkout-memo.ts'
import { fieldTable } from '../project/field-table.ts'
import type { Project } from '../project/read.ts'
import { segmentClientVersion } from '../version.ts'
import { anonymousId } from './anonymous-id.ts'
import { commitPseudonym, PSEUDONYM } from './commit-pseudonym.ts'
import type { GatheredRun, RunEnd } from './gather-run.ts'
import { notePipeline } from './pipeline.ts'

/** The event of a run, through the gate. */
export async function eventOf(
  run: GatheredRun,
  facts: Facts,
  { now, isSent, end, memo }: { now: ProjectStanding; isSent: boolean; end: RunEnd; memo?: CheckoutMemo },
): Promise<Message> {
  const { world, project, start } = run
  const { fields } = now.standing
  const sender = isSent ? await anonymousId(world, now, start.loadStore) : ''
  if (now.ci !== undefined && sender !== '') await notePipeline(world, now, sender, start)
  const pseudonym = fields.includes(PSEUDONYM) ? commitPseudonym(world, run.head, sender, memo) : undefined
  const properties = serialize('run', { ...facts, [PSEUDONYM]: pseudonym }, fields, fieldTable(project, world.now()))
  start.note(`event: ${JSON.stringify(properties)}`)
  const id = newMessageId(world.now())
  const at = new Date(start.startedAt)
  return {
    id,
    event: eventNames(project).run,
    anonymousId: sender,
    timestamp: at.toISOString(),
    properties,
    nodeVersion: world.nodeVersion,
    clientVersion: segmentClientVersion,
    ...spansToSend(project, now, end),
  }
}

/** What the ledger has beside what is sent: when the commit was made, where only its day may leave. */
export function hereOnly(facts: Facts, { git_commit_time: sent }: Properties): Properties {
  const exact = facts.git_commit_time
  return sent === undefined || exact === undefined || exact === sent ? {} : { [HERE_ONLY]: exact }
}

/** More than these stay in the ledger: an outbox may hold a thousand events. */
const MOST_SENT = 200

/** Spans for destinations that know traces, where the project asks for them and the person agreed to them. */
function spansToSend(project: Project, { standing }: ProjectStanding, { spans }: RunEnd): Pick<Message, 'spans' | 'spansLeftOut'> {
  if (spans === undefined || !project.spans || !standing.fields.includes(keyOf(SPAN_FIELD))) return {}
  const { inside } = wordsFor(project, agreedWords(standing.fields))
  const reported = reportedSpans(longest(spans, MOST_SENT), { inside, prefix: project.prefix })
  return { spans: reported.spans, spansLeftOut: reported.leftOut }
}
