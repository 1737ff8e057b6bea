import * as fs from 'node:fs'
import * as path from 'node:path'
import { isFile } from '../disk/stat.ts'
import { GNUMAKEFILE, INCLUDED, isOurs } from '../makefile/gnumakefile.ts'
import { makefileBeside, makefileIn } from '../makefile/makefile-names.ts'
import { saysWrap } from '../makefile/present-way.ts'
import type { FoundProject } from '../project/find.ts'
import type { World } from '../world.ts'
import { checkTool, textOf } from './check-tool.ts'
import type { Finding } from './checks.ts'
import { troubleWith } from './trouble.ts'

/** How a makefile calls this tool. */
export interface Way {
  /** For a person: which file does what. */
  readonly text: string
  /** The file that says where the tool is looked for. */
  readonly file: string
  /** That file is generated, and asks about the tool while make reads it. */
  readonly asksWhileRead: boolean
}

/** Which way the makefile here is instrumented, and whether make would reach the tool by it. */
export async function checkMakefile(world: World, found: FoundProject | undefined): Promise<Finding[]> {
  const about = 'makefile'
  const here = makefileIn(world.cwd)
  const trouble = here === undefined ? undefined : troubleWith(world, path.join(world.cwd, here), 'text')
  if (trouble !== undefined) return [{ about, state: 'problem', text: trouble.text, todo: trouble.todo }]
  const way = here === undefined ? undefined : wayOf(world.cwd, here)
  if (way !== undefined && way.file === GNUMAKEFILE && way.asksWhileRead && makefileBeside(world.cwd) === undefined) {
    const text = `${GNUMAKEFILE} is ours, and there is no Makefile or makefile beside it, so no target runs here`
    return [{ about, state: 'note', text, todo: `make it first, or bring it back; to take this one away: ${world.tool} init --undo` }]
  }
  if (way !== undefined) return [{ about, state: 'ok', text: way.text }, ...(await checkTool(world, way))]
  if (here !== undefined && lacksIncluded(world.cwd, here)) {
    const text = `${here} includes ${INCLUDED}, which is not here, so nothing that make runs here is recorded`
    return [{ about, state: 'problem', text, todo: `${world.tool} init writes it again; commit it with ${here}` }]
  }
  if (found === undefined) return []
  const above = measuredAbove(world.cwd, found.root)
  const text =
    here === undefined
      ? 'there is no makefile in this folder'
      : `${here} does not call send-metrics, so nothing that make runs here is recorded`
  if (above !== undefined) {
    // A tool that is named by its way from somewhere else is nothing to type here.
    const isHere = !/^\.{1,2}\//u.test(world.tool) || isFile(path.resolve(world.cwd, world.tool))
    const init = here !== undefined && isHere ? `, or ${world.tool} init in ${world.cwd}` : ''
    return [{ about, state: 'note', text: `${text}; in ${above.folder}: ${above.way.text}`, todo: `call make in ${above.folder}${init}` }]
  }
  if (here === undefined) return [{ about, state: 'note', text, todo: 'look in the folder that make is called in' }]
  return [
    { about, state: 'problem', text, todo: `${world.tool} init shows what to add; or run a target by ${world.tool} wrap -- make <target>` },
  ]
}

/** The nearest folder above, up to the project's, whose makefile calls this tool. */
function measuredAbove(cwd: string, root: string): { folder: string; way: Way } | undefined {
  for (let folder = cwd; folder !== root && path.dirname(folder) !== folder; ) {
    folder = path.dirname(folder)
    const makefile = makefileIn(folder)
    const way = makefile === undefined ? undefined : wayOf(folder, makefile)
    if (way !== undefined) return { folder, way }
  }
  return undefined
}

/** How a makefile of this folder, or one that it includes, calls this tool; undefined where none does. */
export function wayOf(folder: string, makefile: string): Way | undefined {
  const text = textOf(path.join(folder, makefile))
  if (isOurs(text)) return { text: `${makefile} hands every target to send-metrics`, file: makefile, asksWhileRead: true }
  for (const name of includedBy(text)) {
    if (isOurs(textOf(path.join(folder, name)))) {
      return { text: `${makefile} includes ${name}, which hands every target to send-metrics`, file: name, asksWhileRead: true }
    }
  }
  for (const name of [makefile, ...includedBy(text)]) {
    const rules = callsOfWrap(textOf(path.join(folder, name)))
    if (rules > 0) return { text: `${name} calls wrap in ${rules === 1 ? 'one rule' : `${rules} rules`}`, file: name, asksWhileRead: false }
  }
  return undefined
}

/** Whether a makefile has our lines, and the file that they name is gone or was never committed. */
function lacksIncluded(folder: string, makefile: string): boolean {
  return includedBy(textOf(path.join(folder, makefile))).includes(INCLUDED) && !fs.existsSync(path.join(folder, INCLUDED))
}

/** Files that a makefile includes by their plain names. */
function includedBy(text: string): string[] {
  return [...text.matchAll(/^ *[-s]?include +([^\n#]*)/gmu)]
    .flatMap(([, names = '']) => names.split(/\s+/u))
    .filter((name) => name !== '' && !/[$*?[]/u.test(name))
}

/** Lines of recipes that call `wrap`, by the tool's name or through the variable that its door sets. */
function callsOfWrap(text: string): number {
  return text.split('\n').filter((line) => !line.trimStart().startsWith('#') && saysWrap(line)).length
}
