import { type ByteText, readable } from './byte-text.ts'
import { endOf } from './list-uses.ts'
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
  for (const { index } of text.matchAll(/\$[({](?:wildcard|shell)\s/gu)) {
    const end = endOf(text, index + 1)
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
    .some((pattern) => glob(bare(pattern)).test(bare(name)))
}

function bare(name: string): string {
  return name.replace(/^(?:\.\/)+/u, '').replace(/\/%?$/u, '')
}

/** The names that a pattern of make stands for; one in brackets stands for any. */
function glob(pattern: string): RegExp {
  const parts = pattern.split(/(\*+|\?|\[[^\]]*\])/u).map((part, at) => {
    if (at % 2 === 0) return part.replace(/[.+^$(){}|\\[\]]/gu, '\\$&')
    return part.startsWith('*') ? '[^/]*' : '[^/]'
  })
  return new RegExp(`^${parts.join('')}$`, 'u')
}
