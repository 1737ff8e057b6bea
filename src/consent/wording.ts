import { createHash } from 'node:crypto'
import { askedWords } from '../event/agreed-words.ts'
import { FIELDS, type Field, type FieldGroup, keyOf } from '../event/fields.ts'
import { inOneBlank } from '../messages.ts'
import { withThoseBelow } from '../project/places.ts'
import type { Project } from '../project/read.ts'
import { hanging, wrapped } from '../text-width.ts'
import type { Choice, Decision, Method } from './decision.ts'
import { defaultRecipient } from './identity.ts'

/** Who is asked, and whom the data goes to. */
export interface Audience {
  /** What the person types to start this tool. */
  readonly tool: string
  /** Of the services that the data goes through, from the table of destinations. */
  readonly titles: readonly string[]
  readonly stateFolder: string
}

/** How each group of fields is headed. The IDs of the envelope, which are no fields, are named with the others. */
const GROUP_LABELS: Readonly<Record<FieldGroup, readonly [label: string, before: string]>> = {
  run: ['Run', ''],
  git: ['Checkout', ''],
  machine: ['Machine', ''],
  ids: ['IDs', 'random ones for you in this project, the event, '],
  tool: ['Tool', "Node's version, "],
  answer: ['Answer', ''],
  tilt: ['Tilt', 'while its collector runs: '],
  team: ['Team', ''],
}

export const NEVER = 'arguments, output, paths, host and user names, e-mails, remotes, branch names, environment variables'
/** A row of a question: what it is about, and what there is to say. */
export type Row = readonly [label: string, text: string]

/** Words for fields where a row more would push the title off the screen; each still says what is sent. */
const TERSE: Readonly<Record<string, string>> = {
  outcome: 'outcome',
  slowest_targets: 'targets that ran inside it, their times and outcomes',
  git_commit_time: "last commit's day",
  git_commit_pseudonym: 'pseudonym of the commit',
  'git_commit_time: second': 'time to the second, which names its author',
  git_checked_out_default_branch: 'on the default branch or not',
  git_dirty: 'changed or not',
  cpu_count: 'processors',
  is_ci: 'CI or not',
  ci_provider: 'which CI',
  is_container: 'container or not',
  docker_cpus: "Docker's processors",
  docker_memory_gb: "Docker's memory",
  run_id: 'run',
  parent_run_id: 'parent',
  trace_id: 'trace',
  is_test: 'test or not',
  schema_version: "this list's",
}

/** The field in fewer words. */
export function tersely(field: Field): Field {
  if (field.words === TILT_IN_BRIEF) return { ...field, words: 'resources and image builds; d lists all' }
  const words = field.group === 'tilt' || field.group === 'team' ? undefined : TERSE[keyOf(field)]
  return words === undefined ? field : { ...field, words }
}

/** The table with one row for a team's fields and one for Tilt's. */
export function inBrief(table: readonly Field[]): Field[] {
  const team = table.filter(({ group }) => group === 'team')
  const names = team.map(({ name }) => name)
  const named = names.slice(0, MOST_NAMED).filter((_name, at) => names.slice(0, at + 1).join(', ').length <= MOST_COLUMNS)
  const rest = names.length > named.length ? ` and ${names.length - named.length} more` : ''
  const one: Field = { ...(team[0] as Field), words: `${team.length} of its own: ${named.join(', ')}${rest}; d says what each is for` }
  const tilt = table.find(({ group }) => group === 'tilt')
  return [
    ...table.filter(({ group }) => group !== 'team' && group !== 'tilt'),
    ...(tilt ? [{ ...tilt, words: TILT_IN_BRIEF }] : []),
    ...(team.length > 0 ? [one] : []),
  ]
}

const TILT_IN_BRIEF = 'names and states of resources, names, times and stages of image builds; d lists all'

const MOST_NAMED = 4
/** Of names, that leave room for the rest in two rows of a terminal. */
const MOST_COLUMNS = 60

/**
 * What a person is told before they answer: made from the field table and the project file, so that it
 * cannot say anything else than what is done. Plain lines in reading order, wrapped at `width` columns.
 */
export function statement(project: Project, audience: Audience, width: number, table: readonly Field[] = FIELDS): string {
  return page(titleOf(project), rowsOf(project, audience, table), width)
}

/** The same for somebody who has answered already, by a command: no question, and for a record of one's own nothing about sending. */
export function statementOf(choice: Choice, project: Project, audience: Audience, width: number, table: readonly Field[]): string {
  if (choice === 'off') return statement(project, audience, width, table)
  if (choice === 'on')
    return page(`${project.project}: you agree that your runs are counted and sent.`, rowsOf(project, audience, table), width)
  const rows = [...groups(table), ...lastingRows(project, audience)]
  return page(`${project.project}: you agree that your runs are recorded on this machine; nothing is sent.`, rows, width)
}

/** The question itself. */
export function titleOf({ project }: Project): string {
  return `${project} asks: may this run and later ones be counted and sent?`
}

/** Who gets the data. */
export function recipientOf({ recipient, project }: Project): string {
  return recipient ?? defaultRecipient(project)
}

function rowsOf(project: Project, audience: Audience, table: readonly Field[]): Row[] {
  return [
    ['To', `${recipientOf(project)}, ${through(audience.titles)}`],
    ['Why', "to learn where developers' time goes"],
    ...groups(table),
    ['Never', table.some(({ group }) => group === 'team') ? `${NEVER} but those named above` : NEVER],
    ...lastingRows(project, audience),
    ['Policy', project.policyUrl ?? 'the project names none'],
  ]
}

function lastingRows(project: Project, { stateFolder, tool }: Audience): Row[] {
  return [
    ['Kept', `${project.retentionDays} days; your own copy is in ${stateFolder}`],
    ['Change', `${tool} consent on, local or off, at any time`],
  ]
}

/** What a project asks for beyond a yes. */
export interface More {
  readonly titles: readonly string[]
  readonly fields: readonly string[]
  /** When the yes was given, RFC 3339. */
  readonly since: string
  readonly local: boolean
}

/** What a person is told when a project asks for more than they agreed to: the difference, and nothing else. */
export function addition(project: Project, more: More, width: number, table: readonly Field[] = FIELDS): string {
  return additionOf(project, more, width, [...alsoTo(more.titles), ...groups(askedFor(more, table), () => '')])
}

/** What of the table is not in what was agreed to. */
export function askedFor({ fields }: More, table: readonly Field[]): Field[] {
  return [...widened(fields), ...table.filter((field) => fields.includes(keyOf(field)))]
}

/** A page about what a project asks for beyond a yes. */
export function additionOf({ project }: Project, { since, local }: More, width: number, rows: readonly Row[]): string {
  const title = `${project} asks for more than you agreed to on ${since.slice(0, 10)}${local ? ', on this machine only' : ''}. New:`
  return page(title, [...rows, ['No', 'keeps what you agreed to, and nothing more']], width)
}

/** The row about places that are new, if any are. */
export function alsoTo(titles: readonly string[]): Row[] {
  return titles.length > 0 ? [['To', `also ${through(titles)}`]] : []
}

/** Words of lists that came since, as more of the fields that they are in. */
function widened(keys: readonly string[]): Field[] {
  const { command, is_test: tests } = askedWords(keys)
  return FIELDS.flatMap((field) => {
    if (field.name === 'command' && command.length > 0) return { ...field, words: `${field.words}, also ${some(command)}` }
    if (field.name === 'is_test' && tests.length > 0) return { ...field, words: `${field.words}, also as ${some(tests)}` }
    return []
  })
}

function some(words: readonly string[]): string {
  const rest = words.length - MOST_WORDS
  return rest > 0 ? `${words.slice(0, MOST_WORDS).join(', ')} and ${rest} more; d lists all` : listed(words)
}

/** More would push the rest of a question off the screen. */
const MOST_WORDS = 12

/** Places in a sentence. */
export function through(titles: readonly string[]): string {
  return titles.length > 0 ? `through ${listed(titles)}` : 'but nothing leaves this machine: no destination is set'
}

function listed(titles: readonly string[]): string {
  return [titles.slice(0, -1).join(', '), titles.at(-1)].filter((part) => part !== '').join(' and ')
}

/** A title and rows in lines of at most `width` columns. */
export function page(title: string, rows: readonly Row[], width: number): string {
  const lines = wrapped(inOneBlank(title), width)
  // No name in it may begin what looks like a row: not by blanks that fill the line before, nor by its length.
  const isLikeARow = lines.some((line, at) => at > 0 && line.includes(':'))
  const [first = '', ...rest] = isLikeARow ? wrapped(inOneBlank(title), width - TITLE_INDENT.length) : lines
  const titled = isLikeARow ? [first, ...rest.map((line) => TITLE_INDENT + line)] : lines
  return [...titled, ...rows.flatMap(([label, text]) => layOut(label, inOneBlank(text), width))].join('\n')
}

const TITLE_INDENT = '  '

/** A row for each group of fields that has any. */
export function groups(table: readonly Field[], before = (group: FieldGroup) => GROUP_LABELS[group][1]): Row[] {
  const named = new Map<FieldGroup, string[]>()
  for (const field of table) named.set(field.group, [...(named.get(field.group) ?? []), field.words])
  return [...named].map(([group, words]) => [GROUP_LABELS[group][0], `${before(group)}${words.join(', ')}`])
}

/** On a narrower terminal a label gets a line of its own. */
export const NARROW = 60

const LABEL_COLUMNS = 10

function layOut(label: string, text: string, width: number): string[] {
  // On a narrow terminal the label gets a line of its own.
  if (width < NARROW) return [`${label}:`, ...wrapped(text, width - 2).map((line) => `  ${line}`)]
  return hanging(`${`${label}:`.padEnd(LABEL_COLUMNS)} `, text, width)
}

/** What a decision is made about, and when. */
export interface DecisionGround {
  readonly text: string
  readonly fields: readonly string[]
  /** Where the data goes (see destinations/place.ts). */
  readonly places: readonly string[]
  /** Wall clock, ms. */
  readonly now: number
  /** Start of the run that the question showed, ms, if it was one. */
  readonly asOf?: number | undefined
  readonly version: string
}

/** A decision about a text, ready to be stored. */
export function decide(choice: Choice, method: Method, project: Project, ground: DecisionGround): Decision {
  return {
    decision: choice,
    at: new Date(ground.now).toISOString(),
    asOf: new Date(ground.asOf ?? ground.now).toISOString(),
    retentionDays: project.retentionDays,
    method,
    text: ground.text,
    textHash: hashOf(ground.text),
    fieldSet: ground.fields,
    recipients: withThoseBelow(ground.places),
    toolVersion: ground.version,
  }
}

/** The decision that stood, and what was agreed to on top of it. What happened since the first yes stays covered. */
export function extend(before: Decision, more: DecisionGround): Decision {
  const text = `${before.text}\n\n${more.text}`
  return {
    ...before,
    // The first yes keeps its age: only the difference was asked about, so the whole is asked again when it is due.
    extendedAt: new Date(more.now).toISOString(),
    // One that lies in the future is of a clock that was ahead.
    asOf: [before.asOf ?? before.at, new Date(more.now).toISOString()].toSorted()[0] ?? before.at,
    text,
    textHash: hashOf(text),
    fieldSet: [...before.fieldSet, ...more.fields],
    recipients: [...before.recipients, ...withThoseBelow(more.places)],
    toolVersion: more.version,
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
