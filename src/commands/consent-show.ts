import { audienceOf } from '../consent/audience.ts'
import type { Decision } from '../consent/decision.ts'
import { soundDecision } from '../consent/read-store.ts'
import { type ProjectStanding, standingFor } from '../consent/standing.ts'
import { projectState } from '../journal/state.ts'
import { printable, say } from '../messages.ts'
import type { Project } from '../project/read.ts'
import type { Exit, World } from '../world.ts'
import { needProject } from './need-project.ts'

/** `send-metrics consent`: the answer that holds here and now, and which layer gave it. */
export function showStatus(world: World, json: boolean): Exit {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const current = standingFor(world, project)
  world.stdout.write(json ? `${JSON.stringify(statusJson(project, current), undefined, 2)}\n` : statusText(world, project, current))
  return { code: 0 }
}

function statusJson(project: Project, { standing, identity, entry, storeProblem }: ProjectStanding): object {
  return {
    project: project.project,
    projectFile: project.file,
    effective: standing.effective,
    decidedBy: standing.decidedBy,
    reason: standing.reason,
    stored: soundDecision(entry)?.decision ?? null,
    recipient: identity.recipient,
    destinations: identity.where,
    anonymousId: entry?.anonymousId ?? null,
    problem: storeProblem ?? null,
  }
}

function statusText(world: World, project: Project, { standing, identity, entry, storeProblem }: ProjectStanding): string {
  const stored = soundDecision(entry)
  const lines: [string, string][] = [
    ['Project', `${project.project} (${printable(project.file, 300)})`],
    ['Consent', `${standing.effective}, decided by ${LAYERS[standing.decidedBy]}: ${standing.reason}`],
    ...(stored && standing.decidedBy !== 'stored' ? [['Stored', `${stored.decision}, since ${stored.at}`] as [string, string]] : []),
    ['Recipient', identity.recipient],
    ['Goes to', audienceOf(world, project).titles.join(', ') || 'nowhere: the project file names no destination'],
    ['Your ID', entry?.anonymousId ?? 'none yet; it is made with the first event that is sent'],
    ...(entry ? [['On disk', stateOf(world, entry.id)] as [string, string]] : []),
    ...(storeProblem ? [['Problem', `the decisions file ${storeProblem}`] as [string, string]] : []),
    ['Change it', 'send-metrics consent on, local or off'],
  ]
  return `${lines.map(([label, text]) => `${`${label}:`.padEnd(11)} ${text}`).join('\n')}\n`
}

const LAYERS = {
  SEND_METRICS: 'the environment (SEND_METRICS)',
  DO_NOT_TRACK: 'the environment (DO_NOT_TRACK)',
  ci: 'the environment (CI)',
  policy: "this machine's administrator",
  project: 'the project file',
  stored: 'you',
  'all-projects': 'you, for all projects',
  expiry: 'the time that has passed',
  nobody: 'nobody',
} as const

function stateOf(world: World, id: string): string {
  try {
    return projectState(world, id)
  } catch (error) {
    return (error as Error).message
  }
}

/** `send-metrics consent show`: the receipt of the stored decision. */
export function showReceipt(world: World, json: boolean): Exit {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const { entry } = standingFor(world, project)
  const decision = soundDecision(entry)
  if (!decision || !entry) {
    world.stderr.write(say.prefixed(say.noReceipt(project.project)))
    if (json) world.stdout.write('null\n')
    return { code: json ? 0 : 1 }
  }
  const receipt = { project: entry.project, recipient: entry.recipient, anonymousId: entry.anonymousId, ...decision }
  world.stdout.write(json ? `${JSON.stringify(receipt, undefined, 2)}\n` : receiptText(receipt))
  return { code: 0 }
}

function receiptText(receipt: Decision & { project: string; recipient: string; anonymousId: string | null }): string {
  const lines: [string, string][] = [
    ['Project', receipt.project],
    ['Recipient', receipt.recipient],
    ['Decision', receipt.decision],
    ['Given', given(receipt)],
    ['Sent to', receipt.recipients.join('; ') || 'nowhere'],
    ['Your ID', receipt.anonymousId ?? 'none yet'],
    ['Fields', receipt.fieldSet.join(', ')],
    ['Text', `SHA-256 ${receipt.textHash}`],
  ]
  const head = lines.map(([label, text]) => `${`${label}:`.padEnd(11)} ${printable(text, 2000)}`).join('\n')
  return `${head}\n\nThe text as shown:\n\n${receipt.text}\n`
}

/** A no that was salvaged from a damaged store has lost when and how it was given. */
function given({ at, method, toolVersion }: Decision): string {
  if (method === 'salvaged') return 'salvaged from a damaged file; when and how is lost'
  return `${at}, by ${method === 'question' ? 'answering the question' : 'command'}, with version ${toolVersion}`
}
