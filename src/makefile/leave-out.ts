import { type ByteText, readable } from './byte-text.ts'
import { endsOf } from './list-uses.ts'
import { words } from './words.ts'

/** A longer expression would hide the advice. */
const LONGEST = 72

/** Programs that a `$(shell …)` lists files with. */
const LISTS = /\b(?:ls|find|git|echo|printf|fd|rg|tree)\b/u

/** `find .` and `$(wildcard ./*)` list `./GNUmakefile`. */
const HERE = /\s\.(?:\/|\s)/u

/** What there is to leave out, and what is known of the lists. */
export interface LeftOut {
  /** The text of all makefiles. */
  readonly text: ByteText
  /** Files of ours. */
  readonly files: readonly string[]
  /** How the rules spell them, where make was not asked what the lists hold. */
  readonly spelled: readonly string[]
  /** What lists stand for, with our files there. */
  readonly asked: ReadonlyMap<ByteText, ByteText> | undefined
}

/** What to write in a makefile so that names are left out of the list of files that it makes, as in its own text. */
export function howToLeaveOut({ text, files, spelled, asked }: LeftOut): string {
  const all = [...new Set(listsIn(text))]
  const held = new Map(all.map((list) => [list, namesIn(asked?.get(list), files)]))
  const lists = all.filter((one) => {
    const names = held.get(one)
    return names === undefined ? spelled.some((name) => mayList(one, name)) : names.length > 0
  })
  const [list = '', ...others] = lists.map((one) => readable(one) ?? '')
  const isClear = others.length === 0 && list !== '' && list.length <= LONGEST
  const said = [...new Set(lists.flatMap((one) => held.get(one) ?? []))]
  // make itself takes the ./ away from names of targets.
  const guessed = isClear && HERE.test(list) ? spelled.flatMap((name) => [name, `./${name}`]) : spelled
  return words.clashLeaveOut((said.length > 0 ? said : guessed).join(' '), isClear ? list : undefined)
}

/** How a list spells files of ours, for `$(filter-out …)`; undefined where make was not asked. */
function namesIn(value: ByteText | undefined, files: readonly string[]): string[] | undefined {
  if (value === undefined) return undefined
  const names = value.split(/\s+/u).map((word) => readable(word) ?? '')
  return [...new Set(files.flatMap((file) => names.flatMap((name) => spellingOf(name, file) ?? [])))]
}

/** A path of this machine is no use to anybody else; what is in a folder of ours goes with it. */
function spellingOf(name: string, file: string): string | undefined {
  const at = `/${name}/`.indexOf(`/${file}/`)
  if (at === -1) return undefined
  const end = at + file.length
  const whole = name.length === end ? name : `${name.slice(0, end)}/%`
  if (!name.startsWith('/')) return whole
  return whole.endsWith('%') ? undefined : `%/${file}`
}

/** Each `$(wildcard …)` and `$(shell …)`, whole, and what an `include` with a pattern stands for. */
export function listsIn(text: ByteText): string[] {
  const found: string[] = []
  const ends = endsOf(text)
  for (const { index } of text.matchAll(/\$[({](?:wildcard|shell)\s/gu)) {
    const end = ends.get(index + 1)
    if (end !== undefined) found.push(text.slice(index, end))
  }
  for (const [, names = ''] of text.matchAll(/^ *[-s]?include +([^\n#$]*)/gmu))
    found.push(...names.split(/\s+/u).flatMap((name) => (/[*?[]/u.test(name) ? [`$(wildcard ${name})`] : [])))
  return found
}

function mayList(expression: string, name: string): boolean {
  const inside = expression.slice(2, -1)
  if (inside.startsWith('shell')) return LISTS.test(inside)
  return inside
    .split(/\s+/u)
    .slice(1)
    .some((pattern) => standsFor(bare(pattern), bare(name)))
}

function bare(name: string): string {
  return name.replace(/^(?:\.\/)+/u, '').replace(/\/%?$/u, '')
}

/** Whether a pattern of make stands for a name; what is in brackets is taken for any character. */
function standsFor(pattern: string, name: string): boolean {
  const [last = '', ...closed] = pattern.split(']').reverse()
  const plain = closed.reverse().map((one) => (one.includes('[') ? `${one.slice(0, one.indexOf('['))}?` : `${one}]`))
  const [parts, names] = [[...plain, last].join('').split('/'), name.split('/')]
  return parts.length === names.length && parts.every((part, at) => fits(part, names[at] ?? ''))
}

/** Only the last `*` is ever given more: what stands before it has found its first place, and no later one would serve better. */
function fits(pattern: string, name: string): boolean {
  let [at, from, star, next] = [0, 0, -1, 0]
  while (next < name.length) {
    if (pattern[at] === '*') [star, from, at] = [at, next, at + 1]
    else if (pattern[at] === '?' || pattern[at] === name[next]) [at, next] = [at + 1, next + 1]
    else if (star === -1) return false
    else [at, from, next] = [star + 1, from + 1, from + 1]
  }
  return /^\**$/u.test(pattern.slice(at))
}
