import { audienceOf } from '../consent/audience.ts'
import type { Choice, Decision, Entry } from '../consent/decision.ts'
import { placesOf } from '../consent/identity.ts'
import { soundDecision } from '../consent/read-store.ts'
import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import * as store from '../consent/store.ts'
import { decide, statementOf } from '../consent/wording.ts'
import { codingAgent } from '../context/agent.ts'
import { homeOf } from '../disk/whose-home.ts'
import { Ledger } from '../journal/ledger.ts'
import { emptyOutboxes } from '../journal/outbox.ts'
import { projectState } from '../journal/state.ts'
import { say } from '../messages.ts'
import { agreeableKeys, fieldTable } from '../project/field-table.ts'
import type { Project } from '../project/read.ts'
import { previousAnswer, recordConsentChange } from '../record/record-consent.ts'
import { routesFor } from '../record/routes.ts'
import { describeAll, ROUND_MOST, sendAll } from '../record/send-all.ts'
import { version } from '../version.ts'
import type { Exit, World } from '../world.ts'
import { Timeline } from '../wrap/timeline.ts'
import { statusJson } from './consent-show.ts'
import { needProject } from './need-project.ts'
import { printJson } from './print-json.ts'
import { writeLines } from './write-lines.ts'

/** Time for the one event that a change of mind sends, ms, where the project file does not say. */
const BUDGET_MS = 1_000

/** Stores a decision without a question, and does what follows from it. */
export async function changeConsent(
  world: World,
  choice: Choice,
  { silent, json }: { readonly silent: boolean; readonly json: boolean },
): Promise<Exit> {
  const refused = whyRefused(world, choice)
  if (refused !== undefined) {
    world.stderr.write(say.prefixed(refused))
    return { code: 1 }
  }
  const project = needProject(world)
  if (project === undefined) {
    if (choice === 'off') world.stderr.write(say.prefixed(say.offElsewhere(world.tool)))
    return { code: 1 }
  }
  const before = standingFor(world, project)
  const previous = soundDecision(before.entry)
  const table = fieldTable(project, world.now())
  const text = statementOf(choice, project, audienceOf(world, project), Math.min(79, world.stderr.columns - 1), table)
  if (choice !== 'off') world.stderr.write(`${text}\n\n`)
  let entry: Entry
  try {
    const asOf = choice === 'on' ? beganAt(previous, world.now()) : undefined
    const decision = decide(choice, 'command', project, {
      text,
      fields: agreeableKeys(project, world.now()),
      places: before.identity.where,
      now: world.now(),
      asOf,
      version,
    })
    entry = store.changeEntry(world, before.identity, (now) => ({
      ...now,
      where: placesOf(now, before.identity),
      decision,
      declined: undefined,
      askAfter: undefined,
    }))
  } catch (error) {
    if (!(error instanceof store.StoreError)) throw error
    world.stderr.write(say.prefixed(say.notStored(error.message)))
    return { code: 1 }
  }
  const notes = await followUp(world, project, { choice, before, previous, entry, silent })
  if (json) return printJson(world, { ...statusJson(world, project, standingFor(world, project)), notes })
  writeLines(world.stdout, [say.consentIs(choice, project.project), ...notes].join('\n'))
  return { code: 0 }
}

/** Who cannot decide here: an agent for a person, though it may always say no, and nobody in somebody else's home. */
function whyRefused(world: World, choice: Choice): string | undefined {
  const agent = choice === 'off' ? undefined : codingAgent(world.env)
  if (agent !== undefined) return say.agentCannotAgree(world.tool, agent.variable, agent.agent, choice)
  const home = homeOf(world)
  return home.whose === 'foreign' ? say.notStored(`${home.reason}; ${home.todo(world.tool)}`) : undefined
}

/** A yes on top of a yes: what happened since the first one stays covered, unless that was given by a clock that was ahead. */
function beganAt(previous: Decision | undefined, now: number): number | undefined {
  if (previous?.decision !== 'on') return undefined
  const since = Date.parse(previous.asOf ?? previous.at)
  return since <= now ? since : undefined
}

interface Change {
  readonly choice: Choice
  readonly before: ProjectStanding
  readonly previous: Decision | undefined
  readonly entry: Entry
  /** Without a last event to the recipient. */
  readonly silent: boolean
}

/** What a change means for events that wait, and for the one that tells of it. */
async function followUp(world: World, project: Project, change: Change): Promise<string[]> {
  const { standing } = standingFor(world, project)
  if (change.choice === 'on') {
    if (standing.effective !== 'on') return [say.outranked(standing.effective === 'local', standing.reason)]
    if (change.previous?.decision === 'on') return [say.howToOptOut(world.tool)]
    const told = await tell(world, project, change, change.entry.decision)
    return [...told, say.howToOptOut(world.tool)]
  }
  const dropped = removeWaiting(world, change.entry)
  const lines = dropped > 0 ? [say.waitingRemoved(dropped)] : []
  // Somebody who is switched off by the environment sends nothing at all, not even a goodbye.
  const wasOn = change.previous?.decision === 'on' && change.before.standing.effective === 'on'
  if (change.choice === 'off' && wasOn && !change.silent) lines.push(...(await tell(world, project, change, change.previous)))
  if (change.choice === 'local')
    lines.push(standing.effective === 'off' ? say.outranked(false, standing.reason) : say.howToOptOut(world.tool))
  return lines
}

async function tell(world: World, project: Project, change: Change, agreed: Decision | undefined): Promise<string[]> {
  if (agreed === undefined) return []
  const { entry, before } = change
  const accept = change.choice === 'on'
  const routes = routesFor(world, project, agreed.recipients, projectState(world, entry.id))
  if (routes.length === 0) return []
  const timeline = new Timeline(world)
  try {
    const words = { choice: accept ? 'accept' : 'decline', previous: previousAnswer(change.previous) } as const
    await recordConsentChange(world, project, { identity: before.identity, entry, agreed, ci: before.ci }, words, async () => store)
    const deadline = world.monotonic() + (project.budgetMs ?? BUDGET_MS)
    const deliveries = await sendAll(world, routes, new Ledger(projectState(world, entry.id)), {
      deadline,
      most: ROUND_MOST,
      force: true,
      asOf: accept ? agreed.asOf : undefined,
      note: (text) => timeline.note(text),
    })
    const fate = describeAll(deliveries)
    if (accept) return [say.acceptTold(fate)]
    const failed = deliveries.filter(({ kept, dropped }) => kept + dropped > 0)
    return [failed.length === 0 ? say.declineTold(fate) : say.declineNotTold(failed.map(({ reason }) => reason).join('; '))]
  } catch (error) {
    return [say.notTold((error as Error).message)]
  } finally {
    for (const route of routes) route.connection?.close()
    // After a no, nothing may wait for a later run.
    if (!accept) removeWaiting(world, entry)
  }
}

function removeWaiting(world: World, entry: Entry): number {
  try {
    return emptyOutboxes(projectState(world, entry.id), world.pid)
  } catch {
    return 0
  }
}
