import type { Brief } from '../destinations/destination.ts'
import type { Field } from '../event/fields.ts'
import { textWidth } from '../text-width.ts'

/**
 * Where the data goes, in as few words as tell it: of each place the service, what follows the last so many columns of its
 * address (whose end names its owner), and, for all places that have it, that they are not encrypted or that a key goes along.
 */
export function placesInBrief(places: readonly Brief[], columns: number): string[] {
  const alike = new Map<string, string[]>()
  for (const { service, at, marks } of places) {
    const kind = marks.length > 0 ? `${service} (${marks.join(', ')})` : service
    alike.set(kind, [...(alike.get(kind) ?? []), lastOf(at, columns)])
  }
  return [...alike].map(([kind, all]) => `${kind} at ${[...new Set(all)].join(' + ')}`)
}

function lastOf(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  const characters = [...text]
  while (textWidth(characters.join('')) > columns - 1) characters.shift()
  return `…${characters.join('')}`
}

/** What is recorded, where each field is told among the details. */
export function fieldsInBrief(table: readonly Field[]): string {
  const own = table.filter(({ group }) => group === 'team').length
  const tilt = table.some(({ group }) => group === 'tilt') ? '; Tilt' : ''
  const team = own > 0 ? `; ${own} fields of the project's own` : ''
  const exact = table.some(({ name, words }) => name === 'git_commit_time' && /second/u.test(words))
  const commit = exact ? "; the last commit's time to the second, which names its author" : ''
  return `target, times and outcome of runs; checkout, machine; random IDs${tilt}${team}${commit}; d lists all`
}
