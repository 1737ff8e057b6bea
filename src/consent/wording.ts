import { createHash } from 'node:crypto'
import { FIELDS, type FieldGroup, fieldNames } from '../event/fields.ts'
import type { Project } from '../project/read.ts'
import type { Choice, Decision, Method } from './decision.ts'
import { defaultRecipient } from './identity.ts'
import { identityOf } from './standing.ts'

/** Titles of the services that the data goes through, from the table of destinations. */
export interface Audience {
  readonly titles: readonly string[]
  readonly stateFolder: string
}

/** How each group of fields begins. The IDs of the envelope, which are no fields, are named with the others. */
const GROUP_LABELS: Readonly<Record<FieldGroup, readonly [label: string, before: string]>> = {
  run: ['Run', ''],
  git: ['Checkout', ''],
  machine: ['Machine', ''],
  ids: ['IDs', 'random ones: of you in this project, of the event, '],
  answer: ['Answer', ''],
}

export const NEVER = 'arguments, output, paths, host and user names, e-mails, remotes, branch names, environment variables'

/**
 * What a person is told before they answer: made from the field table and the project file, so that it
 * cannot say anything else than what is done. Plain lines in reading order, wrapped at `width` columns.
 */
export function statement(project: Project, audience: Audience, width: number): string {
  const recipient = project.recipient ?? defaultRecipient(project.project)
  const through =
    audience.titles.length > 0 ? `through ${audience.titles.join(' and ')}` : 'but nothing leaves this machine: no destination is set'
  const rows: [string, string][] = [
    ['To', `${recipient}, ${through}`],
    ['Why', "to learn where developers' time goes"],
    ...groups(),
    ['Never', NEVER],
    ['Kept', `${project.retentionDays} days; your own copy is in ${audience.stateFolder}`],
    ['Change', 'send-metrics consent on, local or off, at any time'],
    ...(project.policyUrl ? [['Policy', project.policyUrl] as [string, string]] : []),
  ]
  const title = `${project.project} asks: may this run and later ones be counted and sent?`
  return [...wrapText(title, width), ...rows.flatMap(([label, text]) => layOut(label, text, width))].join('\n')
}

function groups(): [string, string][] {
  const named = new Map<FieldGroup, string[]>()
  for (const field of FIELDS) named.set(field.group, [...(named.get(field.group) ?? []), field.words])
  return [...named].map(([group, words]) => [GROUP_LABELS[group][0], `${GROUP_LABELS[group][1]}${words.join(', ')}`])
}

const LABEL_COLUMNS = 10

function layOut(label: string, text: string, width: number): string[] {
  // On a narrow terminal the label gets a line of its own.
  if (width < 60) return [`${label}:`, ...wrapText(text, width - 2).map((line) => `  ${line}`)]
  const lines = wrapText(text, width - LABEL_COLUMNS - 1)
  return lines.map((line, at) => `${at === 0 ? `${label}:`.padEnd(LABEL_COLUMNS) : ' '.repeat(LABEL_COLUMNS)} ${line}`)
}

/** Breaks a text at blanks into lines of at most `width` characters; a longer word stays whole. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** A decision about the text as it stands, ready to be stored. */
export function decide(choice: Choice, method: Method, project: Project, text: string, world: { now: number; version: string }): Decision {
  return {
    decision: choice,
    at: new Date(world.now).toISOString(),
    method,
    text,
    textHash: createHash('sha256').update(text).digest('hex'),
    fieldSet: fieldNames(),
    recipients: identityOf(project).where,
    toolVersion: world.version,
  }
}
