import * as fs from 'node:fs'
import { inside } from '../disk/inside.ts'
import { makeFolders } from '../disk/make-folders.ts'
import { stateFolder } from '../disk/places.ts'
import { foreignHome } from '../disk/whose-home.ts'
import type { World } from '../world.ts'

/** The folder of one project's ledger and outboxes; `id` comes from the consent entry. Throws without a home. */
export function projectState(world: Pick<World, 'env' | 'home' | 'platform'>, id: string): string {
  const folder = stateFolder(world)
  if (folder === undefined) throw new Error('no home folder is known; set HOME or XDG_STATE_HOME')
  return inside(folder, id)
}

/**
 * The same for whoever writes there. In somebody else's home it is a place in which nothing can be, so that whatever is
 * tried fails as it does on a disk that takes nothing.
 */
export function stateToWrite(world: Pick<World, 'env' | 'home' | 'platform' | 'uid'>, id: string): string {
  return foreignHome(world) === undefined ? projectState(world, id) : inside('/dev/null', id)
}

/** The folders of every project that has records on this machine. */
export function projectStates(world: Pick<World, 'env' | 'home' | 'platform'>): string[] {
  const folder = stateFolder(world)
  if (folder === undefined) return []
  try {
    return fs.readdirSync(folder).map((name) => inside(folder, name))
  } catch {
    // There is none, or it is none that this person may look into.
    return []
  }
}

/** Makes a folder that only this person can look into. */
export function makeFolder(folder: string): void {
  makeFolders(folder)
}
