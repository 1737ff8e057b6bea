import type { Route } from '../delivery/deliver.ts'
import { rehearseExchange } from '../delivery/exchange.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { serialize } from '../event/serialize.ts'
import { fieldTable } from '../project/field-table.ts'
import type { GatheredRun } from './gather-run.ts'

/** A target that has run for so long is worth a rehearsal, ms. */
export const REHEARSE_MS = 50

/**
 * Goes through the motions of encoding and judging once while the target runs, with an event that nobody gets and
 * that is in no file: code that runs for the first time takes several times as long, and after the target somebody waits.
 */
export async function rehearse({ world, project, start }: GatheredRun, fields: readonly string[], routes: readonly Route[]): Promise<void> {
  const now = world.now()
  const message: Message = {
    id: newMessageId(now),
    event: eventNames(project).run,
    anonymousId: 'rehearsal',
    timestamp: new Date(start.startedAt).toISOString(),
    properties: serialize('run', {}, fields, fieldTable(project, now)),
    nodeVersion: world.nodeVersion,
  }
  for (const route of routes) {
    const destination = await route.load()
    const { requests } = await destination.encode([message], route.settings, route.memo.recall())
    for (const request of requests) if ('url' in request) destination.judge(request, rehearseExchange(request))
  }
}
