import * as fs from 'node:fs'
import * as path from 'node:path'
import { isFile } from '../disk/stat.ts'
import { sha256 } from '../sha256.ts'

/** A file of a package of this tool that cannot be loaded. */
export interface Unloadable {
  readonly file: string
  /** For the end of a sentence. */
  readonly what: string
}

const FIRST = 'main.js'

/**
 * What keeps a tool, absolute, from being loaded whole: files of its dist/ that are missing or damaged. None where all is there, and
 * where the tool is a program that starts another one. Loads nothing, and never throws.
 */
export function unloadable(tool: string): Unloadable[] {
  const folder = packageOf(tool)
  if (folder === undefined) return []
  const names = [FIRST]
  const found: Unloadable[] = []
  // What is added on the way is looked at, too.
  for (const name of names) {
    const file = path.join(folder, 'dist', name)
    const text = textOf(file)
    const what = text === undefined ? 'is missing' : isWhole(text) ? undefined : 'is damaged'
    if (what !== undefined) found.push({ file, what })
    for (const next of loadedBy(text ?? '')) if (!names.includes(next)) names.push(next)
  }
  return found
}

/** The folder of the package that a tool is started from, as it is on disk; undefined where that cannot be known. */
export function packageOf(tool: string): string | undefined {
  // A script of a package manager stands beside the package, and a link leads into it.
  const beside = tool.replace(/([\\/]node_modules[\\/])\.bin([\\/]send-metrics)$/u, '$1$2/bin/send-metrics.js')
  try {
    const folder = path.dirname(path.dirname(fs.realpathSync(isFile(beside) ? beside : tool)))
    return isFile(path.join(folder, 'bin/send-metrics.js')) ? folder : undefined
  } catch {
    return undefined
  }
}

function textOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Format: build/bundle.mjs, `loadable`. */
function isWhole(text: string): boolean {
  const [, sum, code = ''] = /^\/\*([0-9a-f]{16})\*\/(.*)$/su.exec(text) ?? []
  return sum === sha256(code)
}

function loadedBy(text: string): string[] {
  return [...text.matchAll(/"\.\/([\w-]+\.js)"/gu)].map(([, name = '']) => name)
}
