import { audienceOf } from '../consent/audience.ts'
import type { Decision, PipelineYes } from '../consent/decision.ts'
import { readStore, soundDecision } from '../consent/read-store.ts'
import { type ProjectStanding, placeHere, standingFor, yesAhead } from '../consent/standing.ts'
import { projectState } from '../journal/state.ts'
import { printable, printableAsLaidOut, printableJson, say } from '../messages.ts'
import { shownPlace } from '../project/places.ts'
import { locatedReason } from '../project/position.ts'
import type { Project } from '../project/read.ts'
import { hanging } from '../text-width.ts'
import type { Exit, World } from '../world.ts'
import { needProject } from './need-project.ts'

/** `send-metrics consent`: the answer that holds here and now, and which layer gave it. */
export function showStatus(world: World, json: boolean): Exit {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const current = standingFor(world, project)
  world.stdout.write(json ? `${printableJson(statusJson(world, project, current), 2)}\n` : statusText(world, project, current))
  return { code: 0 }
}

/** The same as an object, which a decision prints, too. */
export function statusJson(world: World, project: Project, current: ProjectStanding): object {
  const { standing, identity, entry, storeProblem } = current
  return {
    project: project.project,
    projectFile: project.file,
    effective: standing.effective,
    decidedBy: standing.decidedBy,
    reason: standing.reason,
    stored: soundDecision(entry)?.decision ?? null,
    recipient: identity.recipient,
    destinations: identity.where.map(shownPlace),
    anonymousId: entry?.anonymousId ?? null,
    problem: storeProblem ?? null,
    yesAhead: yesAhead(current, world.now())?.time ?? null,
  }
}

function statusText(world: World, project: Project, current: ProjectStanding): string {
  const { standing, identity, entry, storeProblem } = current
  const stored = soundDecision(entry)
  const lines: [string, string][] = [
    ['Project', `${project.project} (${printable(project.file, 300)})`],
    ['Consent', `${standing.effective}, decided by ${LAYERS[standing.decidedBy]}: ${standing.reason}`],
    ...(stored && standing.decidedBy !== 'stored' ? [['Stored', `${stored.decision}, since ${stored.at}`] as [string, string]] : []),
    ['Recipient', identity.recipient],
    [
      'Goes to',
      titlesOf(world, project, (place) => standing.effective !== 'on' || standing.places.includes(place)).join(', ') || 'nowhere',
    ],
    ...uncovered(world, project, current),
    ...ahead(world, current),
    ['Your ID', entry?.anonymousId ?? 'none yet; it is made with the first event that is sent'],
    ...(entry ? [['On disk', stateOf(world, entry.id)] as [string, string]] : []),
    ...(storeProblem ? [['Problem', problemOf(world, storeProblem)] as [string, string]] : []),
    ['Change it', `${world.tool} consent on, local or off`],
  ]
  return `${lines.map(([label, text]) => `${`${label}:`.padEnd(11)} ${printable(text, 4000)}`).join('\n')}\n`
}

function problemOf(world: World, problem: string): string {
  const { file } = readStore(world)
  if (file === undefined) return `the decisions file ${problem}`
  const { file: where, what } = locatedReason(file, problem)
  return `${where} ${what}`
}

function ahead(world: World, current: ProjectStanding): [string, string][] {
  const yes = yesAhead(current, world.now())
  return yes === undefined ? [] : [['Problem', `${say.yesAhead(yes)}. ${say.howToMendYesAhead(world.tool)}`]]
}

/** What the project asks for beyond the standing yes: not sent, until the person agrees. */
function uncovered(world: World, project: Project, { standing, asksFor }: ProjectStanding): [string, string][] {
  if (standing.effective !== 'on') return []
  const not = [...titlesOf(world, project, (place) => !standing.places.includes(place)), ...asksFor.fields]
  return not.length === 0 ? [] : [['Not yet', `${not.join(', ')}: new since your yes, and not sent until you agree`]]
}

function titlesOf(world: World, project: Project, wanted: (place: string) => boolean): readonly string[] {
  const destinations = project.destinations.filter((destination) => wanted(placeHere(world, project, destination)))
  return audienceOf(world, { ...project, destinations }).titles
}

const LAYERS = {
  SEND_METRICS: 'the environment (SEND_METRICS)',
  DO_NOT_TRACK: 'the environment (DO_NOT_TRACK)',
  ci: 'the environment (CI)',
  policy: "this machine's administrator",
  project: 'the project file',
  stored: 'you',
  'all-projects': 'you, for all projects',
  'foreign-home': 'whose home this is',
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
  if (!decision && entry?.pipeline) {
    world.stdout.write(
      json ? `${printableJson({ project: entry.project, pipeline: entry.pipeline }, 2)}\n` : pipelineText(entry.project, entry.pipeline),
    )
    return { code: 0 }
  }
  if (!decision || !entry) {
    world.stderr.write(say.prefixed(say.noReceipt(world.tool, project.project)))
    if (json) world.stdout.write('null\n')
    return { code: json ? 0 : 1 }
  }
  const receipt = {
    project: entry.project,
    recipient: entry.recipient,
    anonymousId: entry.anonymousId,
    ...decision,
    recipients: decision.recipients.map(shownPlace),
  }
  world.stdout.write(json ? `${printableJson(receipt, 2)}\n` : receiptText(receipt))
  return { code: 0 }
}

/** The receipt of a pipeline owner's yes. */
function pipelineText(project: string, { at, ci, anonymousId, fieldSet, recipients, toolVersion }: PipelineYes): string {
  const lines: [string, string][] = [
    ['Project', project],
    ['Decision', `on, by whoever owns this pipeline: SEND_METRICS=on in ${ci}`],
    ['Given', `${at}, with version ${toolVersion}`],
    ['Sent to', recipients.map(shownPlace).join('; ')],
    ["Pipeline's ID", anonymousId],
    ['Fields', fieldSet.join(', ')],
  ]
  return `${lines.flatMap(([label, text]) => hanging(`${label}:`.padEnd(LABEL_COLUMNS), printable(text, 4000), WIDTH)).join('\n')}\n`
}

function receiptText(receipt: Decision & { project: string; recipient: string; anonymousId: string | null }): string {
  const covers: [string, string][] = [
    ['Sent to', receipt.decision === 'on' ? receipt.recipients.map(shownPlace).join('; ') || 'nowhere' : 'nowhere'],
    ['Fields', receipt.fieldSet.join(', ')],
    ['Text', `SHA-256 ${receipt.textHash}`],
  ]
  const lines: [string, string][] = [
    ['Project', receipt.project],
    ['Recipient', receipt.recipient],
    ['Decision', receipt.decision],
    ['Given', given(receipt)],
    ['Your ID', receipt.anonymousId ?? 'none'],
    ...(receipt.decision === 'off' ? [['Covers', 'nothing: no record, nothing sent'] as [string, string]] : covers),
  ]
  const head = lines.flatMap(([label, text]) => hanging(`${label}:`.padEnd(LABEL_COLUMNS), printable(text, 4000), WIDTH)).join('\n')
  return receipt.decision === 'off' ? `${head}\n` : `${head}\n\nThe text as shown:\n\n${printableLines(receipt.text)}\n`
}

function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printableAsLaidOut(line.slice(0, 4000)))
    .join('\n')
}

const LABEL_COLUMNS = 15
const WIDTH = 79

/** A no that was salvaged from a damaged store has lost when and how it was given. */
function given({ at, method, toolVersion, extendedAt }: Decision): string {
  if (method === 'salvaged') return 'salvaged from a damaged file; when and how is lost'
  return `${at}, by ${method === 'question' ? 'answering the question' : 'command'}, with version ${toolVersion}${extendedAt ? `; more on ${extendedAt}` : ''}`
}
