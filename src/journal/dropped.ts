import { inside } from '../disk/inside.ts'
import { readText, writeText } from '../disk/plain-file.ts'
import { makeFolder } from './state.ts'

const FILE = 'dropped-fields.json'

/** How often a value of a project's own field was not of the declared form, by field. */
export function droppedFields(state: string): Readonly<Record<string, number>> {
  try {
    const counts: unknown = JSON.parse(readText(inside(state, FILE)))
    return typeof counts === 'object' && counts !== null ? (counts as Record<string, number>) : {}
  } catch {
    return {}
  }
}

/** Counts values that were dropped, for `doctor`. Runs side by side may lose a count, never a value. */
export function countDropped(state: string, names: readonly string[]): void {
  if (names.length === 0) return
  const counts = { ...droppedFields(state) }
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  makeFolder(state)
  writeText(inside(state, FILE), JSON.stringify(counts))
}
