import * as path from 'node:path'
import { asByteText, type ByteText } from './byte-text.ts'
import { contentOf } from './file-changes.ts'
import { INCLUDED } from './gnumakefile.ts'
import { withIncludeLines } from './include-lines.ts'
import type { Database, KnownRule } from './parse-database.ts'

/** How a makefile that people wrote calls this tool already: three lines in it, or rules, whoever wrote them. */
export type PresentWay = { readonly by: 'include' } | { readonly by: 'rules'; readonly targets: readonly ByteText[] }

/** What this folder's makefile has of it; undefined where it has nothing. A second way would count every run twice. */
export function presentWay(folder: string, makefile: string, database: Database): PresentWay | undefined {
  const text = asByteText(contentOf(path.join(folder, makefile)) ?? Buffer.alloc(0))
  if (withIncludeLines(text, INCLUDED) === undefined) return { by: 'include' }
  const targets = [...database.targets, ...database.patterns].filter((rule) => callsWrap(rule, database)).map(({ name }) => name)
  return targets.length === 0 ? undefined : { by: 'rules', targets }
}

/** Whether a text has `wrap` behind the tool's name, or behind the variable that its door sets and one more word. */
export function saysWrap(text: string): boolean {
  const words = text.split(/\s+/u)
  return words.some(
    (word, at) =>
      /^wrap\b/u.test(word) &&
      (/\bsend-metrics/u.test(words[at - 1] ?? '') || (words[at - 1] !== '' && words[at - 2]?.includes('$$send_metrics'))),
  )
}

/** As deep as variables are looked into: `$(measure)` may hold `$(tool) wrap $@`. */
const DEPTH = 3

/** `$(name)`, `$(call name,…)` or `$n`. */
const REFERENCE = /\$(?:[({](?:call +)?([^\s(){}$,:]+)(?:[\s,:][^(){}$]*)?[)}]|([A-Za-z]))/gu

/** Whether a rule's recipe calls `wrap`: by the tool's name, through the variable that its door sets, or through the makefile's own. */
export function callsWrap({ recipe = '' }: KnownRule, { variables }: Pick<Database, 'variables'>): boolean {
  let text = recipe
  for (let depth = 0; depth <= DEPTH; depth++) {
    if (saysWrap(text)) return true
    const inside = text.replace(REFERENCE, (whole, name?: string, letter = '') => variables.get(name ?? letter) ?? whole)
    if (inside === text) return false
    text = inside
  }
  return false
}
