import type { ByteText } from './byte-text.ts'

/** A word and where it stands in the text. */
export interface PlacedWord {
  readonly word: ByteText
  readonly at: number
}

/** A rule as it is written in a makefile. */
export interface WrittenRule {
  /** Where its line begins, and the number of that line, from 1. */
  readonly at: number
  readonly line: number
  readonly targets: readonly PlacedWord[]
  readonly kind: 'plain' | 'double-colon' | 'grouped' | 'static-pattern' | 'variable'
  /** Before a `;`, those behind `|` as well. */
  readonly prerequisites: readonly PlacedWord[]
  /** All that is behind its colon, and its recipe, as they are written. */
  readonly rest: ByteText
  readonly hasRecipe: boolean
  /** A comment that begins with ##, which a `help` target reads, with the blanks before it. */
  readonly help: PlacedWord | undefined
  /** The conditionals around it, outermost first: a number for each, and which of its branches. */
  readonly branch: readonly string[]
  /** What a recipe line begins with here. */
  readonly prefix: string
  /** How its line ends. */
  readonly eol: string
}

/** Finds the rules that are written in a makefile; what make puts together from variables is not seen. */
export function scanRules(text: ByteText): WrittenRule[] {
  const scan = new Scan()
  for (const line of logicalLines(text)) scan.read(line)
  return scan.rules
}

interface LogicalLine {
  readonly at: number
  readonly number: number
  /** As it is written, with its continuation lines, without the last line end. */
  readonly text: ByteText
  readonly eol: string
}

/** A line that ends in an odd number of backslashes goes on in the next. */
function* logicalLines(text: ByteText): Generator<LogicalLine> {
  let [at, number] = [0, 1]
  while (at < text.length) {
    const [start, first] = [at, number]
    let eol = ''
    let end = at
    for (;;) {
      const newline = text.indexOf('\n', at)
      at = newline === -1 ? text.length : newline + 1
      end = newline === -1 ? text.length : newline
      eol = newline === -1 ? '' : '\n'
      if (text[end - 1] === '\r' && end > start) [end, eol] = [end - 1, `\r${eol}`]
      number++
      if (newline === -1 || !goesOn(text, start, end)) break
    }
    // make skips a byte order mark, which these are in a text of bytes.
    const mark = start === 0 && text.startsWith('\u00EF\u00BB\u00BF') ? 3 : 0
    yield { at: start + mark, number: first, text: text.slice(start + mark, end), eol }
  }
}

/** Whether a line from `start` to `end` ends in an odd number of backslashes. */
function goesOn(text: ByteText, start: number, end: number): boolean {
  let at = end
  while (at > start && text[at - 1] === '\\') at--
  return (end - at) % 2 === 1
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

class Scan {
  readonly rules: WrittenRule[] = []
  private open: Mutable<WrittenRule> | undefined
  private prefix = '\t'
  private defines = 0
  private conditionals = 0
  private branch: string[] = []

  read(line: LogicalLine): void {
    if (this.defines === 0 && this.open && line.text.startsWith(this.prefix)) {
      this.open.hasRecipe = true
      this.open.rest += `\n${line.text}`
      return
    }
    const text = line.text.trim()
    if (text === '' || text.startsWith('#') || this.readDefine(text) || this.readConditional(text)) return
    const rule = this.parse(line)
    // What is neither rule nor conditional ends a rule; a line with the prefix and no rule before it is read as any other.
    this.open = rule?.kind === 'variable' ? undefined : rule
    if (rule) this.rules.push(rule)
    else this.prefix = /^\.RECIPEPREFIX\s*(?::{0,3}|\?)=\s*(.?)/u.exec(text)?.[1] ?? this.prefix
    if (this.prefix === '') this.prefix = '\t'
  }

  private readDefine(text: ByteText): boolean {
    if (/^(?:(?:override|export|private)\s+)*define(?:\s|$)/u.test(text)) {
      this.defines++
      this.open = undefined
      return true
    }
    if (this.defines > 0 && /^endef(?:\s|$)/u.test(text)) {
      this.defines--
      return true
    }
    return this.defines > 0
  }

  private readConditional(text: ByteText): boolean {
    const word = /^(ifn?eq|ifn?def|else|endif)(?![^\s(#])/u.exec(text)?.[1]
    if (word === undefined) return false
    if (word === 'endif') this.branch.pop()
    else if (word === 'else') this.branch.push(`${(this.branch.pop() ?? '').split('-')[0]}-${++this.conditionals}`)
    else this.branch.push(`${++this.conditionals}`)
    return true
  }

  private parse(line: LogicalLine): WrittenRule | undefined {
    const colon = ruleColon(line.text)
    if (colon === undefined) return undefined
    const { start, end } = colon
    const rest = line.text.slice(end)
    const head = rest.slice(0, outside(rest, (character) => character === ';' || character === '#') ?? rest.length)
    const separator = line.text.slice(start, end)
    const targets = words(line.text.slice(0, start), line.at)
    return {
      at: line.at,
      line: line.number,
      targets,
      kind: kindOf(separator, head),
      prerequisites: words(head, line.at + end).filter(({ word }) => word !== '|'),
      rest,
      hasRecipe: rest.slice(head.length).startsWith(';'),
      help: helpComment(rest, head.trimEnd().length, line.at + end),
      branch: [...this.branch],
      prefix: this.prefix,
      eol: line.eol || '\n',
    }
  }
}

function helpComment(rest: ByteText, at: number, offset: number): PlacedWord | undefined {
  const word = /^[ \t]*##[^\n]*$/u.exec(rest.slice(at))?.[0]
  return word === undefined ? undefined : { word, at: offset + at }
}

function kindOf(separator: string, head: ByteText): WrittenRule['kind'] {
  if (outside(head, (character) => character === '=') !== undefined) return 'variable'
  if (separator.startsWith('&')) return 'grouped'
  if (outside(head, (character) => character === ':') !== undefined) return 'static-pattern'
  return separator === '::' ? 'double-colon' : 'plain'
}

/** The first place outside of `$(…)`, `${…}` and behind no backslash where this character is. */
function outside(text: ByteText, wanted: (character: string, at: number) => boolean): number | undefined {
  const closing: string[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '$') {
      const opened = text[at + 1]
      if (opened === '(' || opened === '{') closing.push(opened === '(' ? ')' : '}')
      at++
    } else if (closing.length > 0) {
      if (character === closing.at(-1)) closing.pop()
      else if (character === (closing.at(-1) === ')' ? '(' : '{')) closing.push(closing.at(-1) ?? '')
    } else if (character === '\\') at++
    else if (wanted(character, at)) return at
  }
  return undefined
}

/** Where the colon of a rule is; undefined for an assignment, a directive, and anything else. */
function ruleColon(text: ByteText): { start: number; end: number } | undefined {
  const at = outside(text, (character) => character === ':' || character === '=' || character === '#')
  if (at === undefined || text[at] !== ':') return undefined
  const separator = /^::?:?=?/u.exec(text.slice(at))?.[0] ?? ':'
  if (separator.endsWith('=') || separator === ':::') return undefined
  if (/^\s*(?:-?include|sinclude|export|unexport|override|private|undefine|vpath|-?load)\s/u.test(text)) return undefined
  return { start: text[at - 1] === '&' ? at - 1 : at, end: at + separator.length }
}

function words(text: ByteText, offset: number): PlacedWord[] {
  return [...text.matchAll(/(?:(?!\\\r?\n)\S)+/gu)].map(({ 0: word, index }) => ({ word, at: offset + index }))
}
