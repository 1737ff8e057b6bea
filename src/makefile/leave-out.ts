import { type ByteText, readable } from './byte-text.ts'
import { words } from './words.ts'

/** A longer expression would hide the advice. */
const LONGEST = 72

/** Programs that a `$(shell …)` lists files with. */
const LISTS = /\b(?:ls|find|git|echo|printf|fd|rg|tree)\b/u

/** `find .` and `$(wildcard ./*)` list `./GNUmakefile`. */
const HERE = /\s\.(?:\/|\s)/u

/** What to write in a makefile so that names are left out of the list of files that it makes, as in its own text. */
export function howToLeaveOut(text: ByteText, names: readonly string[]): string {
  const lists = new Set(expressions(text).filter((one) => names.some((name) => mayList(one, name))))
  const [list = '', ...others] = [...lists].map((one) => readable(one) ?? '')
  const isClear = others.length === 0 && list !== '' && list.length <= LONGEST
  // make itself takes the ./ away from names of targets.
  const spelled = isClear && HERE.test(list) ? names.flatMap((name) => [name, `./${name}`]) : names
  return words.clashLeaveOut(spelled.join(' '), isClear ? list : undefined)
}

/** Each `$(wildcard …)` and `$(shell …)`, whole, and what an `include` with a pattern stands for. */
function expressions(text: ByteText): string[] {
  const found: string[] = []
  for (const { 0: start, index } of text.matchAll(/\$[({](?:wildcard|shell)\s/gu)) {
    const end = endOf(text, index + 1, start.charAt(1))
    if (end !== undefined) found.push(text.slice(index, end))
  }
  for (const [, names = ''] of text.matchAll(/^ *[-s]?include +([^\n#$]*)/gmu))
    found.push(...names.split(/\s+/u).flatMap((name) => (/[*?[]/u.test(name) ? [`$(wildcard ${name})`] : [])))
  return found
}

/** The place after the bracket that closes the one at `from`, on the same line. */
function endOf(text: ByteText, from: number, open: string): number | undefined {
  const close = open === '(' ? ')' : '}'
  let depth = 0
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === open) depth++
    if (text[at] === close && --depth === 0) return at + 1
  }
  return undefined
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
