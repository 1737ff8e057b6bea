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
  if (field.type === 'string') return typeof value === 'string' ? fittingText(field, value) : undefined
  if (field.type === 'integer') return Number.isSafeInteger(value) && isWithin(field, value) ? value : undefined
  if (field.type === 'number') return Number.isFinite(value) && isWithin(field, value) ? value : undefined
  if (field.type === 'enum') return field.values?.includes(String(value)) ? value : undefined
  return typeof value === 'boolean' ? value : undefined
}

function isWithin({ range }: Field, value: FieldValue | undefined): boolean {
  return range === undefined || (typeof value === 'number' && value >= range.min && value <= range.max)
}

function fittingText({ precision, most = 50 }: Field, value: string): string | undefined {
  return precision === 'day' ? dayOf(value) : cut(value, most)
}

/** A day as a time, so that a column for times takes it. */
function dayOf(time: string): string | undefined {
  const day = /^\d{4}-\d{2}-\d{2}(?=T)/u.exec(time)?.[0]
  return day && `${day}T00:00:00Z`
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
