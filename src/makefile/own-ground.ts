import * as fs from 'node:fs'
import * as path from 'node:path'
import { realPath } from '../destinations/reach.ts'
import { PROJECT_FILE } from '../project/find.ts'
import type { Checkout } from './ask-git.ts'
import type { FileChange } from './file-changes.ts'
import { Refusal } from './refusal.ts'
import { words } from './words.ts'

/** What `init` may write to. */
export interface Ground {
  /** The folder in which it was called. */
  readonly folder: string
  readonly checkout: Pick<Checkout, 'root' | 'exclude'> | undefined
}

/**
 * Whether `init` can have written a file, wherever links lead: it is in the checkout and not git's own, or it is the list of ignored
 * files, or, outside of git, it is in the folder or a project file above. A record may say anything.
 */
export function isOnGround({ folder, checkout }: Ground, file: string): boolean {
  const real = realPath(path.resolve(file))
  if (checkout !== undefined && real === realPath(checkout.exclude)) return true
  if (path.basename(real) === PROJECT_FILE && checkout === undefined && isBelow(path.dirname(real), realPath(folder))) return true
  const root = realPath(checkout?.root ?? folder)
  return isBelow(root, real) && !path.relative(root, real).split(path.sep).includes('.git')
}

/** Refuses to change what a makefile is a link to, which a commit can lead anywhere. Throws Refusal. */
export function refuseOffGround(ground: Ground, changes: readonly FileChange[]): void {
  const off = changes.find(({ file }) => !isOnGround(ground, file))
  if (off !== undefined) throw new Refusal([words.leadsOut(path.relative(ground.folder, off.file)), words.nothingChanged()])
}

function isBelow(folder: string, file: string): boolean {
  const below = path.relative(folder, file)
  return below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below)
}

/** The first link on the way from a folder down to a file in it, the folder itself included; undefined where there is none. */
export function linkOnTheWay(folder: string, file: string): string | undefined {
  const names = path.relative(folder, file).split(path.sep)
  const places = names.map((_name, at) => path.join(folder, ...names.slice(0, at + 1)))
  return [folder, ...places].find((place) => fs.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink())
}
