import type { ByteText } from './byte-text.ts'

/** A rule as make knows it after it has read the makefiles. */
export interface KnownRule {
  /** A target's name, or a pattern with `%`. */
  readonly name: ByteText
  /** Of all its rules, in order; those behind `|` as well. */
  readonly prerequisites: readonly ByteText[]
  /** Its lines without the prefix, joined; undefined without one. */
  readonly recipe: ByteText | undefined
  /** The makefile that the recipe stands in, as make was told its name. */
  readonly from: ByteText | undefined
  /** The number of the recipe's first line there, from 1. */
  readonly line: number | undefined
}

/** What make has in its head about a folder's makefiles. */
export interface Database {
  readonly targets: readonly KnownRule[]
  /** Pattern rules. */
  readonly patterns: readonly KnownRule[]
  /** The targets that are listed under each special target, such as `.PHONY`. */
  readonly special: ReadonlyMap<ByteText, readonly ByteText[]>
  /** The rule of `.DEFAULT`, for what has no other. */
  readonly fallback: KnownRule | undefined
  /** Variables as they are written, not expanded. */
  readonly variables: ReadonlyMap<ByteText, ByteText>
  /** All that make read, in order, as it was told their names. */
  readonly makefiles: readonly ByteText[]
  /** What expressions that make was asked about stand for here; undefined where it was asked about none. */
  readonly asked?: ReadonlyMap<ByteText, ByteText>
}

/**
 * Reads what `make -p` prints; LC_ALL=C, because the comments in it say what is what. Source of the format:
 * print_data_base() in main.c, print_file() in file.c and print_rule() in rule.c of GNU make 3.81 to 4.4.
 */
export function parseDatabase(printed: ByteText): Database {
  const [variables = '', patterns = '', files = ''] = sections(printed)
  const targets = blocks(files)
    .map(readRule)
    .filter((rule) => rule !== undefined)
  const known = readVariables(variables)
  return {
    targets: merge(targets.filter(({ name }) => !isSpecial(name))),
    fallback: targets.find(({ name, recipe }) => name === '.DEFAULT' && recipe !== undefined),
    patterns: blocks(patterns)
      .map(readRule)
      .filter((rule) => rule !== undefined),
    special: new Map(merge(targets.filter(({ name }) => isSpecial(name))).map((rule) => [rule.name, rule.prerequisites])),
    variables: known,
    makefiles: wordsOf(known.get('MAKEFILE_LIST') ?? ''),
  }
}

/** make's own, such as .PHONY; `.dotfile` is a target like any other. */
function isSpecial(name: ByteText): boolean {
  return /^\.[A-Z_]+$/u.test(name)
}

const HEADINGS = ['# Variables', '# Implicit Rules', '# Files', '# files hash-table stats:']

/** The text of the variables, the pattern rules and the targets. A variable of several lines may hold a heading. */
function sections(printed: ByteText): ByteText[] {
  const texts: ByteText[][] = []
  let defines = 0
  for (const line of printed.split('\n')) {
    if (texts.length === 1 && line.startsWith('define ')) defines++
    else if (defines > 0 && line === 'endef') defines--
    if (defines === 0 && line === HEADINGS[texts.length]) texts.push([])
    else texts.at(-1)?.push(line)
  }
  return texts.map((lines) => lines.join('\n'))
}

/** A blank line ends what is said of a rule; in a recipe there is none, because each of its lines has the prefix. */
function blocks(section: ByteText): ByteText[][] {
  return section.split(/\n\n+/u).map((block) => block.split('\n').filter((line) => line !== ''))
}

const RECIPE = /^# {2}(?:recipe|commands) to execute \(from [`'](.*)', line (\d+)\):$/u

function readRule(lines: readonly ByteText[]): KnownRule | undefined {
  // Before that may stand the variables of what is none.
  if (lines.includes('# Not a target:')) return undefined
  // Before it stand the variables that the target alone has, which look like rules; behind it, what is known of the file.
  const facts = lines.findIndex((line) => line.startsWith('#  '))
  const head = lines[facts === -1 ? lines.length - 1 : facts - 1]
  // A name may hold a colon; the one that ends it is followed by a blank or by nothing.
  const end = head !== undefined && /^[^\s#].*$/u.test(head) ? head.search(/:(?: |$)/u) : -1
  const name = head?.slice(0, end).replace(/:$/u, '')
  if (head === undefined || end === -1 || !name) return undefined
  const at = lines.findIndex((line) => RECIPE.test(line))
  const said = at === -1 ? null : RECIPE.exec(lines[at] ?? '')
  return {
    name,
    prerequisites: wordsOf(head.slice(end + 1)).filter((word) => word !== '|'),
    recipe: at === -1 ? undefined : withoutPrefix(lines.slice(at + 1)),
    from: said?.[1],
    line: said === null ? undefined : Number(said[2]),
  }
}

function withoutPrefix(lines: readonly ByteText[]): ByteText {
  return lines.map((line) => line.slice(1)).join('\n')
}

/** Double-colon rules of one target come one by one. */
function merge(rules: readonly KnownRule[]): KnownRule[] {
  const merged = new Map<ByteText, KnownRule>()
  for (const rule of rules) {
    const before = merged.get(rule.name)
    merged.set(rule.name, before === undefined ? rule : joined(before, rule))
  }
  return [...merged.values()]
}

function joined(one: KnownRule, other: KnownRule): KnownRule {
  const recipes = [one.recipe, other.recipe].filter((recipe) => recipe !== undefined)
  return {
    name: one.name,
    prerequisites: [...one.prerequisites, ...other.prerequisites],
    recipe: recipes.length === 0 ? undefined : recipes.join('\n'),
    from: one.from ?? other.from,
    line: one.line ?? other.line,
  }
}

function readVariables(section: ByteText): Map<ByteText, ByteText> {
  const found = new Map<ByteText, ByteText>()
  const lines = section.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const block = /^define (.*?)(?: [:+?!]*=)?$/u.exec(line)
    if (block?.[1] !== undefined) {
      const end = lines.indexOf('endef', at)
      const last = end === -1 ? lines.length : end
      found.set(block[1], lines.slice(at + 1, last).join('\n'))
      at = last
      continue
    }
    const plain = /^([^\s#:=]+) (?::{0,3}|[?+!])= ?(.*)$/u.exec(line)
    if (plain?.[1] !== undefined) found.set(plain[1], plain[2] ?? '')
  }
  return found
}

function wordsOf(text: ByteText): ByteText[] {
  return text.split(/[ \t]+/u).filter((word) => word !== '')
}
