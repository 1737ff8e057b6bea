import type { ByteText } from './byte-text.ts'
import { CALLED_BY_PEOPLE } from './explicit-rules.ts'
import { bare, linesOf } from './line-end.ts'
import { scanRules } from './scan-rules.ts'
import type { TakenOut } from './taken-out.ts'

/** A rule by which people call a target, as `init --explicit` writes it; places are numbers of lines, from 0. */
interface PublicRule {
  readonly head: number
  /** The recipe is one line that goes on over several, from here to before there. */
  readonly from: number
  readonly to: number
  /** Where the empty line behind it is, if it is still there. */
  readonly gap: readonly number[]
  readonly names: readonly ByteText[]
  /** What stands behind the colon. */
  readonly rest: ByteText
  readonly prefix: string
  /** By this it is recognised, whatever a person called the target. */
  readonly recipe: ByteText
}

/**
 * A makefile without the rules that `init --explicit` wrote between these two states of it, the others under their own names
 * again. Each is recognised wherever it stands, so that all around it may have been changed, moved, and given other line ends.
 */
export function withoutExplicitRules(now: ByteText, before: ByteText, after: ByteText): TakenOut {
  const [old, made, lines] = [linesOf(before), linesOf(after), linesOf(now)]
  const known = new Set(publicRules(old).map(keyOf))
  const ours = publicRules(made).filter((rule) => !known.has(keyOf(rule)))
  if (ours.length === 0) return { text: now }
  const here = publicRules(lines).filter((rule) => !known.has(keyOf(rule)))
  const gone = new Set([...here.flatMap((rule) => [rule.head, ...recipeOf(rule), ...rule.gap]), ...phonyLines(lines, ours)])
  const unclear = unclearLines({ old, made, lines, ours, here, gone })
  if (unclear.length > 0) return { unclear }
  const left = lines.map((line, at) => (gone.has(at) ? '' : line))
  for (const rule of here) giveHelpBack(left, rule)
  return { text: renamed(left.join(''), before, [...ours, ...here]) }
}

function publicRules(lines: readonly ByteText[]): PublicRule[] {
  return lines.flatMap((line, from) => {
    if (!bare(line).slice(1).startsWith('+@') || !line.includes(CALLED_BY_PEOPLE)) return []
    const to = from + lines.slice(from).findIndex((one) => !bare(one).endsWith('\\')) + 1
    const prefix = /^.exec \$\(MAKE\) .*"([^"]*)\$@"$/u.exec(bare(lines[to - 1] ?? ''))?.[1]
    let head = from - 1
    while (head > 0 && /^\s*(?:#|$)/u.test(lines[head] ?? '')) head--
    const [, names = '', rest = ''] = /^([^:#\t][^:#]*):(.*)$/u.exec(bare(lines[head] ?? '')) ?? []
    if (prefix === undefined || names === '') return []
    const recipe = lines.slice(from, to).map(bare).join('\n')
    const below = lines.slice(to).findIndex((one) => !one.startsWith('#'))
    const gap = bare(lines[to + below] ?? 'none') === '' ? [to + below] : []
    return [{ head, from, to, gap, names: names.trim().split(/\s+/u), rest: rest.trimEnd(), prefix, recipe }]
  })
}

function keyOf({ names, recipe }: PublicRule): string {
  return `${names.join(' ')}\n${recipe}`
}

function recipeOf({ from, to }: PublicRule): number[] {
  return Array.from({ length: to - from }, (_, below) => from + below)
}

/** Where it is said that the renamed rules make no files. */
function phonyLines(lines: readonly ByteText[], ours: readonly PublicRule[]): number[] {
  const written = new Set(ours.flatMap(({ names, prefix }) => names.map((name) => `${prefix}${name}`)))
  return lines.flatMap((line, at) => {
    const [special, ...names] = bare(line).split(' ')
    return special === '.PHONY:' && names.length > 0 && names.every((name) => written.has(name)) ? [at] : []
  })
}

interface Found {
  readonly old: readonly ByteText[]
  readonly made: readonly ByteText[]
  readonly lines: readonly ByteText[]
  readonly ours: readonly PublicRule[]
  readonly here: readonly PublicRule[]
  readonly gone: ReadonlySet<number>
}

/** Lines of a rule of ours that are not as they were written, and what became part of it, from 1. */
function unclearLines({ old, made, lines, ours, here, gone }: Found): number[] {
  const recipes = new Set(ours.map(({ recipe }) => recipe))
  const own = new Set(ours.flatMap((rule) => made.slice(rule.from, rule.to).map(bare)))
  const theirs = new Set(old.map(bare))
  const changed = here.flatMap((rule) => {
    const otherwise = recipes.has(rule.recipe) ? [] : recipeOf(rule).filter((at) => !own.has(bare(lines[at] ?? '')))
    const head = isHelp(rule.rest) ? [] : [rule.head]
    const next = rule.to + lines.slice(rule.to).findIndex((line) => line.trim() !== '')
    const goesOn = lines[next]?.startsWith(lines[rule.from]?.[0] ?? '\t') ? [next] : []
    return [...head, ...otherwise, ...goesOn]
  })
  // What is left of a rule that was taken apart.
  const parts = lines.flatMap((line, at) => {
    const text = bare(line)
    return !gone.has(at) && !theirs.has(text) && (own.has(text) || /\bsend_metrics\b/u.test(text)) ? [at] : []
  })
  return [...new Set([...changed, ...parts])].sort((one, other) => one - other).map((at) => at + 1)
}

function isHelp(rest: ByteText): boolean {
  return rest === '' || /^[ \t]*##/u.test(rest)
}

/** What `make help` says goes back to the rule that it came from. */
function giveHelpBack(left: ByteText[], { head, names, rest, prefix }: PublicRule): void {
  if (rest === '') return
  const name = `${prefix}${names[0]}`
  const below = left.findIndex((line, at) => at > head && isRuleOf(line, name))
  let at = below === -1 ? left.findIndex((line) => isRuleOf(line, name)) : below
  if (at === -1) return
  while (bare(left[at] ?? '').endsWith('\\')) at++
  const line = left[at] ?? ''
  left[at] = `${bare(line)}${rest}${line.slice(bare(line).length)}`
}

/** Whether a line begins a rule of this name, and sets no variable of its. */
function isRuleOf(line: ByteText, name: ByteText): boolean {
  const [code = ''] = line.split('#', 1)
  const colon = code.indexOf(':')
  return colon > 0 && !line.startsWith('\t') && code.slice(0, colon).split(/\s+/u).includes(name) && !code.slice(colon).includes('=')
}

const IN_NAME = '\\w+@/%\\u0080-\\u00FF-'

/** A name that `init` made up is nobody's once its rule has the old one again, so it goes wherever it stands. */
function renamed(text: ByteText, before: ByteText, ours: readonly PublicRule[]): ByteText {
  const names = [...new Set(ours.flatMap(({ names, prefix }) => names.map((name) => `${prefix}${name}`)))]
  const prefix = ours[0]?.prefix ?? ''
  const pattern = names.map((name) => name.split('%').map(escaped).join(`[.${IN_NAME}]*`)).join('|')
  const word = () => new RegExp(`(?<![.${IN_NAME}])(?:${pattern})(?![${IN_NAME}]|\\.\\w)`, 'gu')
  if (!word().test(before)) return text.replace(word(), (name) => name.slice(prefix.length))
  const places = scanRules(text).flatMap(({ targets, prerequisites }) => [...targets, ...prerequisites])
  let [out, done] = ['', 0]
  for (const { word: name, at } of places.filter(({ word }) => names.includes(word)).sort((one, other) => one.at - other.at)) {
    out += text.slice(done, at) + name.slice(prefix.length)
    done = at + name.length
  }
  return out + text.slice(done)
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&')
}
