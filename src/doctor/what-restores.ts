import * as fs from 'node:fs'
import * as path from 'node:path'
import { packageAdvice } from '../makefile/package-manager.ts'
import { foldersAbove } from '../makefile/tool-places.ts'
import { VENDOR_FOLDER } from '../makefile/vendor.ts'
import { shellWord } from '../shell-word.ts'
import type { World } from '../world.ts'
import { packageOf } from './package-files.ts'

/**
 * The commands that restore a file of a repository's copy, or all of it. What was committed is whole, unless somebody committed
 * the damage. git is not asked: a person may have said no to that.
 */
export function whatRestores(world: Pick<World, 'cwd'>, folder: string, name: string | undefined): string {
  const place = shellWord(path.relative(world.cwd, path.join(folder, VENDOR_FOLDER, name ?? '')))
  const remove = name === undefined ? 'rm -rf' : 'rm -f'
  const anew = `${remove} ${place}, then in ${path.relative(world.cwd, folder) || 'this folder'}: npx send-metrics init --vendor`
  return isInGit(folder) ? `git checkout -- ${place}; if it is not better then: ${anew}` : anew
}

/** The commands that put the tool that make finds into its place anew. */
export function whatRestoresTool(world: Pick<World, 'cwd' | 'env' | 'tool'>, tool: string): string {
  const file = path.resolve(world.cwd, tool)
  const [folder, inCopy] = file.split(`${path.sep}${VENDOR_FOLDER}${path.sep}`)
  if (folder !== undefined && inCopy !== undefined) return whatRestores(world, folder, undefined)
  const place = packageOf(file)
  if (place?.split(path.sep).includes('node_modules') && file.split(path.sep).includes('node_modules')) {
    const { command } = packageAdvice(world.env, world.cwd, ['.', ...foldersAbove(world.cwd)]) ?? { command: 'npm install' }
    return `rm -rf ${shellWord(path.relative(world.cwd, place))}, then: ${command}`
  }
  return `install it anew: npm install --global send-metrics; or keep a copy in the repository: ${world.tool} init --vendor`
}

function isInGit(folder: string): boolean {
  if (fs.existsSync(path.join(folder, '.git'))) return true
  return path.dirname(folder) !== folder && isInGit(path.dirname(folder))
}
