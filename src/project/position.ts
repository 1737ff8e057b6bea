import * as fs from 'node:fs'
import { findNodeAtLocation, type ParseError, parse, parseTree } from 'jsonc-parser'
import type { Place, Problem } from './find.ts'

/** A mistake with its file as `file:line:column`, both counted from 1 and in characters; as it was where that can't be told. */
export function located({ file, what, at }: Problem): Problem {
  const position = at && positionIn(file, at)
  if (position === undefined) return { file, what }
  return { file: `${file}:${position}`, what: at === 'not JSON' ? what.replace(/ (?:in JSON )?at position \d+.*$/su, '') : what }
}

/** How the engine says that a text is no JSON; it may say where that is, in one of several forms, by a character's number. */
const NO_JSON = / (?:in JSON )?at position \d+.*$| is not valid JSON$|end of JSON input$/su

/** The same of a file of settings, and a reason that may have the engine's words in it. */
export function locatedReason(file: string, what: string): Problem {
  return located({ file, what, ...(NO_JSON.test(what) && { at: 'not JSON' }) })
}

function positionIn(file: string, place: Place): string | undefined {
  try {
    const text = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/u, '')
    const offset = place === 'not JSON' ? mistakeIn(text) : offsetOf(text, place)
    if (offset === undefined) return undefined
    const before = text.slice(0, offset).split(/\r\n|\n|\r/u)
    return `${before.length}:${[...(before.at(-1) ?? '')].length + 1}`
  } catch {
    // It was there a moment ago.
    return undefined
  }
}

function mistakeIn(text: string): number | undefined {
  const errors: ParseError[] = []
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
  return errors[0]?.offset
}

/** What is missing has the place of what it is missing in. */
function offsetOf(text: string, place: Exclude<Place, string>): number | undefined {
  const tree = parseTree(text)
  if ('key' in place) return tree && findNodeAtLocation(tree, [...place.key])?.parent?.offset
  for (let path = place.value; tree !== undefined; path = path.slice(0, -1)) {
    const node = findNodeAtLocation(tree, [...path])
    if (node !== undefined) return node.offset
    if (path.length === 0) return undefined
  }
  return undefined
}
