import * as fs from 'node:fs'
import { ageOnItsDisk, type Life, lifeOf, nameHolder } from './holder.ts'
import { inside } from './inside.ts'
import { readText } from './plain-file.ts'

/** Between two looks at a folder that somebody else holds, ms. */
export const STEP_MS = 5
/** Nobody holds a folder for so long, by the clock of its own file system. */
const LONG_AGO_MS = 10 * 60_000
const FIRST = '1'
/** Nobody's lines go on for longer; damaged ones may go in a circle. */
const MOST_TURNS = 100

/**
 * A folder that one process at a time holds, because making one is atomic everywhere. The holder's line stands in it;
 * whoever takes the folder over from a dead holder adds a line that names the dead one's, which one process alone can
 * do, so nobody ever takes away what a third has just taken. The clock of another machine is never compared with ours.
 */
export class HeldFolder {
  private readonly folder: string
  private readonly token = Math.random().toString(36).slice(2)
  private readonly line: string
  private seen = ''
  private looks = 0
  private isLongAgo = false
  /** What is known of whoever holds it, after a try that failed. */
  life: Life = 'unknown'

  constructor(folder: string, pid: number) {
    this.folder = folder
    this.line = `${nameHolder(pid)} ${this.token}`
  }

  /** For how long the same holder was seen, ms: looks are counted, so that nothing passes while this machine stands still. */
  get unchangedMs(): number {
    return this.looks * STEP_MS
  }

  /**
   * Takes it if it is free, if its holder is dead, or if nothing can be known of him and nothing changed for `staleMs`.
   * Throws the file system's error.
   */
  take(staleMs: number): boolean {
    if (this.make()) return this.name()
    const last = this.look()
    if (last === undefined) return false
    const isNobodys = this.life === 'unknown' && (this.isLongAgo || this.unchangedMs >= staleMs)
    if ((this.life !== 'dead' && !isNobodys) || this.isForeign()) return false
    if (!last.isFolder) this.putAway()
    return this.add(last.token === undefined ? FIRST : after(last.token)) && this.isOurs()
  }

  /** Gives it back, unless it was taken over from us by now. */
  release(): void {
    if (this.isOurs()) this.putAway()
  }

  /** In one step, so that nobody ever finds half of it. */
  private putAway(): void {
    const aside = `${this.folder}.free.${this.token}`
    try {
      fs.renameSync(this.folder, aside)
      // More than once: a process that was about to add a line may have found the folder before it had another name.
      fs.rmSync(aside, { recursive: true, force: true, maxRetries: 3, retryDelay: 1 })
    } catch {
      // Somebody else's; a folder that stays as it is gets taken over in time.
    }
  }

  /** Whether something lies there that no holder leaves: it may stand beside a file in a repository, where anything may have that name. */
  private isForeign(): boolean {
    const stat = fs.lstatSync(this.folder, { throwIfNoEntry: false })
    if (stat?.isDirectory()) return fs.readdirSync(this.folder).some((name) => name !== FIRST && !name.startsWith(after('')))
    if (stat?.isSymbolicLink()) return fs.existsSync(this.folder)
    // A version that knew of files only wrote its process number there.
    return stat !== undefined && stat.size > 0 && !/^\d+$/u.test(textOf(this.folder) ?? '')
  }

  private make(): boolean {
    try {
      fs.mkdirSync(this.folder, { mode: 0o700 })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return false
    }
  }

  /** Notes what is there now, and whether that is what was there the last time. */
  private look(): { token: string | undefined; isFolder: boolean } | undefined {
    const stat = fs.lstatSync(this.folder, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) return undefined
    const last = this.last()
    const now = `${stat.ino} ${stat.mtimeNs} ${last?.token} ${last?.holder}`
    this.looks = now === this.seen ? this.looks + 1 : 0
    this.life = lifeOf(last?.holder ?? '')
    if (now !== this.seen) this.isLongAgo = this.life === 'unknown' && (ageOnItsDisk(this.folder) ?? 0) > LONG_AGO_MS
    this.seen = now
    return { token: last?.token, isFolder: stat.isDirectory() }
  }

  /** The last line in it. */
  private last(): { holder: string; token: string } | undefined {
    let last: { holder: string; token: string } | undefined
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      const words = this.read(last === undefined ? FIRST : after(last.token))?.split(' ')
      if (words === undefined) break
      last = { token: words.pop() ?? '', holder: words.join(' ') }
    }
    return last
  }

  private read(name: string): string | undefined {
    return textOf(inside(this.folder, name))
  }

  /** Says in a folder that we have just made who holds it. */
  private name(): boolean {
    try {
      return this.add(FIRST)
    } catch (error) {
      this.putAway()
      throw error
    }
  }

  /** False where another process was quicker. A folder that takes no line is not ours, and put away. */
  private add(name: string): boolean {
    try {
      fs.writeFileSync(inside(this.folder, name), this.line, { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EDQUOT') throw error
      if (code !== 'EEXIST' && code !== 'ENOENT') this.putAway()
      return false
    }
  }

  private isOurs(): boolean {
    return this.last()?.token === this.token
  }
}

function textOf(file: string): string | undefined {
  try {
    return readText(file)
  } catch {
    return undefined
  }
}

const after = (token: string): string => `after-${token}`
