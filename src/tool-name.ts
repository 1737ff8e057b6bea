import * as fs from 'node:fs'
import * as path from 'node:path'
import { statOf } from './disk/stat.ts'
import { MANAGERS, NPM } from './package-managers.ts'
import { shellWord } from './shell-word.ts'
import type { Environment } from './world.ts'

/** Where somebody reads a message, and which copy of this tool says it. */
export interface Reader {
  readonly env: Environment
  /** Absolute; undefined where the folder was deleted. */
  readonly cwd: string | undefined
  /** The file that was started, as it was named then. */
  readonly started: string | undefined
}

const NAME = 'send-metrics'
/** The copy that `init --vendor` keeps in a repository, from its root. */
const VENDORED = '.send-metrics/bin/send-metrics'

/** Folders in which a package is kept for one command, and what gives it that command once more. */
const ONCE: readonly { readonly folder: RegExp; readonly run: string }[] = [
  { folder: /[\\/]_npx[\\/]/u, run: 'npx' },
  { folder: /[\\/]xfs-[^\\/]+[\\/]/u, run: 'yarn dlx' },
  { folder: /[\\/]dlx[-\\/]/u, run: 'pnpm dlx' },
]

/** What a person types to start this tool where they are: the first of these that works. */
export function toolName(reader: Reader): string {
  if (isOnPath(reader.env)) return NAME
  const here = reader.cwd === undefined ? undefined : inRepository(reader.cwd)
  if (here !== undefined || reader.started === undefined) return here ?? NAME
  const once = keptForOnce(reader.started)
  return once === undefined ? shellWord(reader.started) : `${once} ${NAME}`
}

/** What gives a person the tool again that is only there for a moment; undefined where it stays. */
function keptForOnce(place: string): string | undefined {
  return ONCE.find(({ folder }) => folder.test(place))?.run
}

function isOnPath({ PATH = '' }: Environment): boolean {
  return PATH.split(path.delimiter).some(
    (folder) => path.isAbsolute(folder) && isLasting(`${folder}/`) && isProgram(path.join(folder, NAME)),
  )
}

/** A package manager puts its own folders on PATH for one command, and nothing in them can be typed afterwards. */
function isLasting(folder: string): boolean {
  return !/[\\/]node_modules[\\/]\.bin[\\/]/u.test(folder) && keptForOnce(folder) === undefined
}

/** Looks from here up to the git root for a copy of the tool, or for packages of which it is one. */
function inRepository(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    for (const entry of [VENDORED, `${VENDORED}.js`]) {
      if (isProgram(path.join(folder, entry))) return shellWord(path.relative(cwd, path.join(folder, entry)))
    }
    if (isProgram(path.join(folder, 'node_modules/.bin', NAME)) || dependsOnUs(folder))
      return `${runnerFrom(folder, folder !== cwd)} ${NAME}`
    if (isRoot(folder)) return undefined
  }
}

/** By the lock file, which in a monorepo is at the root. */
function runnerFrom(folder: string, isBelow: boolean): string {
  for (let at = folder; ; at = path.dirname(at)) {
    const manager = MANAGERS.find(({ locks, lockSays }) =>
      locks.some((name) => fs.existsSync(path.join(at, name)) && (lockSays === undefined || says(path.join(at, name), lockSays))),
    )
    if (manager !== undefined) {
      const { run, runBelow = run, workspaces } = manager
      const reaches = workspaces !== undefined && fs.existsSync(path.join(folder, workspaces))
      return isBelow && !reaches ? runBelow : run
    }
    if (isRoot(at)) return NPM.run
  }
}

function says(file: string, words: RegExp): boolean {
  try {
    return words.test(fs.readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

function isRoot(folder: string): boolean {
  return fs.existsSync(path.join(folder, '.git')) || path.dirname(folder) === folder
}

/** With yarn's Plug'n'Play there is no node_modules. */
function dependsOnUs(folder: string): boolean {
  try {
    return fs.readFileSync(path.join(folder, '.pnp.cjs'), 'utf8').includes(`"${NAME}"`)
  } catch {
    return false
  }
}

function isProgram(file: string): boolean {
  const stat = statOf(file)
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0
}
