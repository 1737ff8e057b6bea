import * as fs from 'node:fs'
import * as path from 'node:path'
import { printable } from '../messages.ts'
import type { World } from '../world.ts'

export const PROJECT_FILE = 'send-metrics.json'

/** A project file is a page of settings; anything larger is a mistake or an attack. */
const MOST_BYTES = 64 * 1024

/** A place in a file of JSON: a value, the key of one, or the first character that is no JSON. */
export type Place = { readonly value: JsonPath } | { readonly key: JsonPath } | 'not JSON'
type JsonPath = readonly (string | number)[]

/** A mistake in a file: which file, in words what is wrong and what is allowed, and where that is (`located` in position.ts). */
export interface Problem {
  readonly file: string
  readonly what: string
  readonly at?: Place
}

/** A project file as found: its place, and either its content or what is wrong with it. */
export interface FoundProject {
  readonly file: string
  /** The folder it stands in. */
  readonly root: string
  readonly content: Readonly<Record<string, unknown>> | undefined
  readonly problem: Problem | undefined
}

/**
 * Looks for `send-metrics.json` from the working directory upwards to the git root; outside a git
 * checkout, up to the root of the file system, passing over files that belong to somebody else.
 * Plain JSON is read here; `readProject` checks what it says.
 */
export function findProject(world: Pick<World, 'cwd' | 'uid'>): FoundProject | undefined {
  let folder: string
  try {
    folder = world.cwd
  } catch {
    return undefined
  }
  const start = folder
  for (;;) {
    const file = path.join(folder, PROJECT_FILE)
    const stat = statOrUndefined(file)
    if (stat && (folder === start || isTrusted(stat, world.uid) || reachesGitRoot(folder))) return load(file, stat)
    const above = path.dirname(folder)
    if (above === folder || fs.existsSync(path.join(folder, '.git'))) return undefined
    folder = above
  }
}

function statOrUndefined(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

// A file in a shared parent such as /tmp could be anybody's; inside a checkout the Makefile is as foreign as it is.
function isTrusted(stat: fs.Stats, uid: number | undefined): boolean {
  return uid === undefined || stat.uid === uid || stat.uid === 0
}

function reachesGitRoot(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, '.git'))) return true
    if (path.dirname(at) === at) return false
  }
}

function load(file: string, stat: fs.Stats): FoundProject {
  const root = path.dirname(file)
  const bad = (what: string, at?: Place): FoundProject => ({ file, root, content: undefined, problem: { file, what, ...(at && { at }) } })
  if (!stat.isFile()) return bad('is not a file; put the project settings there or remove it')
  if (stat.size > MOST_BYTES) return bad(`has ${stat.size} bytes; at most ${MOST_BYTES} are allowed`)
  try {
    const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/u, ''))
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      return bad('must hold one JSON object: { "project": "…" }')
    }
    return { file, root, content: content as Record<string, unknown>, problem: undefined }
  } catch (error) {
    // The engine quotes from the file behind a comma: escape sequences, or the secrets that a link points to.
    const mistake = (error as Error).message.replace(/, (?:\.\.\.)?".*$/su, '')
    return error instanceof SyntaxError
      ? bad(`is not JSON: ${printable(mistake)}`, 'not JSON')
      : bad(`cannot be read: ${printable(mistake)}`)
  }
}

/** The prefix of real targets: `impl-build` runs for `build`. Needed before the file is checked in full. */
export const DEFAULT_PREFIX = 'impl-'
const PREFIX_SHAPE = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,40}$/u

/** The prefix from the project file if it is usable, else the default, so that the target runs either way. */
export function targetPrefix(found: FoundProject | undefined): string {
  const prefix = found?.content?.prefix
  return typeof prefix === 'string' && PREFIX_SHAPE.test(prefix) ? prefix : DEFAULT_PREFIX
}
