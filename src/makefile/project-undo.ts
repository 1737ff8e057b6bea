import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import { asByteText, type ByteText, bytesOf } from './byte-text.ts'
import { lineEnd, withLineEnds } from './line-end.ts'
import type { TakenOut } from './taken-out.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * A project file without the keys and the members of lists that `init` wrote and nobody changed. The name goes only with all
 * the rest, since a file without it is none that can be read; what is left of one that `init` made may be nothing at all.
 */
export function withoutOwnKeys(bytes: ByteText, before: ByteText | undefined, after: ByteText): TakenOut {
  const now = bytesOf(bytes).toString()
  const mistake = mistakeIn(now)
  if (mistake !== undefined) return { unclear: [mistake] }
  const [was, made] = [before === undefined ? {} : valuesIn(before), valuesIn(after)]
  let text = now
  for (const [key, value] of Object.entries(made)) {
    if (isSame(value, was[key]) || key === NAME) continue
    const node = memberOf(text, key)?.children?.[1]
    if (node === undefined) continue
    text = withoutOwn(text, key, { now: valueAt(text, node), made: value, was: was[key], wasText: before && memberText(before, key) })
  }
  const left = valuesIn(asByteText(Buffer.from(text)))
  const isOurs = before === undefined && Object.keys(left).every((key) => key === NAME && isSame(left[key], made[key]))
  return { text: isOurs ? '' : asByteText(Buffer.from(text)) }
}

const NAME = 'project'

interface Values3 {
  readonly now: unknown
  readonly made: unknown
  readonly was: unknown
  readonly wasText: string | undefined
}

function withoutOwn(text: string, key: string, { now, made, was, wasText }: Values3): string {
  if (isSame(now, made)) return wasText === undefined ? withoutMember(text, key) : withValue(text, key, wasText)
  if (!Array.isArray(now) || !Array.isArray(made)) return text
  const old = Array.isArray(was) ? was : []
  const isOurs = (one: unknown) => made.some((other) => isSame(one, other)) && !old.some((other) => isSame(one, other))
  let left = text
  for (const [at, one] of [...now.entries()].reverse()) if (isOurs(one)) left = withoutElement(left, key, at)
  return wasText === undefined && now.every(isOurs) ? withoutMember(left, key) : left
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function mistakeIn(text: string): number | undefined {
  const errors: ParseError[] = []
  const tree = parseTree(withoutMark(text), errors, { disallowComments: true })
  if (errors.length === 0 && tree?.type === 'object') return undefined
  return text.slice(0, errors[0]?.offset ?? 0).split('\n').length
}

/** The scanner takes a byte order mark for a mistake; a blank in its place keeps all offsets. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/u, ' ')
}

function valuesIn(bytes: ByteText): Values {
  return JSON.parse(withoutMark(bytesOf(bytes).toString())) as Values
}

function memberOf(text: string, key: string): Node | undefined {
  return parseTree(withoutMark(text))?.children?.find(({ children }) => children?.[0]?.value === key)
}

function valueAt(text: string, { offset, length }: Node): unknown {
  return JSON.parse(text.slice(offset, offset + length))
}

function memberText(bytes: ByteText, key: string): string | undefined {
  const text = bytesOf(bytes).toString()
  const value = memberOf(text, key)?.children?.[1]
  return value && text.slice(value.offset, value.offset + value.length)
}

function withValue(text: string, key: string, value: string): string {
  const node = memberOf(text, key)?.children?.[1]
  return node === undefined ? text : cut(text, node.offset, node.offset + node.length, withLineEnds(value, lineEnd(text)))
}

function withoutMember(text: string, key: string): string {
  const node = memberOf(text, key)
  return node === undefined ? text : withoutOneOf(text, node)
}

function withoutElement(text: string, key: string, at: number): string {
  const node = memberOf(text, key)?.children?.[1]?.children?.[at]
  return node === undefined ? text : withoutOneOf(text, node)
}

/** Takes out one of several with the comma that it needed; what stands before the first stays there for the next. */
function withoutOneOf(text: string, node: Node): string {
  const all = node.parent?.children ?? []
  const at = all.indexOf(node)
  const [last, next] = [all[at - 1], all[at + 1]]
  const end = node.offset + node.length
  if (next !== undefined) return cut(text, node.offset, next.offset, '')
  return last === undefined ? cut(text, node.offset, end, '') : cut(text, last.offset + last.length, end, '')
}

function cut(text: string, from: number, to: number, instead: string): string {
  return text.slice(0, from) + instead + text.slice(to)
}
