import * as path from 'node:path'
import { createTwoFilesPatch } from 'diff'
import type { World } from '../world.ts'
import type { FileChange } from './file-changes.ts'
import { isOurs } from './gnumakefile.ts'
import { VENDOR_FOLDER } from './vendor.ts'

/**
 * What changes will do, as a unified diff; of the tool's copy, how many files. `brief` leaves it at a line for a new makefile of
 * ours, too, which is sixty lines of make.
 */
export function showChanges(world: Pick<World, 'stdout' | 'env'>, folder: string, changes: readonly FileChange[], brief = false): string {
  const paint = colours(world) ? painted : (line: string) => line
  const copy = changes.filter((change) => isCopy(folder, change))
  const generated = changes.filter((change) => brief && isGenerated(change))
  const diffs = changes.filter((change) => !isCopy(folder, change) && !generated.includes(change)).map((change) => diffOf(folder, change))
  const lines = diffs.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => paint(plainLine(line)))
  const short = generated.map((change) => generatedLine(folder, change))
  return [...(copy.length > 0 ? [copyLine(copy)] : []), ...short, ...lines].map((line) => `${line}\n`).join('')
}

function isGenerated({ before, after }: FileChange): boolean {
  return before === undefined && after !== undefined && isOurs(after.toString())
}

function generatedLine(folder: string, change: FileChange): string {
  const lines = (change.after?.toString().split('\n').length ?? 1) - 1
  return `new: ${plainLine(nameOf(folder, change.file))}, ${lines} lines; init --dry-run shows them`
}

/** A line for each file that was written, for whoever did not see the diff. */
export function listChanges(folder: string, changes: readonly FileChange[]): string {
  const copy = changes.filter((change) => isCopy(folder, change))
  const rest = changes.filter((change) => !isCopy(folder, change))
  const lines = rest.map((change) => `${verbOf(change)} ${plainLine(nameOf(folder, change.file))}`)
  return [...(copy.length > 0 ? [copyLine(copy)] : []), ...lines].map((line) => `${line}\n`).join('')
}

/** Files of the tool itself: megabytes of minified code are nothing to read. */
function isCopy(folder: string, { file }: FileChange): boolean {
  return nameOf(folder, file).startsWith(`${VENDOR_FOLDER}/`)
}

function copyLine(changes: readonly FileChange[]): string {
  const bytes = changes.reduce((sum, { before, after }) => sum + (after ?? before ?? '').length, 0)
  const verbs = new Set(changes.map(verbOf))
  const verb = verbs.size === 1 ? [...verbs][0] : 'changed'
  return `${verb} ${VENDOR_FOLDER}/, the tool itself: ${changes.length} files, ${Math.round(bytes / 1000)} kB`
}

function verbOf({ before, after }: FileChange): string {
  if (before === undefined) return 'created'
  return after === undefined ? 'removed' : 'changed'
}

function nameOf(folder: string, file: string): string {
  return path.relative(folder, file).split(path.sep).join('/')
}

function diffOf(folder: string, change: FileChange): string {
  const name = nameOf(folder, change.file)
  const [from, to] = [change.before, change.after].map((content) => (content === undefined ? '/dev/null' : undefined))
  const [old, fresh] = [change.before, change.after].map((content) => content?.toString() ?? '')
  // The heading of underlines is for programs of another age.
  return createTwoFilesPatch(from ?? `a/${name}`, to ?? `b/${name}`, old ?? '', fresh ?? '', undefined, undefined, { context: 3 }).replace(
    /^=+\n/u,
    '',
  )
}

/** A tab has its width; all else that a terminal would act on is shown as a code. */
function plainLine(line: string): string {
  return line
    .replace(/\r$/u, '')
    .replace(/(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}

/** https://no-color.org, and FORCE_COLOR as Node itself reads it. */
function colours({ stdout, env }: Pick<World, 'stdout' | 'env'>): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stdout.isTTY && env.TERM !== 'dumb'
}

const ESCAPES: readonly (readonly [RegExp, number])[] = [
  [/^(?:---|\+\+\+) /u, 1],
  [/^@@/u, 36],
  [/^\+/u, 32],
  [/^-/u, 31],
]

function painted(line: string): string {
  const code = ESCAPES.find(([start]) => start.test(line))?.[1]
  return code === undefined ? line : `\u001b[${code}m${line}\u001b[0m`
}
