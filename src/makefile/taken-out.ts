import * as path from 'node:path'
import { applyPatch, reversePatch, structuredPatch } from 'diff'
import { PROJECT_FILE } from '../project/find.ts'
import { asByteText, type ByteText, bytesOf } from './byte-text.ts'
import { hasOurLines, withoutAddedLines } from './exclude-lines.ts'
import { withoutExplicitRules } from './explicit-undo.ts'
import { GNUMAKEFILE, INCLUDED } from './gnumakefile.ts'
import { withoutIncludeLines } from './include-lines.ts'
import { withoutOwnLines } from './own-lines.ts'
import { withoutOwnKeys } from './project-undo.ts'

/** A text without what is ours in it; or the numbers of lines, from 1, in which ours cannot be told from theirs. */
export type TakenOut = { readonly text: ByteText } | { readonly unclear: readonly number[] }

/** A file before `init` and after it. */
export interface Written {
  readonly name: string
  /** Undefined where `init` made the file. */
  readonly before: ByteText | undefined
  readonly after: ByteText
  /** The makefile that people wrote, which make does not read by itself where a GNUmakefile stays. */
  readonly makefile: string | undefined
}

/** What a person has in a file that `init` wrote and they changed since: undefined where all of it is ours. */
export function takenOut(
  now: Buffer,
  written: Written,
): { readonly content: Buffer | undefined } | { readonly unclear: readonly number[] } {
  const taken = withoutOurs(asByteText(now), written)
  if ('unclear' in taken) return taken
  return { content: taken.text === '' && written.before === undefined ? undefined : bytesOf(taken.text) }
}

function withoutOurs(now: ByteText, written: Written): TakenOut {
  const { name, before, after, makefile } = written
  if (path.basename(name) === PROJECT_FILE) return withoutOwnKeys(now, before, after)
  if (hasOurLines(bytesOf(after))) return { text: withoutAddedLines(now, before ?? '', after) }
  if (before !== undefined) return withoutWays(now, before, after)
  return withoutOwnLines(after, now, name === GNUMAKEFILE && makefile !== undefined ? `include ${makefile}` : undefined)
}

function withoutWays(now: ByteText, before: ByteText, after: ByteText): TakenOut {
  const [plain, was, made] = [now, before, after].map(withoutMark) as [ByteText, ByteText, ByteText]
  const back = rewound(made, was, made)
  // What another version wrote in its own way is known by its lines alone.
  if (!('text' in back) || back.text !== was) return withoutPatch(now, before, after)
  const taken = rewound(plain, was, made)
  return 'text' in taken ? { text: `${now.slice(0, now.length - plain.length)}${taken.text}` } : taken
}

/** A makefile without all that is known to be ours in it, where no record says what it was before. */
export function withoutKnownWays(now: ByteText): TakenOut {
  const plain = withoutMark(now)
  const taken = rewound(plain, '', plain)
  return 'text' in taken ? { text: `${now.slice(0, now.length - plain.length)}${taken.text}` } : taken
}

/** A byte order mark stands before all lines. */
function withoutMark(text: ByteText): ByteText {
  return text.replace(/^\u00EF\u00BB\u00BF/u, '')
}

function rewound(text: ByteText, before: ByteText, after: ByteText): TakenOut {
  const rules = withoutExplicitRules(text, before, after)
  const lines = withoutIncludeLines('text' in rules ? rules.text : text, before, INCLUDED)
  return 'unclear' in rules ? rules : lines
}

/** Lines around ours by which their place is recognised. */
const CONTEXT = 1

function withoutPatch(now: ByteText, before: ByteText, after: ByteText): TakenOut {
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context: CONTEXT })
  const text = applyPatch(now, reversePatch(patch), { autoConvertLineEndings: false, fuzzFactor: 0 })
  return text === false ? { unclear: [] } : { text }
}
