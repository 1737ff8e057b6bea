import { FIELDS, type Field, SPAN_FIELD } from '../event/fields.ts'
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
    ...(project.spans ? [SPAN_FIELD] : []),
    ...(project.dockerLimits ? DOCKER_FIELDS : []),
    ...(project.collect.includes('tilt') ? TILT_FIELDS : []),
    ...project.fields.filter((field) => !isOverdue(field, now)).map(toField),
  ]
}

/** Whether a field's date of review is past, so that it is no longer sent. */
export function isOverdue(field: OwnField, now: number): boolean {
  return now >= Date.parse(field.reviewBy) + 86_400_000
}

function toField(field: OwnField): Field {
  const unit = field.unit === undefined ? '' : ` in ${field.unit}`
  return {
    name: field.name,
    key: `${field.name}: ${field.type}${field.values ? ` ${JSON.stringify(field.values)}` : ''}${unit} from ${field.from}, ${field.purpose}`,
    type: field.type,
    kinds: ['run'],
    group: 'team',
    words: `${field.name}${unit} (${field.purpose})`,
    description: field.purpose,
    example: 0,
    ...(field.values ? { values: field.values } : {}),
  }
}
