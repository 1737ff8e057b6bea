import * as fs from 'node:fs'
import * as path from 'node:path'
import { MANAGERS, NPM, type PackageManager } from '../package-managers.ts'
import type { Environment } from '../world.ts'

/** Where package.json is that a folder's packages come from, and the command that makes the tool one of them. */
export interface PackageAdvice {
  /** The line to type in the folder. */
  readonly command: string
  /** Whether package.json has the tool by now, and it is only to be installed. */
  readonly isListed: boolean
}

/**
 * How to have the tool installed with the packages of a folder: of the nearest package.json among these folders (itself as `.`,
 * then those above) that has it, else of the nearest, with the package manager whose lock file is nearest. Undefined where there is none, and for
 * Plug'n'Play of Yarn 1, which keeps packages where no makefile finds them.
 */
export function packageAdvice(env: Environment, folder: string, folders: readonly string[]): PackageAdvice | undefined {
  const has = (at: string, name: string) => fs.existsSync(path.join(folder, at, name))
  const listed = folders.find((one) => listsTool(manifestIn(path.join(folder, one))))
  const at = listed ?? folders.find((one) => has(one, 'package.json'))
  if (at === undefined || folders.some((one) => has(one, '.pnp.js') && !has(one, '.pnp.cjs'))) return undefined
  const around = folders.slice(folders.indexOf(at))
  const { add, atRoot, install } = managerOf(env, folder, around)
  const manifest = manifestIn(path.join(folder, at))
  const isRoot = atRoot !== undefined && (has(at, 'pnpm-workspace.yaml') || manifest.workspaces !== undefined)
  const command = listed !== undefined ? install : `${add}${isRoot ? ` ${atRoot}` : ''} send-metrics`
  return { command: at === '.' ? command : `(cd ${at} && ${command})`, isListed: listed !== undefined }
}

/** The package manager that runs this process; undefined where none does. */
export function runningManager(env: Environment): string | undefined {
  return /^[a-z]+(?=\/)/u.exec(env.npm_config_user_agent ?? '')?.[0]
}

/**
 * Whether a folder on PATH is there only as long as a package manager runs something: `npx`, `pnpm dlx` and the others put the
 * programs of a cache there, `npm exec` and `yarn run` those of the project. A person's own shell has none of them.
 */
export function isPassing(env: Environment, folder: string): boolean {
  if (runningManager(env) === undefined) return false
  return folder === env.BERRY_BIN_FOLDER || /(?:^|\/)(?:node_modules\/(?:[^/]+\/){0,2}\.bin|(?:xfs-|yarn--)[^/]*)\/?$/u.test(folder)
}

function managerOf(env: Environment, folder: string, folders: readonly string[]): PackageManager {
  for (const at of folders) {
    for (const manager of MANAGERS) {
      const lock = manager.locks.map((name) => path.join(folder, at, name)).find((file) => fs.existsSync(file))
      if (lock !== undefined && (manager.lockSays?.test(textOf(lock)) ?? true)) return manager
    }
  }
  const asked = folders.map((at) => manifestIn(path.join(folder, at)).packageManager).find((one) => typeof one === 'string')
  const name = typeof asked === 'string' ? asked.split('@')[0] : runningManager(env)
  return MANAGERS.find((manager) => manager.name === name && manager.lockSays === undefined) ?? NPM
}

function listsTool({ dependencies, devDependencies }: Record<string, unknown>): boolean {
  return [dependencies, devDependencies].some((list) => isObject(list) && 'send-metrics' in list)
}

function manifestIn(folder: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(textOf(path.join(folder, 'package.json')))
    return isObject(content) ? content : {}
  } catch {
    return {}
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').replace(/^\uFEFF/u, '')
  } catch {
    return ''
  }
}
