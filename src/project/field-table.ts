import { wordKeys } from '../event/agreed-words.ts'
import { EXACT_TIME_FIELD, FIELDS, type Field, fieldNames, SPAN_FIELD } from '../event/fields.ts'
import { DOCKER_FIELDS, TILT_FIELDS } from '../event/tilt-fields.ts'
import type { Project } from './read.ts'

/** A field of the project's own, as its file declares it. */
export type OwnField = Project['fields'][number]

/**
 * Everything that may be recorded for a project: the tool's fields, those that the project asks for, and its own. A field past its
 * date of review is none: collected data has an owner and an end.
 */
export function fieldTable(project: Project, now: number): readonly Field[] {
  return [
    ...FIELDS,
    ...(project.commitTime === 'second' ? [EXACT_TIME_FIELD] : []),
    ...(project.spans ? [SPAN_FIELD] : []),
    ...(project.dockerLimits ? DOCKER_FIELDS : []),
    ...(project.collect.includes('tilt') ? TILT_FIELDS : []),
    ...project.fields.filter((field) => !isOverdue(field, now)).map(toField),
  ]
}

/** Keys of everything that a decision about a project covers: its fields, and the words of its lists. */
export function agreeableKeys(project: Project, now: number): string[] {
  return [...fieldNames(fieldTable(project, now)), ...wordKeys(project)].toSorted()
}

/** Whether a field's date of review is past, so that it is no longer sent. */
export function isOverdue(field: OwnField, now: number): boolean {
  return now >= Date.parse(field.reviewBy) + 86_400_000
}

function toField(field: OwnField): Field {
  const { name, type, values, min, max, from, purpose } = field
  const unit = field.unit === undefined ? '' : ` in ${field.unit}`
  const range = min !== undefined && max !== undefined ? { min, max } : undefined
  const bounds = range === undefined ? '' : ` ${min} to ${max}`
  return {
    name,
    key: `${name}: ${type}${values ? ` ${JSON.stringify(values)}` : ''}${bounds}${unit} from ${from}, ${purpose}`,
    type,
    kinds: ['run'],
    group: 'team',
    words: `${name}${unit} (${purpose})`,
    description: purpose,
    example: 0,
    source: `${sourceOf(from)}: ${valuesOf(field)}`,
    ...(values ? { values } : {}),
    ...(range ? { range } : {}),
  }
}

function sourceOf(from: string): string {
  const name = from.slice(from.indexOf(':') + 1)
  return from.startsWith('env:') ? `from the environment variable ${name}` : `from the line ${name}= that the target writes`
}

function valuesOf({ type, values = [], min, max }: OwnField): string {
  if (type === 'boolean') return 'true or false'
  if (type === 'enum') return [values.slice(0, -1).join(', '), values.at(-1)].filter(Boolean).join(' or ')
  const kind = type === 'integer' ? 'a whole number' : 'a number'
  return min === undefined || max === undefined ? kind : `${kind} from ${min} to ${max}`
}
