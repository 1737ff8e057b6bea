import { type EventKind, FIELDS, type Field, keyOf } from './fields.ts'

/** The value of a field. */
export type FieldValue = string | number | boolean

/** Values by field name, before anything was decided about them. */
export type Facts = Readonly<Record<string, FieldValue | undefined>>

/** Values that may be recorded: every one in the table, of its type, and agreed to. */
export type Properties = Readonly<Record<string, FieldValue>>

/**
 * The gate. Lets through only fields that the table (the tool's and the project's own) has for this kind of event, that are of the table's
 * type, and that the person's decision covers. Whatever else an event carries stays behind.
 */
export function serialize(kind: EventKind, facts: Facts, agreed: readonly string[], table: readonly Field[] = FIELDS): Properties {
  const covered = new Set(agreed)
  const properties: Record<string, FieldValue> = {}
  for (const field of table) {
    if (!field.kinds.includes(kind) || !covered.has(keyOf(field))) continue
    const value = fitting(field, facts[field.name])
    if (value !== undefined) properties[field.name] = value
  }
  return properties
}

function fitting(field: Field, value: FieldValue | undefined): FieldValue | undefined {
  if (field.type === 'string') return typeof value === 'string' ? cut(value, field.most ?? 50) : undefined
  if (field.type === 'integer') return Number.isSafeInteger(value) ? value : undefined
  if (field.type === 'number') return Number.isFinite(value) ? value : undefined
  if (field.type === 'enum') return field.values?.includes(String(value)) ? value : undefined
  return typeof value === 'boolean' ? value : undefined
}

/** Text that is told at a glance; classes of characters are Unicode's tables, which take a moment to load. */
const PLAIN = /^[ -~]*$/u

/** At most `most` characters, never half of one that takes two places. */
function cut(text: string, most: number): string {
  if (PLAIN.test(text)) return text.slice(0, most)
  return [...text]
    .slice(0, most)
    .join('')
    .replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD')
}
