import * as fs from 'node:fs'
import { isMake, parentOf } from '../context/processes.ts'
import type { Environment, World } from '../world.ts'
import { readCommandLine } from './make-command-line.ts'
import type { TargetCommand } from './run-target.ts'

/** A shell script or two may stand between make and us (pnpm's, a version manager's). */
const FURTHEST_MAKE = 4

/** The command for a make that takes the place of the one that started us, as the generated GNUmakefile has it. */
export async function standingIn(world: World, command: TargetCommand): Promise<TargetCommand> {
  return { ...command, args: [...(await optionsNotHandedDown(world)), ...command.args], env: standInEnvironment(command.env) }
}

/**
 * The environment for a make that takes the place of the one that started us: what that one added for a
 * make below it is taken back.
 */
export function standInEnvironment(env: Environment): Environment {
  // make sets MFLAGS anew.
  const { MAKELEVEL, MFLAGS: _dropped, ...rest } = env
  const level = Number(MAKELEVEL ?? 0) - 1
  const flags = rest.MAKEFLAGS === undefined ? {} : { MAKEFLAGS: withoutDirectories(rest.MAKEFLAGS) }
  return { ...rest, ...flags, ...(level > 0 ? { MAKELEVEL: String(level) } : {}) }
}

/**
 * MAKEFLAGS without the `w` of its cluster: the make that started us has announced its directory. It has not where
 * output is kept together for each line or target; then the one below does so.
 */
function withoutDirectories(makeflags: string): string {
  const [first = ''] = makeflags.split(/\s/u, 1)
  if (first.startsWith('-') || first.includes('=') || /(?:^| )-O(?!none|recurse)/u.test(makeflags)) return makeflags
  // Behind a letter that has a value, a cluster goes on with that (3.81).
  return makeflags.replace(/^(?:(?![jlIOCfoWE])[A-Za-z])+/u, (letters) => letters.replace('w', ''))
}

/** Options of the make that started us that it does not hand down: -o and -W, with their files. */
async function optionsNotHandedDown(world: World): Promise<string[]> {
  let pid = world.ppid
  for (let steps = 0; steps < FURTHEST_MAKE; steps++) {
    const found = world.platform === 'linux' ? fromProc(pid) : await fromPs(world, pid)
    if (found === undefined) return []
    const [program = '', ...words] = found.words
    if (isMake(program)) return onlyFiles(words)
    pid = found.parent
  }
  return []
}

interface Process {
  readonly parent: number
  readonly words: readonly string[]
}

/** Format: proc(5), cmdline. */
function fromProc(pid: number): Process | undefined {
  try {
    const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
    return { parent: parentOf(pid) ?? 0, words }
  } catch {
    return undefined
  }
}

/** Where there is no /proc. Words with blanks in them come apart, so that such a file's name is lost. */
function fromPs(world: World, pid: number): Promise<Process | undefined> {
  return new Promise((resolve) => {
    const ps = world.spawn('ps', ['-ww', '-o', 'ppid=,args=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    ps.stdout?.on('data', (part: Buffer) => {
      text += part.toString()
    })
    ps.once('error', () => resolve(undefined))
    ps.once('close', () => {
      const [parent, ...words] = text.trim().split(/\s+/u)
      resolve(words.length > 0 ? { parent: Number(parent), words } : undefined)
    })
  })
}

function onlyFiles(words: readonly string[]): string[] {
  return readCommandLine(words).options.flatMap(({ name, value }) =>
    (name === 'o' || name === 'W') && value !== undefined ? [`-${name}`, value] : [],
  )
}
