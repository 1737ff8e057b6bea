import { createHash } from 'node:crypto'
import * as path from 'node:path'
import { v7 } from 'uuid'
import { readText } from '../disk/plain-file.ts'
import { writeBeside } from '../disk/write-beside.ts'
import { makeFolder } from '../journal/state.ts'

/** IDs that are remembered at least: several times what can be looked at at once, so that none comes back after it was forgotten. */
const LEAST = 1_000
const TIMES = 4

/**
 * The message ID of something that happened once: always the same for the same identity, so that what is recorded again
 * after a crash has the name of its first record. UUID v7; `at` is when it began, ms since 1970.
 */
export function idOf(identity: string, at: number): string {
  return v7({ msecs: Math.max(0, at), random: createHash('sha256').update(identity).digest().subarray(0, 16) })
}

/** What was reported, on disk: IDs of what happened once, and of the heartbeats that may still wait. */
export class Reported {
  private readonly file: string
  /** Oldest first, as they were last looked at. */
  private ids: Set<string>
  private waiting: readonly string[]
  private changed = false

  constructor(file: string) {
    this.file = file
    const kept = read(file)
    this.ids = new Set(texts(kept.ids))
    this.waiting = texts(kept.heartbeats)
  }

  /** Whether it was reported. Asking counts as having been looked at. */
  has(id: string): boolean {
    if (!this.ids.delete(id)) return false
    this.ids.add(id)
    return true
  }

  add(id: string): void {
    this.ids.add(id)
    this.changed = true
  }

  /** IDs of the last heartbeats. */
  get heartbeats(): readonly string[] {
    return this.waiting
  }

  set heartbeats(ids: readonly string[]) {
    this.changed ||= ids.length > 0 || this.waiting.length > 0
    this.waiting = ids
  }

  /** Writes what changed; `shown` is how much can be looked at now. Throws the file system's error. */
  write(shown: number): void {
    if (!this.changed) return
    const most = Math.max(LEAST, TIMES * shown)
    if (this.ids.size > most) this.ids = new Set([...this.ids].slice(-most))
    makeFolder(path.dirname(this.file))
    writeBeside(this.file, JSON.stringify({ version: 1, ids: [...this.ids], heartbeats: this.waiting }))
    this.changed = false
  }
}

function read(file: string): { ids?: unknown; heartbeats?: unknown } {
  try {
    return (JSON.parse(readText(file)) as object | null) ?? {}
  } catch {
    // None yet, or damaged: then the ledger is asked about each one.
    return {}
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
