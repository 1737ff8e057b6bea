import * as fs from 'node:fs'
import * as path from 'node:path'
import { execa } from 'execa'
import { readText } from '../disk/plain-file.ts'
import { isFile } from '../disk/stat.ts'
import { GNUMAKEFILE, INCLUDED, isOurs } from '../makefile/gnumakefile.ts'
import { makefileBeside, makefileIn } from '../makefile/makefile-names.ts'
import { OF_ANOTHER_MAKE } from '../makefile/read-database.ts'
import { toolForMake } from '../makefile/tool-places.ts'
import type { FoundProject } from '../project/find.ts'
import { shellWord } from '../shell-word.ts'
import type { Environment, World } from '../world.ts'
import type { Finding } from './checks.ts'
import { troubleWith } from './trouble.ts'

const LIMIT_MS = 10_000

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
    return [{ about, state: 'note', text, todo: `bring that back, or take this one away: ${world.tool} init --undo` }]
  }
  if (way !== undefined) return [{ about, state: 'ok', text: way.text }, await checkTool(world, way)]
  if (here !== undefined && lacksIncluded(world.cwd, here)) {
    const text = `${here} includes ${INCLUDED}, which is not here, so nothing that make runs here is recorded`
    return [{ about, state: 'problem', text, todo: `${world.tool} init writes it again; commit it with ${here}` }]
  }
  if (found === undefined) return []
  const { root } = found
  const atRoot = root === world.cwd ? undefined : makefileIn(root)
  const rootWay = atRoot === undefined ? undefined : wayOf(root, atRoot)
  const text =
    here === undefined
      ? 'there is no makefile in this folder'
      : `${here} does not call send-metrics, so nothing that make runs here is recorded`
  if (rootWay !== undefined) {
    const todo = `call make in ${root}, or ${world.tool} init${here === undefined ? ' where the makefile is' : ` in ${world.cwd}`}`
    return [{ about, state: 'note', text: `${text}; in ${root}: ${rootWay.text}`, todo }]
  }
  if (here === undefined) return [{ about, state: 'note', text, todo: 'look in the folder that make is called in' }]
  return [
    { about, state: 'problem', text, todo: `${world.tool} init shows what to add; or run a target by ${world.tool} wrap -- make <target>` },
  ]
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
  return [...text.matchAll(/^(?!\s*#).*(?:\bsend-metrics\S*"?|\$\$send_metrics\S*\s+\S+)\s+wrap\b/gmu)].length
}

/** Empty where it cannot be read: make then says so better than we can. */
function textOf(file: string): string {
  try {
    return readText(file)
  } catch {
    return ''
  }
}

/** Whether make would reach the tool, and be told to go on to Node. */
async function checkTool(world: World, { file, asksWhileRead }: Way): Promise<Finding> {
  const about = 'tool'
  const { tool, answer } = asksWhileRead ? await askMake(world, file) : await askDoor(world, toolOf(world, file))
  const copy = `${world.tool} init --vendor keeps a copy in the repository`
  if (tool === '')
    return {
      about,
      state: 'problem',
      text: `make finds no send-metrics, so targets run and nothing is recorded`,
      todo: `install it, or: ${copy}`,
    }
  if (answer === undefined)
    return {
      about,
      state: 'note',
      text: `make finds ${tool}; here nothing follows a run (see ${world.env.MAKEFLAGS ? 'MAKEFLAGS and consent' : 'consent'})`,
    }
  if (/^(?:go|no)\|/u.test(answer)) return { about, state: 'ok', text: `make finds ${tool}` }
  const text = `make finds ${tool}, which is damaged or finds no Node that starts, so targets run and nothing is recorded`
  return { about, state: 'problem', text, todo: `see node below; else put it there anew: ${copy}` }
}

interface Asked {
  /** Where make finds the tool; empty where it does not. */
  readonly tool: string
  /** What the door says: `go|program`, `no|project`, empty for nothing; undefined where make need not ask. */
  readonly answer: string | undefined
  /** What keeps make from asking, in the words of the generated file. */
  readonly not: readonly string[]
}

/**
 * Of a generated file, make reads the part that looks for the tool, and stops before anything else is read or run. `words` are
 * options and goals as they are typed.
 */
export async function askMake(world: World, file: string, words: readonly string[] = []): Promise<Asked> {
  const [conditions = ''] = textOf(path.join(world.cwd, file)).split(/^ *ifeq \(\$\(send_metrics_program\),\)$/mu)
  const input = `${conditions}\n$(info send-metrics|$(send_metrics_tool)|$(strip $(send_metrics_not))|$(send_metrics_answer))\n$(error read)\n`
  const { stdout } = await run(world, world.env.MAKE || 'make', ['-f', '-', ...words], input)
  const [, tool = '', not = '', answer = ''] = /^send-metrics\|([^|]*)\|([^|]*)\|(.*)$/mu.exec(stdout) ?? []
  return { tool, answer: not === '' ? answer : undefined, not: not.split(' ').filter((word) => word !== '') }
}

async function askDoor(world: World, tool: string): Promise<Asked> {
  if (tool === '') return { tool, answer: '', not: [] }
  const { stdout } = await run(world, 'sh', ['-c', `set -- --door; command . ${shellWord(path.resolve(world.cwd, tool))}`])
  return { tool, answer: stdout, not: [] }
}

/** Where a rule that calls `wrap` finds the tool. */
function toolOf({ env, cwd }: World, file: string): string {
  const text = textOf(path.join(cwd, file))
  const named = [...text.matchAll(/[\w./-]*\/send-metrics(?:\.js)?(?![\w.-])/gu)].map(([name]) => name)
  const found = named.find((name) => isFile(path.resolve(cwd, name)))
  if (found !== undefined) return found
  return toolForMake({ env }, cwd) ?? ''
}

async function run(world: World, program: string, args: readonly string[], input = ''): Promise<{ stdout: string }> {
  const { stdout } = await execa(program, args, {
    cwd: world.cwd,
    reject: false,
    timeout: LIMIT_MS,
    env: ownStart(world.env) as NodeJS.ProcessEnv,
    extendEnv: false,
    input,
  })
  return { stdout: stdout ?? '' }
}

/** As it would be typed: without what a make around us has left. What a person has set of that is theirs. */
function ownStart(env: Environment): Environment {
  const left = env.MAKELEVEL === undefined ? [] : OF_ANOTHER_MAKE
  return Object.fromEntries(Object.entries(env).filter(([name]) => !left.includes(name)))
}
