import * as path from 'node:path'
import { inside } from '../disk/inside.ts'
import { readText, writeText } from '../disk/plain-file.ts'
import { makeFolder } from './state.ts'

/** What git said about a commit the last time. */
export interface KnownCheckout {
  /** The commit's object name. */
  readonly head: string
  /** What tells that the remote's default branch is still the same. */
  readonly remote: string
  /** When it was committed, RFC 3339 UTC. */
  readonly time: string | undefined
  /** The remote's default branch. */
  readonly main: string | undefined
}

/**
 * Remembers what git said about the commit that is checked out, so that most runs start one git instead of
 * three. `place` tells checkouts of the same project apart without naming a path.
 */
export class CheckoutMemo {
  private readonly file: string
  private readonly place: string
  private fresh: KnownCheckout | undefined

  constructor(state: string, place: string) {
    this.file = inside(state, 'checkout.json')
    this.place = place
  }

  /** What was said about this checkout the last time, if anything. */
  recall(): KnownCheckout | undefined {
    try {
      const { place, head, remote, time, main } = JSON.parse(readText(this.file)) as Record<string, unknown>
      const sound = place === this.place && typeof head === 'string' && typeof remote === 'string'
      return sound ? { head, remote, time: textOf(time), main: textOf(main) } : undefined
    } catch {
      return undefined
    }
  }

  /** Takes in what git has just said; `write` puts it on disk. */
  keep(known: KnownCheckout): void {
    this.fresh = known
  }

  /** Writes what is new, if anything is. Throws the file system's error. */
  write(): void {
    if (this.fresh === undefined) return
    makeFolder(path.dirname(this.file))
    writeText(this.file, JSON.stringify({ place: this.place, ...this.fresh }))
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
