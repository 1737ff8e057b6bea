import type { ProjectStanding } from '../consent/standing.ts'
import { keyOf, SPAN_FIELD } from '../event/fields.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { type Facts, serialize } from '../event/serialize.ts'
import { longest, reportedSpans } from '../event/span.ts'
import { fieldTable } from '../project/field-table.ts'
import type { Project } from '../project/read.ts'
import { segmentClientVersion } from '../version.ts'
import { anonymousId } from './anonymous-id.ts'
import type { GatheredRun, RunEnd } from './gather-run.ts'
import { notePipeline } from './pipeline.ts'

/** The event of a run, through the gate. */
export async function eventOf(
  { world, project, start }: GatheredRun,
  facts: Facts,
  { now, isSent, end }: { now: ProjectStanding; isSent: boolean; end: RunEnd },
): Promise<Message> {
  const properties = serialize('run', facts, now.standing.fields, fieldTable(project, world.now()))
  start.note(`event: ${JSON.stringify(properties)}`)
  const id = newMessageId(world.now())
  const at = new Date(start.startedAt)
  const sender = isSent ? await anonymousId(world, now, start.loadStore) : ''
  if (now.ci !== undefined && sender !== '') await notePipeline(world, now, sender, start)
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

/** More than these stay in the ledger: an outbox may hold a thousand events. */
const MOST_SENT = 200

/** Spans for destinations that know traces, where the project asks for them and the person agreed to them. */
function spansToSend(project: Project, { standing }: ProjectStanding, { spans }: RunEnd): Pick<Message, 'spans' | 'spansLeftOut'> {
  if (spans === undefined || !project.spans || !standing.fields.includes(keyOf(SPAN_FIELD))) return {}
  const reported = reportedSpans(longest(spans, MOST_SENT), project)
  return { spans: reported.spans, spansLeftOut: reported.leftOut }
}
