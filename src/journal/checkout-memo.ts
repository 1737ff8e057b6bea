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

/** What stands for a commit under an ID. */
export interface KnownPseudonym {
  readonly head: string
  readonly anonymousId: string
  readonly pseudonym: string
}

/**
 * Remembers what git said about the commit that is checked out, so that most runs start one git instead of
 * three. `place` tells checkouts of the same project apart without naming a path.
 */
export class CheckoutMemo {
  private readonly file: string
  private readonly place: string
  private fresh: KnownCheckout | undefined
  private freshPseudonym: KnownPseudonym | undefined

  constructor(state: string, place: string) {
    this.file = inside(state, 'checkout.json')
    this.place = place
  }

  /** What was said about this checkout the last time, if anything. */
  recall(): KnownCheckout | undefined {
    try {
      const { head, remote, time, main } = this.read()
      const sound = typeof head === 'string' && typeof remote === 'string'
      return sound ? { head, remote, time: textOf(time), main: textOf(main) } : undefined
    } catch {
      return undefined
    }
  }

  /** What stands for a commit under an ID, if that was found out the last time; to find it out takes a library that takes 3 ms to load. */
  pseudonymOf(head: string, anonymousId: string): string | undefined {
    try {
      const { of } = this.read()
      const known = typeof of === 'object' && of !== null ? (of as Record<string, unknown>) : {}
      const isIt = known.head === head && known.anonymousId === anonymousId
      return isIt && typeof known.pseudonym === 'string' && /^[0-9a-f]{16}$/u.test(known.pseudonym) ? known.pseudonym : undefined
    } catch {
      return undefined
    }
  }

  /** Takes in what stands for a commit; `write` puts it on disk. */
  keepPseudonym(known: KnownPseudonym): void {
    this.freshPseudonym = known
  }

  /** Takes in what git has just said; `write` puts it on disk. */
  keep(known: KnownCheckout): void {
    this.fresh = known
  }

  /** Writes what is new, if anything is. Throws the file system's error. */
  write(): void {
    if (this.fresh === undefined && this.freshPseudonym === undefined) return
    makeFolder(path.dirname(this.file))
    const known = this.fresh ?? this.recall()
    writeText(this.file, JSON.stringify({ place: this.place, ...known, ...(this.freshPseudonym && { of: this.freshPseudonym }) }))
  }

  /** What is remembered of this very checkout. Throws where nothing can be read. */
  private read(): Readonly<Record<string, unknown>> {
    const known = JSON.parse(readText(this.file)) as Record<string, unknown>
    return known.place === this.place ? known : {}
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
