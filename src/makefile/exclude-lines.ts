import * as path from 'node:path'
import { asByteText, type ByteText, bytesOf, inBytes } from './byte-text.ts'

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

/** Anchored at the root; gitignore(5) gives a meaning to some characters, which a backslash takes away. */
function lineFor(root: string, file: string): ByteText {
  const name = path.relative(root, file).split(path.sep).join('/')
  return inBytes(`/${name.replace(/[\\*?[\]!# ]/gu, '\\$&')}`)
}
