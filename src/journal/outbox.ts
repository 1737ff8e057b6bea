import * as fs from 'node:fs'
import * as path from 'node:path'
import { inside } from '../disk/inside.ts'
import { isAlive } from '../disk/is-alive.ts'
import { writeText } from '../disk/plain-file.ts'
import { removeFile } from '../disk/remove-file.ts'
import type { Message } from '../event/message.ts'
import { madeAt } from './made-at.ts'
import { CLAIMED, ID_LENGTH, isHeldName, isWaitingName, PREPARED } from './outbox-names.ts'
import { PassedOver } from './passed-over.ts'
import { type ReadMessage, readMessage } from './read-message.ts'
import { makeFolder } from './state.ts'

/** An outbox never holds more events than this, nor any for longer. */
export const OUTBOX_MOST = 1_000
export const OUTBOX_DAYS = 30

/** A claim this old is void even if its process number is in use again; so is what was prepared and not recorded. */
const CLAIM_MS = 10 * 60_000
const DAY_MS = 86_400_000
const TOO_MANY = `the outbox held more than ${OUTBOX_MOST} events`

/** An event that this process alone may deliver until it settles it. */
export interface Claimed {
  readonly message: Message
  /** Where the claimed file lies. */
  readonly file: string
}

/** What claiming gave: what is ours now, what had to go, and how many events are held in all. */
export interface Claiming {
  readonly claimed: Claimed[]
  readonly losses: Loss[]
  readonly held: number
  /** What this process may not read: it stays for one that may. */
  readonly passedOver: PassedOver
}

/** What had to be let go, and why, so that the ledger can say so. */
export interface Loss {
  readonly id: string
  readonly reason: string
}

/**
 * Undelivered events for one destination, a file each, named by UUID v7 so that names sort by age.
 * A file is written beside, recorded in the ledger and renamed in, claimed by renaming, and removed when it is settled, so any
 * number of processes can share the folder, and one that dies leaves nothing half done.
 */
export class Outbox {
  readonly folder: string
  private readonly pid: number

  constructor(folder: string, pid: number) {
    this.folder = folder
    this.pid = pid
  }

  /**
   * Writes an event beside the others, on disk when this returns, but not yet among them. `commit` puts it
   * there, when the ledger has it too. Throws the file system's error.
   */
  prepare(message: Message): void {
    const beside = this.beside(message.id)
    try {
      writeText(beside, JSON.stringify(message))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw cleanUp(beside, error)
      makeFolder(this.folder)
      writeText(beside, JSON.stringify(message))
    }
  }

  /** Puts a prepared event among those that wait. Throws the file system's error. */
  commit(id: string): void {
    this.rename(path.basename(this.beside(id)), `${id}.json`)
  }

  /**
   * Lets the oldest go where there are more than may wait, as `claim` does, too: runs that only write, because
   * nothing can be sent, must not fill a disk. Says what had to go and how many are held now, claimed ones included.
   */
  bound(): { losses: Loss[]; held: number } {
    const losses: Loss[] = []
    const held = this.names().filter(isHeldName)
    if (held.length > OUTBOX_MOST) {
      const waiting = held.filter(isWaitingName).sort()
      for (const name of waiting.slice(0, held.length - OUTBOX_MOST)) this.let(name, TOO_MANY, losses)
    }
    return { losses, held: held.length - losses.length }
  }

  /** Takes a prepared event back. */
  abandon(id: string): void {
    removeFile(this.beside(id))
  }

  /** Takes an event out again that something newer stands in for, unless it is being delivered. */
  withdraw(id: string): void {
    removeFile(inside(this.folder, `${id}.json`))
  }

  /** How many events wait, claimed ones included. */
  count(): number {
    return this.names().filter(isHeldName).length
  }

  /** The file system's error where the folder is there and cannot be looked into. */
  trouble(): Error | undefined {
    try {
      fs.readdirSync(this.folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error as Error
    }
    return undefined
  }

  /** Names of files that cannot be sent: set aside as damaged, or about to be. */
  damaged(): string[] {
    return this.names()
      .filter((name) => name.endsWith('.damaged') || (isWaitingName(name) && this.read(name) === 'damaged'))
      .sort()
  }

  /**
   * Claims up to `most` events, `first` and then the oldest; events that another living process holds are passed over. What a
   * dead process had prepared counts if the ledger has it, which `recorded` tells; otherwise it never was, and goes in time. Where
   * `recorded` throws, it cannot be known, and it stays.
   */
  claim(
    most: number,
    now: number,
    { first, recorded = () => false }: { first?: string | undefined; recorded?: (id: string) => boolean } = {},
  ): Claiming {
    const losses: Loss[] = []
    const claimed: Claimed[] = []
    const passedOver = new PassedOver()
    const got = { claimed, losses, passedOver }
    const trouble = this.trouble()
    if (trouble !== undefined) passedOver.file(this.folder, trouble)
    const names = this.names().map((name) => (name.endsWith('.json') ? name : this.takeBackDead(name, now, recorded)))
    const waiting = names.filter(isWaitingName).sort()
    const surplus = waiting.length - OUTBOX_MOST
    const own = `${first}.json`
    if (most > 0 && waiting.includes(own)) this.claimOne(own, now, got)
    for (const [at, name] of waiting.entries()) {
      const id = name.slice(0, ID_LENGTH)
      if (id === first) continue
      const reason = at < surplus ? TOO_MANY : tooOld(id, now)
      if (reason !== undefined) this.let(name, reason, losses)
      // They are sorted by age: what follows is not too old either.
      else if (claimed.length >= most) break
      else this.claimOne(name, now, got)
    }
    claimed.sort((a, b) => (a.message.id < b.message.id ? -1 : 1))
    return { ...got, held: names.filter(isHeldName).length }
  }

  /** The event was delivered or can never be: it goes. */
  settle(claimed: Claimed): void {
    removeFile(claimed.file)
  }

  /** The event waits for another try. */
  release(claimed: Claimed): void {
    this.rename(path.basename(claimed.file), `${claimed.message.id}.json`)
  }

  /** Removes everything in it; returns how many events that were. */
  empty(): number {
    const count = this.count()
    fs.rmSync(this.folder, { recursive: true, force: true })
    return count
  }

  // Not there any more: another process took it back, so that it waits, or `consent off` emptied the folder meanwhile.
  private rename(from: string, to: string): void {
    try {
      fs.renameSync(inside(this.folder, from), inside(this.folder, to))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  private names(): string[] {
    try {
      return fs.readdirSync(this.folder)
    } catch {
      return []
    }
  }

  private read(name: string): ReadMessage {
    return readMessage(inside(this.folder, name), name.slice(0, ID_LENGTH))
  }

  private let(name: string, reason: string, losses: Loss[]): void {
    try {
      removeFile(inside(this.folder, name))
    } catch {
      // A folder in its place, or somebody else's; `doctor` names it.
      return
    }
    losses.push({ id: name.slice(0, ID_LENGTH), reason })
  }

  private claimOne(name: string, now: number, { claimed, losses, passedOver }: Omit<Claiming, 'held'>): void {
    const file = inside(this.folder, `${name}.${this.pid}-${now}.claim`)
    try {
      fs.renameSync(inside(this.folder, name), file)
    } catch (error) {
      // Gone: another process was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') passedOver.file(inside(this.folder, name), error)
      return
    }
    const message = readMessage(file, name.slice(0, ID_LENGTH))
    if (message === 'damaged') this.setAside(file, name, losses)
    else if ('unreadable' in message) {
      // Where it is gone, whoever took this claim for a dead one's has it.
      if (fs.existsSync(file)) passedOver.file(inside(this.folder, name), message.unreadable)
      this.rename(path.basename(file), name)
    } else claimed.push({ message: message.message, file })
  }

  // Kept under another name for whoever wants to look at it; it is not tried again.
  private setAside(file: string, name: string, losses: Loss[]): void {
    fs.renameSync(file, inside(this.folder, `${name}.damaged`))
    losses.push({ id: name.slice(0, ID_LENGTH), reason: `the file was damaged; it is kept as ${name}.damaged` })
  }

  private takeBackDead(name: string, now: number, recorded: (id: string) => boolean): string {
    const claim = CLAIMED.exec(name)
    if (claim) return this.isHeld(claim, now) ? name : this.takeBack(name)
    const prepared = PREPARED.exec(name)
    if (!prepared || isAlive(Number(prepared[2]))) return name
    try {
      if (recorded(name.slice(0, ID_LENGTH))) return this.takeBack(name)
      if (this.isAbandoned(name, now)) removeFile(inside(this.folder, name))
    } catch {
      // See `claim`.
    }
    return name
  }

  // Its process may live where its number means nothing here: in a container that shares the home folder.
  private isAbandoned(name: string, now: number): boolean {
    const made = fs.statSync(inside(this.folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now
    return Math.abs(now - made) >= CLAIM_MS
  }

  private isHeld(claim: RegExpExecArray, now: number): boolean {
    return isAlive(Number(claim[2])) && Math.abs(now - Number(claim[3])) < CLAIM_MS
  }

  private takeBack(name: string): string {
    const back = `${name.slice(0, ID_LENGTH)}.json`
    try {
      fs.renameSync(inside(this.folder, name), inside(this.folder, back))
      return back
    } catch {
      return name
    }
  }

  private beside(id: string): string {
    return inside(this.folder, `${id}.json.${this.pid}.tmp`)
  }
}

/** Removes every outbox in a project's state folder, of destinations of today and of before; returns how many events that were. */
export function emptyOutboxes(state: string, pid: number): number {
  const all = inside(state, 'outbox')
  const names = fs.existsSync(all) ? fs.readdirSync(all) : []
  const count = names.reduce((sum, name) => sum + new Outbox(inside(all, name), pid).empty(), 0)
  fs.rmSync(all, { recursive: true, force: true })
  return count
}

function cleanUp(file: string, error: unknown): unknown {
  try {
    removeFile(file)
  } catch {
    // What matters is why the file could not be written.
  }
  return error
}

function tooOld(id: string, now: number): string | undefined {
  return now - madeAt(id) > OUTBOX_DAYS * DAY_MS ? `it waited for more than ${OUTBOX_DAYS} days` : undefined
}
