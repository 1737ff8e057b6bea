import type { Decision, Entry } from '../consent/decision.ts'
import type { Identity } from '../consent/identity.ts'
import { agreedWords, testWord, wordsFor } from '../event/agreed-words.ts'
import { consentFacts } from '../event/build.ts'
import { eventNames, type Message, newMessageId } from '../event/message.ts'
import { serialize } from '../event/serialize.ts'
import { Ledger } from '../journal/ledger.ts'
import { stateToWrite } from '../journal/state.ts'
import type { Project } from '../project/read.ts'
import { segmentClientVersion, version } from '../version.ts'
import type { World } from '../world.ts'
import { anonymousId, type LoadStore } from './anonymous-id.ts'
import { writeEvent } from './journal.ts'
import { routesFor } from './routes.ts'

/** What the person had said before, in the event's words. */
export function previousAnswer(decision: Decision | undefined): string {
  if (decision === undefined) return 'none'
  return { on: 'yes', local: 'local', off: 'no' }[decision.decision]
}

/**
 * Writes the event that says that a person agreed or took it back, to the ledger and the outboxes of the
 * destinations that `agreed` covers. Sending is the caller's. Throws the file system's error.
 */
export async function recordConsentChange(
  world: World,
  project: Project,
  who: { identity: Identity; entry: Entry; agreed: Decision; ci: string | undefined },
  change: { choice: 'accept' | 'decline'; previous: string },
  loadStore: LoadStore,
): Promise<void> {
  const state = stateToWrite(world, who.entry.id)
  const at = new Date(world.now())
  const { tests } = wordsFor(project, agreedWords(who.agreed.fieldSet))
  const test = testWord(world.env.SEND_METRICS_TEST, ...tests)
  const facts = consentFacts(change.choice, change.previous, { toolVersion: version, test })
  const properties = serialize('consent', facts, who.agreed.fieldSet)
  const id = newMessageId(at.getTime())
  const message: Message = {
    id,
    event: eventNames(project).consent,
    anonymousId: await anonymousId(world, who, loadStore),
    timestamp: at.toISOString(),
    properties,
    nodeVersion: world.nodeVersion,
    clientVersion: segmentClientVersion,
  }
  writeEvent(new Ledger(state), 'consent', message, routesFor(world, project, who.agreed.recipients, state))
}
