import * as path from 'node:path'
import { execa } from 'execa'
import { readText } from '../disk/plain-file.ts'
import { isFile } from '../disk/stat.ts'
import { isPassing, packageAdvice } from '../makefile/package-manager.ts'
import { OF_ANOTHER_MAKE } from '../makefile/read-database.ts'
import { foldersAbove, toolForMake } from '../makefile/tool-places.ts'
import { shellWord } from '../shell-word.ts'
import type { Environment, World } from '../world.ts'
import { checkMake, checkNode } from './check-programs.ts'
import type { Finding } from './checks.ts'
import { unloadable } from './package-files.ts'
import { whatRestoresTool } from './what-restores.ts'

const LIMIT_MS = 10_000
const ABOUT = 'tool'
const RESULT = 'so targets run and nothing is recorded'

/** How a makefile looks for the tool. */
interface Look {
  /** The file that says where. */
  readonly file: string
  /** That file is generated, and asks about the tool while make reads it. */
  readonly asksWhileRead: boolean
}

/** Whether make would reach the tool, be told to go on to Node, and find all of it there. None where make itself does not run. */
export async function checkTool(world: World, { file, asksWhileRead }: Look): Promise<Finding[]> {
  const { tool, answer } = asksWhileRead ? await askMake(world, file) : await askDoor(world, toolOf(world, file))
  if (tool === '') return (await checkMake(world)).state === 'problem' ? [] : [notFound(world)]
  if (answer === undefined)
    return [
      {
        about: ABOUT,
        state: 'note',
        text: `make finds ${tool}; here nothing follows a run (see ${world.env.MAKEFLAGS ? 'MAKEFLAGS and consent' : 'consent'})`,
      },
    ]
  if (!/^(?:go|no)\|/u.test(answer)) return [await notStarted(world, tool)]
  const [first, ...others] = unloadable(path.resolve(world.cwd, tool))
  if (first === undefined) return [{ about: ABOUT, state: 'ok', text: `make finds ${tool}` }]
  const more = others.length === 0 ? '' : `, and so it is with ${others.length} more of its files`
  const text = `make finds ${tool}, but ${first.file} ${first.what}${more}, ${RESULT}`
  return [{ about: ABOUT, state: 'problem', text, todo: whatRestoresTool(world, tool) }]
}

function notFound(world: World): Finding {
  const { command } = packageAdvice(world.env, world.cwd, ['.', ...foldersAbove(world.cwd)]) ?? {
    command: 'npm install --global send-metrics',
  }
  const todo = `${command}; or keep a copy in the repository: ${world.tool} init --vendor`
  return { about: ABOUT, state: 'problem', text: `make finds no send-metrics, ${RESULT}`, todo }
}

/** The shell that reads the tool says nothing where the file is damaged, and where it finds no Node. */
async function notStarted(world: World, tool: string): Promise<Finding> {
  const node = await checkNode(world)
  if (node.state === 'problem')
    return { about: ABOUT, state: 'problem', text: `make finds ${tool}, which finds no Node that starts, ${RESULT}`, todo: node.todo ?? '' }
  const text = `make finds ${tool}, which is damaged, ${RESULT}`
  return { about: ABOUT, state: 'problem', text, todo: whatRestoresTool(world, tool) }
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
  const named = [...text.matchAll(/(?<![\w./-])[\w./-]*\/send-metrics(?:\.js)?(?![\w.-])/gu)].map(([name]) => name)
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

/**
 * As it would be typed: without what a make around us has left, and what PATH has only as long as a package manager runs this. What a
 * person has set of that is theirs.
 */
function ownStart(env: Environment): Environment {
  const left = env.MAKELEVEL === undefined ? [] : OF_ANOTHER_MAKE
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !left.includes(name)))
  if (own.PATH === undefined) return own
  const lasting = own.PATH.split(path.delimiter).filter((folder) => !isPassing(env, folder))
  return { ...own, PATH: lasting.join(path.delimiter) }
}

/** The text of a makefile; empty where it cannot be read: make then says so better than we can. */
export function textOf(file: string): string {
  try {
    return readText(file)
  } catch {
    return ''
  }
}
