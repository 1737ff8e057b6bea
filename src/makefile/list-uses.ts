import type { ByteText } from './byte-text.ts'
import { isHarmlessShell } from './harmless-shell.ts'
import type { Database, KnownRule } from './parse-database.ts'

/** A recipe that works on the names of files, as an expression of make puts them there. */
export interface ListUse {
  readonly rule: KnownRule
  /** Whole, such as `$(SUBDIRS)`. */
  readonly expression: ByteText
}

/** Functions of make that change nothing and say nothing. */
const HARMLESS = new Set(
  'wildcard filter filter-out subst patsubst sort strip addprefix addsuffix notdir dir basename suffix join word words wordlist firstword lastword foreach if or and findstring realpath abspath value call origin flavor'.split(
    ' ',
  ),
)
/** What brings the names of files into a makefile. */
const LISTS = /\$[({](?:wildcard|shell)\s/u
/** Known only while a recipe runs: `$(@)`, `$(<F)`. */
const AUTOMATIC = /^[@<^+?*%|][DF]?$/u
/** As deep as variables are looked into. */
const DEPTH = 8
/** As many expressions are asked about. */
const MOST_ASKED = 200

/** The recipes that work on names of files; `text` is that of all makefiles. Only what can be expanded without any effect. */
export function listUses(database: Database, text: ByteText): ListUse[] {
  const definitions = definitionsIn(text)
  const known = new Map<ByteText, boolean>()
  const isList = (expression: ByteText) => {
    const before = known.get(expression)
    if (before !== undefined) return before
    const is = reachesList(expression, database, definitions) && isAskable(expression, database)
    known.set(expression, is)
    return is
  }
  const uses = [...database.targets, ...database.patterns].flatMap((rule) =>
    [...new Set(references(rule.recipe ?? ''))].filter(isList).map((expression) => ({ rule, expression })),
  )
  return uses.slice(0, MOST_ASKED)
}

/** What the second expansion of prerequisites is to bring, for each rule that has some. */
export function laterPrerequisites({ targets, special }: Database): ByteText[] {
  if (!special.has('.SECONDEXPANSION')) return []
  return targets.flatMap(({ prerequisites }) => references(prerequisites.join(' ')))
}

/** A database in which the prerequisites that were asked about stand expanded. */
export function withLaterPrerequisites(database: Database): Database {
  const { asked } = database
  if (asked === undefined || !database.special.has('.SECONDEXPANSION')) return database
  const expand = (rule: KnownRule): KnownRule => {
    let text = rule.prerequisites.join(' ')
    for (const expression of references(text)) text = text.replace(expression, () => asked.get(expression) ?? expression)
    return { ...rule, prerequisites: text.split(/[ \t]+/u).filter((word) => word !== '' && word !== '|') }
  }
  return { ...database, targets: database.targets.map(expand) }
}

/** Whether make can expand this without starting anything that has an effect, and before a recipe runs. */
export function isAskable(expression: ByteText, { variables }: Pick<Database, 'variables'>): boolean {
  if (expression.includes('\n')) return false
  const seen = new Set<ByteText>()
  for (const waiting = [expression]; ; ) {
    const text = waiting.pop()
    if (text === undefined) return true
    const names = variablesIn(text)
    if (names === undefined || !shellsIn(text).every((command) => isListing(command, variables))) return false
    for (const name of names) {
      if (seen.has(name)) continue
      seen.add(name)
      waiting.push(variables.get(name) ?? '')
    }
  }
}

/** The variables that a text uses; undefined where it uses what is only known later, or a function that does more than answer. */
function variablesIn(text: ByteText): ByteText[] | undefined {
  const found: ByteText[] = []
  for (let at = text.indexOf('$'); at !== -1 && at < text.length - 1; at = text.indexOf('$', at)) {
    const next = text[at + 1] ?? ''
    at += 2
    if (/[A-Za-z]/u.test(next)) found.push(next)
    else if (next === '(' || next === '{') {
      const [, word = '', end = '', called] = /^([^\s(){}$,:=#]*)([\s)}:]?)\s*(?:([\w.-]+)\s*[,)}])?/u.exec(text.slice(at)) ?? []
      if (word === '' || end === '' || AUTOMATIC.test(word)) return undefined
      if (!/\s/u.test(end)) found.push(word)
      else if (word === 'call' && called !== undefined) found.push(called)
      else if (word === 'call' || (word !== 'shell' && !HARMLESS.has(word))) return undefined
    } else if (next !== '$' && !/\d/u.test(next)) return undefined
  }
  return found
}

function shellsIn(text: ByteText): ByteText[] {
  const ends = endsOf(text)
  return [...text.matchAll(/\$[({]shell\s/gu)].map(({ 0: start, index }) => {
    const end = ends.get(index + 1)
    return end === undefined ? '`' : text.slice(index + start.length, end - 1)
  })
}

/** As long as a command may get before it is looked at. */
const LONGEST = 4_000

/** Whether a command only lists names, with the values of its variables in it; what a function of make gives is one of its words. */
function isListing(command: ByteText, variables: Database['variables']): boolean {
  let text = command
  let isKnown = true
  for (let depth = 0; depth < DEPTH && text.length < LONGEST; depth++)
    text = text.replace(/(?<!\$)((?:\$\$)*)\$[({]([^\s(){}$,:=#]+)[)}]/gu, (_whole, before: string, name: string) => {
      isKnown &&= variables.has(name)
      return `${before}${variables.get(name) ?? ''}`
    })
  text = text.replace(/(?<!\$)\$[({][^(){};&|<>`]*[)}]/gu, 'x')
  return (
    isKnown && text.length < LONGEST && !/(?<!\$)\$(?!\$)/u.test(text.replaceAll('$$', '')) && isHarmlessShell(text.replaceAll('$$', '$'))
  )
}

function reachesList(text: ByteText, { variables }: Database, definitions: ReadonlyMap<ByteText, ByteText>): boolean {
  const seen = new Set<ByteText>()
  for (const waiting = [text]; ; ) {
    const one = waiting.pop()
    if (one === undefined) return false
    if (LISTS.test(one)) return true
    for (const [, called] of one.matchAll(/\$[({](?:call\s+)?([^\s(){}$,:=#]+)/gu)) {
      if (called === undefined || seen.has(called)) continue
      seen.add(called)
      waiting.push(`${definitions.get(called) ?? ''} ${variables.get(called) ?? ''}`)
    }
  }
}

/** All that makefiles say of each variable: of one that was expanded when it was set, make does not know any more. */
function definitionsIn(text: ByteText): Map<ByteText, ByteText> {
  const found = new Map<ByteText, ByteText>()
  const lines = text.replaceAll(/\\\r?\n/gu, ' ')
  for (const [, name = '', value = ''] of lines.matchAll(
    /^ *(?:(?:export|override|private)[ \t]+)*([^\s:#=?+!]+)[ \t]*(?::{0,3}|[?+!])=(.*)$/gmu,
  ))
    found.set(name, `${found.get(name) ?? ''} ${value}`)
  return found
}

/** Each `$(…)` that stands in no other. */
export function references(text: ByteText): ByteText[] {
  const found: ByteText[] = []
  const line = text.replaceAll(/\\\r?\n\t?/gu, ' ')
  const ends = endsOf(line)
  for (let at = line.indexOf('$'); at !== -1; at = line.indexOf('$', at)) {
    const end = ends.get(at + 1)
    if (end !== undefined) found.push(line.slice(at, end))
    at = end ?? at + 2
  }
  return found
}

const CLOSED_BY: Readonly<Record<string, string>> = { '(': ')', '{': '}' }

/** For each bracket that is closed on its line, the place after the one that closes it. */
export function endsOf(text: ByteText): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  const open: Record<string, number[]> = { ')': [], '}': [] }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    open[CLOSED_BY[character] ?? '']?.push(at)
    const start = open[character]?.pop()
    if (start !== undefined) ends.set(start, at + 1)
    if (character === '\n') for (const places of Object.values(open)) places.length = 0
  }
  return ends
}
