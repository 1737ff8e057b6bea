/** A value somewhere inside what Tilt answered; nothing about it is taken for granted. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value)
}

/** A text that is not empty. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** A list; an empty one for anything else. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/u

/**
 * A time as Kubernetes writes them, MicroTime with six digits of a fraction or Time with none, with at least three, so that
 * times compare as texts. Undefined for null and for anything else.
 */
export function timeAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = textAt(value, ...path)
  const match = found === undefined ? undefined : TIME.exec(found)
  if (!match || found === undefined || Number.isNaN(Date.parse(found))) return undefined
  return match[1] !== undefined && match[1].length > 3 ? found : new Date(found).toISOString()
}

/** Milliseconds from one time to another; undefined where a clock was set back in between. */
export function between(start: string | undefined, end: string | undefined): number | undefined {
  if (start === undefined || end === undefined) return undefined
  const ms = Math.round(exact(end) - exact(start))
  return ms >= 0 ? ms : undefined
}

/** Ms since 1970, with the digits that Date leaves out. */
function exact(time: string): number {
  return Date.parse(time) + Number(`0.${/\.\d{3}(\d+)Z$/u.exec(time)?.[1] ?? 0}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
