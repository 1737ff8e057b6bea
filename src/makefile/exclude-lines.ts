import * as path from 'node:path'
import { asByteText, type ByteText, bytesOf, inBytes } from './byte-text.ts'
import { bare, linesOf } from './line-end.ts'

/** Stands before our lines in `.git/info/exclude`. */
const HEADING = '# written by send-metrics init --local'

/** Whether our lines are in a list of ignored files. */
export function hasOurLines(list: Buffer | undefined): boolean {
  return list !== undefined && asByteText(list).split('\n').includes(HEADING)
}

/** The list with a line for each file below the root, all under our heading; those that are there stay. */
export function withLines(list: Buffer | undefined, root: string, files: readonly string[]): Buffer {
  const text = asByteText(list ?? Buffer.alloc(0))
  const lines = text.split('\n')
  const missing = files.map((file) => lineFor(root, file)).filter((line) => !lines.includes(line))
  if (missing.length === 0) return bytesOf(text)
  const at = lines.indexOf(HEADING)
  if (at !== -1) return bytesOf([...lines.slice(0, at + 1), ...missing, ...lines.slice(at + 1)].join('\n'))
  return bytesOf(`${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${[HEADING, ...missing].join('\n')}\n`)
}

/** The list without our heading and the lines for these files below it. */
export function withoutLines(list: Buffer, root: string, files: readonly string[]): Buffer {
  const ours = files.map((file) => lineFor(root, file))
  const lines = asByteText(list).split('\n')
  const at = lines.indexOf(HEADING)
  if (at === -1) return list
  return bytesOf(lines.filter((line, index) => index !== at && !(index > at && ours.includes(line))).join('\n'))
}

/** The list without the lines that we added to it, wherever they are now. */
export function withoutAddedLines(now: ByteText, before: ByteText, after: ByteText): ByteText {
  const was = linesOf(before).map(bare)
  const added = linesOf(after)
    .map(bare)
    .filter((line) => !was.includes(line))
  const left = linesOf(now)
    .filter((line) => !added.includes(bare(line)))
    .join('')
  // A last line that had no end was given one for ours to follow.
  return left === `${before}\n` ? before : left
}

/** Anchored at the root; gitignore(5) gives a meaning to some characters, which a backslash takes away. */
function lineFor(root: string, file: string): ByteText {
  const name = path.relative(root, file).split(path.sep).join('/')
  return inBytes(`/${name.replace(/[\\*?[\]!# ]/gu, '\\$&')}`)
}
