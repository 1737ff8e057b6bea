import * as fs from 'node:fs'
import * as path from 'node:path'
import { isAlive } from '../disk/is-alive.ts'
import { readText } from '../disk/plain-file.ts'
import { removeFile } from '../disk/remove-file.ts'
import { makeFolder } from '../journal/state.ts'
import type { World } from '../world.ts'

/** Holds a place for one process as long as it lives, so that two do not report the same things. */
export class Hold {
  private readonly file: string
  private readonly world: Pick<World, 'pid' | 'now'>

  constructor(file: string, world: Pick<World, 'pid' | 'now'>) {
    this.file = file
    this.world = world
  }

  /**
   * Takes the place, or shows that it is still used; to be called again and again. Undefined if it is ours, else the number of
   * the process that has it. A holder that is dead, or has not shown itself for `staleMs`, has lost it. Throws the file system's error.
   */
  take(staleMs: number): number | undefined {
    const holder = this.holder()
    if (holder !== undefined && holder !== this.world.pid && isAlive(holder) && this.isFresh(staleMs)) return holder
    if (holder !== this.world.pid) {
      makeFolder(path.dirname(this.file))
      removeFile(this.file)
      try {
        fs.writeFileSync(this.file, String(this.world.pid), { flag: 'wx', mode: 0o600 })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return this.holder()
        throw error
      }
    }
    const seconds = this.world.now() / 1_000
    fs.utimesSync(this.file, seconds, seconds)
    return undefined
  }

  /** Gives the place up, if it is ours. */
  release(): void {
    if (this.holder() === this.world.pid) removeFile(this.file)
  }

  private holder(): number | undefined {
    try {
      return Number(readText(this.file)) || undefined
    } catch {
      return undefined
    }
  }

  private isFresh(staleMs: number): boolean {
    const shown = fs.statSync(this.file, { throwIfNoEntry: false })?.mtimeMs ?? 0
    return Math.abs(this.world.now() - shown) < staleMs
  }
}
