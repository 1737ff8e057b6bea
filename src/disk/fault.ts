import * as fs from 'node:fs'
import * as path from 'node:path'
import type { World } from '../world.ts'
import { stateFolder } from './places.ts'
import { readText } from './plain-file.ts'
import { foreignHome } from './whose-home.ts'

/** A fault of this tool before a target was started, as it is kept for `doctor`. */
export interface KeptFault {
  /** RFC 3339. */
  readonly at: string
  readonly message: string
}

/** Where the last fault is kept; undefined where no folder for records is known. */
export function faultFile(world: Pick<World, 'env' | 'home' | 'platform'>): string | undefined {
  const folder = stateFolder(world)
  return folder === undefined ? undefined : path.join(folder, 'fault.json')
}

/**
 * Keeps a fault, once: while one is kept, later ones are not. Only where records are kept already, since nothing is written
 * for people who have not agreed to any. Throws the file system's error.
 */
export function keepFault(world: World, error: unknown): void {
  const file = faultFile(world)
  if (file === undefined || !fs.existsSync(path.dirname(file)) || fs.existsSync(file)) return
  if (foreignHome(world) !== undefined) return
  const kept: KeptFault = {
    at: new Date(world.now()).toISOString(),
    message: String((error as Error)?.stack ?? error).slice(0, 2_000),
  }
  fs.writeFileSync(file, `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: 'wx' })
}

/** The fault that is kept; undefined where there is none, or nothing that can be read as one. */
export function keptFault(world: Pick<World, 'env' | 'home' | 'platform'>): KeptFault | undefined {
  const file = faultFile(world)
  try {
    const { at, message } = JSON.parse(readText(file ?? '')) as Record<string, unknown>
    return { at: String(at), message: String(message) }
  } catch {
    return undefined
  }
}
