import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { gnumakefile, includeFile, includeLines, isOurs } from '../../src/makefile/gnumakefile.ts'
import { cleanEnv, type Ended, type Env, run } from './cli.ts'
import { filesUnder, type Scratch, scratch } from './scratch.ts'
import { addFiles } from './testdir.ts'

/** The make that is tried; MAKE names another. */
export const MAKE = execFileSync('sh', ['-c', 'command -v "$0"', process.env.MAKE || 'make'], { encoding: 'utf8' }).trim()

/** Its version as a number to compare: 4.3 is 403. */
export const MAKE_VERSION = versionOf(execFileSync(MAKE, ['--version'], { encoding: 'utf8' }))

function versionOf(text: string): number {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/u.exec(text) ?? []
  return Number(major) * 100 + Number(minor)
}

/** How a repository is measured. */
export type Way = 'GNUmakefile' | 'include'

/** The files of a tree of makefiles; one that has a `Makefile` is measured by it. */
export type Tree = Readonly<Record<string, string>>

/** What one run did. */
export interface Did extends Ended {
  /** Files afterwards with their content, without ours. */
  readonly files: Readonly<Record<string, string>>
}

/** A run without us and the same with us. */
export interface Pair {
  readonly native: Did
  readonly measured: Did
  /** The names under which the measured run was recorded. */
  readonly recorded: readonly string[]
}

/** A place where the same command line is run in the same folder, first without us and then with us, by somebody who agreed. */
export interface SideBySide {
  readonly at: Scratch
  /** The folder of the tree. */
  readonly here: string
  readonly env: Record<string, string>
  /** Puts a tree there; with a way, one that is measured. */
  put(tree: Tree, way?: Way): void
  both(tree: Tree, line: string, more?: Env, way?: Way): Promise<Pair>
  /** The names under which runs were recorded so far. */
  recorded(): string[]
}

/** The tree is in a folder of the repository. */
const ABOVE = ['..']

/** Text of the generated file as the tests use it. */
export const generated = (makefile = 'Makefile'): string => gnumakefile({ makefile, above: ABOVE })

/** Makes the place; the tree is in a folder of its own below the project's file. */
export async function sideBySide(project: Readonly<Record<string, unknown>> = {}): Promise<SideBySide> {
  const at = scratch({ project })
  fs.rmSync(path.join(at.repo, 'Makefile'))
  // Messages begin with the name under which make was called.
  fs.symlinkSync(MAKE, path.join(at.folder, 'bin/make'))
  await at.agree()
  const here = path.join(at.repo, 'here')
  const put = (tree: Tree, way?: Way) => {
    fs.rmSync(here, { recursive: true, force: true })
    addFiles(here, way === undefined ? tree : measured(tree, way))
  }
  const does = async (line: string, more: Env): Promise<Did> => {
    const ended = await run('sh', ['-c', line], { cwd: here, env: cleanEnv(at.home, { ...at.env, ...more }) })
    return { ...ended, files: contents(here) }
  }
  const recorded = () => commandsIn(path.join(at.home, '.local/state/send-metrics'))
  return {
    at,
    here,
    env: at.env,
    put,
    recorded,
    both: async (tree, line, more = {}, way = 'GNUmakefile') => {
      put(unmeasured(way === 'include' ? asOwnGnumakefile(tree) : tree))
      const native = await does(line, more)
      const before = recorded().length
      put(tree, way)
      return { native, measured: await does(line, more), recorded: recorded().slice(before) }
    },
  }
}

/** What the include way is for: a repository whose makefile is a GNUmakefile. */
function asOwnGnumakefile(tree: Tree): Tree {
  const { Makefile = '', ...others } = tree
  return { ...others, GNUmakefile: Makefile }
}

/** Without the generated files that a tree has in folders of its own. */
function unmeasured(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([, text]) => !isOurs(text)))
}

function measured(tree: Tree, way: Way): Tree {
  if (way === 'GNUmakefile') return { ...tree, GNUmakefile: generated('makefile' in tree ? 'makefile' : 'Makefile') }
  const { top, bottom } = includeLines('send-metrics.mk')
  const own = asOwnGnumakefile(tree)
  return { ...own, GNUmakefile: `${top}${own.GNUmakefile}${bottom}`, 'send-metrics.mk': includeFile({ above: ABOVE }) }
}

function contents(folder: string): Record<string, string> {
  const names = filesUnder(folder).filter((name) => !['GNUmakefile', 'send-metrics.mk'].includes(path.basename(name)))
  return Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'latin1')]))
}

function commandsIn(state: string): string[] {
  return filesUnder(state)
    .filter((name) => path.basename(name).startsWith('runs-'))
    .flatMap((name) => fs.readFileSync(path.join(state, name), 'utf8').split('\n'))
    .filter((line) => line.includes('"type":"run"'))
    .map((line) => String((JSON.parse(line) as { command: string }).command))
}

/** The one line that a failed run has more at its end, as docs/makefiles.md has it; an inner make's own may be like it. */
const CLOSING = /(?<before>[\s\S]*)^make: \*\*\* \[(?:GNUmakefile|send-metrics\.mk):\d+: [^\]\n]*\] (?:Error 2|Interrupt|Terminated)\n/mu
const MARKS = /^(?:SEND_METRICS_INSIDE|TRACEPARENT)=.*\n/gmu

/** What a run did, without what is documented to be different. */
export function comparable({ files, stdout, stderr, ...end }: Did): Did {
  const unmarked = Object.entries(files).map(([name, text]) => [name, text.replace(MARKS, '')])
  // How long until then is told by the second, and the two did not run in the same one.
  const said = stderr.replace(CLOSING, '$<before>').replaceAll(/(?<= time )[0-9.]+(?= s in the future)/gu, 'n')
  return { ...end, stdout: stdout.replace(MARKS, ''), stderr: said, files: Object.fromEntries(unmarked) }
}
