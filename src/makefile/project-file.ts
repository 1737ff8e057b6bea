import * as fs from 'node:fs'
import * as path from 'node:path'
import { parseTree } from 'jsonc-parser'
import { type FoundProject, findProject, PROJECT_FILE } from '../project/find.ts'
import { located } from '../project/position.ts'
import { type Project, readProject } from '../project/read.ts'
import type { World } from '../world.ts'
import { covers } from './fold-families.ts'
import { Refusal } from './refusal.ts'
import type { SetUp } from './set-up.ts'
import { words } from './words.ts'

/** As many as the project file takes. */
export const MOST_TARGETS = 1000
/** A list is kept on one line up to this width, as Biome and Prettier do. */
const WIDTH = 80

/** A project file without a mistake in it. */
export interface ExistingProject {
  readonly found: FoundProject
  readonly project: Project
}

/** The project file that counts here, or undefined where there is none. Throws Refusal when there is a mistake in it. */
export function existingProject(world: World): ExistingProject | undefined {
  const found = findProject(world)
  if (found === undefined) return undefined
  const read = readProject(found)
  if ('project' in read) return { found, project: read.project }
  const { file, what } = located(read.problem)
  throw new Refusal(words.projectFileWrong(file, what))
}

/** What a new project file says. */
export interface NewProject {
  readonly name: string
  /** Where the JSON Schema lies, relative to the file. */
  readonly schema: string | undefined
  readonly targets: readonly string[]
  readonly setUp?: SetUp | undefined
}

/** A project's name from a folder's: what the question may show. */
export function projectName(folder: string): string {
  const name = path
    .basename(folder)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .slice(0, 80)
    .replace(/[\uD800-\uDBFF]$/u, '')
  return name.trim() === '' ? 'project' : name
}

/** The text of a new project file: a name, who gets the data and where it goes, and the list of targets. */
export function newProjectFile({ name, schema, targets, setUp }: NewProject): string {
  const { recipient, destinations = [] } = setUp ?? {}
  const head = { ...(schema === undefined ? {} : { $schema: schema }), project: name, ...(recipient === undefined ? {} : { recipient }) }
  const text = JSON.stringify({ ...head, targets: [], ...(destinations.length > 0 && { destinations }) }, undefined, 2)
  return `${text.replace(/"targets": \[\]/u, () => `"targets": ${listOf([...targets].sort(), { indent: '  ', unit: '  ', eol: '\n', before: 13 })}`)}\n`
}

/**
 * The text of a project file with these targets on its list as well, those apart that a pattern on it covers;
 * undefined when there is nothing to add. Everything else in the text stays as it is. Throws Refusal.
 */
export function withTargets(file: string, known: readonly string[] | undefined, more: readonly string[]): Buffer | undefined {
  const missing = more.filter((name) => !(known ?? []).some((pattern) => covers(pattern, name)))
  if (missing.length === 0 || (known?.length === 0 && more.length === 0)) return undefined
  const bytes = fs.readFileSync(file)
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) throw new Refusal(words.projectFileWrong(file, 'is not UTF-8'))
  const wanted = merged(known ?? [], missing)
  const changed = Buffer.from(insert(text, wanted))
  const written = JSON.parse(changed.toString().replace(/^\uFEFF/u, '')) as { targets?: unknown }
  // A key that stands twice: the first is changed, the last counts.
  if (JSON.stringify(written.targets) !== JSON.stringify(wanted)) throw new Refusal(words.projectFileWrong(file, 'has "targets" twice'))
  return changed
}

/** A sorted list stays sorted; to another the new ones are added at its end. */
function merged(known: readonly string[], missing: readonly string[]): string[] {
  const isSorted = known.every((name, at) => at === 0 || (known[at - 1] ?? '') <= name)
  return isSorted ? [...known, ...missing].sort() : [...known, ...missing]
}

function insert(body: string, targets: readonly string[]): string {
  const properties = parseTree(body)?.children ?? []
  const eol = body.includes('\r\n') ? '\r\n' : '\n'
  const first = properties[0]
  const last = properties.at(-1)
  if (first === undefined || last === undefined) return body
  // What stands before the first key, such as a line end and two blanks, stands before each.
  const start = body.slice(0, first.offset)
  const gap = start.slice(start.trimEnd().length)
  const indent = gap.includes('\n') ? gap.slice(gap.lastIndexOf('\n') + 1) : ''
  const style = { indent, unit: indent || '  ', eol }
  const own = properties.find((property) => property.children?.[0]?.value === 'targets')?.children?.[1]
  if (own === undefined) {
    const list = listOf(targets, { ...style, before: indent.length + 11 })
    const at = last.offset + last.length
    return `${body.slice(0, at)},${gap || ' '}"targets": ${list}${body.slice(at)}`
  }
  const wasOneLine = !body.slice(own.offset, own.offset + own.length).includes('\n') && (own.children?.length ?? 0) > 0
  const before = own.offset - (body.lastIndexOf('\n', own.offset) + 1)
  const list = listOf(targets, { ...style, before, ...(wasOneLine || own.children?.length === 0 ? {} : { oneLine: false }) })
  return `${body.slice(0, own.offset)}${list}${body.slice(own.offset + own.length)}`
}

interface ListStyle {
  /** What the line that the list begins on starts with. */
  readonly indent: string
  readonly unit: string
  readonly eol: string
  /** Characters before the list on its line. */
  readonly before: number
  /** False where every name has a line of its own. */
  readonly oneLine?: boolean
}

function listOf(targets: readonly string[], { indent, unit, eol, before, oneLine = true }: ListStyle): string {
  const names = targets.map((name) => JSON.stringify(name))
  const line = `[${names.join(', ')}]`
  if (oneLine && before + line.length <= WIDTH) return line
  return `[${eol}${names.map((name) => `${indent}${unit}${name}`).join(`,${eol}`)}${eol}${indent}]`
}

/** Throws Refusal where the text of a new project file has a mistake, as an answer may bring into it. */
export function refuseMistakes(file: string, text: string): void {
  const read = readProject({ file, root: path.dirname(file), content: JSON.parse(text) as FoundProject['content'], problem: undefined })
  if ('problem' in read) throw new Refusal(words.projectFileWrong(file, read.problem.what))
}

/** Why a destination would be a mistake in a project file. */
export function whyNotDestination(destination: Readonly<Record<string, string>> | undefined): string | undefined {
  const destinations = destination === undefined ? [] : [destination]
  const read = readProject({ file: PROJECT_FILE, root: '.', content: { project: 'x', destinations }, problem: undefined })
  return 'problem' in read ? read.problem.what.replace(/^destinations\[0\]\.?/u, '') : undefined
}

/** Where a project file of this folder would stand. */
export function projectFileIn(folder: string): string {
  return path.join(folder, PROJECT_FILE)
}
