import type { Brief } from '../destinations/destination.ts'
import type { Field } from '../event/fields.ts'
import type { Project } from '../project/read.ts'
import { fieldsInBrief, placesInBrief } from './at-a-glance.ts'
import {
  type Audience,
  addition,
  additionOf,
  alsoTo,
  askedFor,
  groups,
  inBrief,
  type More,
  NARROW,
  page,
  type Row,
  recipientOf,
  statement,
  tersely,
  through,
  titleOf,
} from './wording.ts'

/** For a question, which has to be seen at once, the services in brief as well. */
export interface InBrief {
  readonly briefs: readonly Brief[]
}

/** The statement for a question, which has to be seen at once: where it is too long, in fewer words, with the rest among the details. */
export function statementAtQuestion(project: Project, audience: Audience & InBrief, width: number, table: readonly Field[]): string {
  const full = statement(project, audience, width, table)
  if (fits(full) || width < NARROW) return full
  // With many fields of a team's own or of a collector's: each is told among the details, so that the title stays on the screen.
  const brief = inBrief(table)
  const tables = [brief, brief.map(tersely)]
  const shorter = tables.map((fewer) => statement(project, audience, width, fewer)).find(fits)
  return shorter ?? shortest(ADDRESS_COLUMNS, (columns) => page(titleOf(project), glance(project, audience, table, columns), width))
}

/** With as much of each address as there is room for, and with the least of it where there is none. */
function shortest(lengths: readonly number[], text: (columns: number) => string): string {
  return lengths.map(text).find(fits) ?? text(lengths.at(-1) ?? 0)
}

/** Of an address as much as this is shown where room is short. */
const ADDRESS_COLUMNS = [60, 45, 32, 24] as const

function glance(project: Project, { briefs }: InBrief, table: readonly Field[], columns: number): Row[] {
  return [
    ['To', `${recipientOf(project)}, ${through(placesInBrief(briefs, columns))}`],
    ['What', fieldsInBrief(table)],
    ['More', 'd: whole addresses, what is never sent, how long it is kept, policy'],
  ]
}

/** The same for a question, which has to be seen at once. */
export function additionAtQuestion(project: Project, more: More & InBrief, width: number, table: readonly Field[]): string {
  const full = addition(project, more, width, table)
  if (fits(full) || width < NARROW) return full
  const named = askedFor(more, table)
  const shorter = additionOf(project, more, width, [...alsoTo(more.titles), ...groups(inBrief(named), () => '')])
  if (fits(shorter)) return shorter
  const fields: Row[] = named.length > 0 ? [['What', `${named.length} more in what is recorded; d has each`]] : []
  return shortest(ADDRESS_COLUMNS, (columns) =>
    additionOf(project, more, width, [...alsoTo(placesInBrief(more.briefs, columns)), ...fields, ['More', 'd: whole addresses']]),
  )
}

function fits(text: string): boolean {
  return text.split('\n').length <= MOST_ROWS
}

/** Rows of a 24-row terminal that are left beside blank lines, the prompt and a hint. */
const MOST_ROWS = 20
