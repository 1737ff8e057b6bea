import * as path from 'node:path'
import { inside } from '../disk/inside.ts'
import { readText, writeText } from '../disk/plain-file.ts'
import { removeFile } from '../disk/remove-file.ts'
import { makeFolder } from '../journal/state.ts'

/** After a failure nobody waits for this destination for so long. */
export const BREAKER_MS = 5 * 60_000
/** A receiver may ask for a longer pause, up to this. */
const MOST_MS = 60 * 60_000

/** Remembers that a destination did not answer, so that the next runs only write and do not wait. */
export class Breaker {
  private readonly file: string

  constructor(folder: string) {
    this.file = inside(folder, 'breaker.json')
  }

  /** Until when (ms since 1970) nothing should be tried; undefined when it may. */
  openUntil(now: number): number | undefined {
    try {
      const { until } = JSON.parse(readText(this.file)) as { until?: unknown }
      // A time far ahead comes from a clock that jumped, not from us.
      return typeof until === 'number' && until > now && until <= now + MOST_MS ? until : undefined
    } catch {
      return undefined
    }
  }

  /** Opens it for five minutes, or as long as the receiver asked for. Where that cannot be noted, the next run tries again. */
  trip(now: number, retryAfterMs: number | undefined): void {
    const pause = Math.min(Math.max(BREAKER_MS, retryAfterMs ?? 0), MOST_MS)
    try {
      makeFolder(path.dirname(this.file))
      writeText(this.file, JSON.stringify({ until: now + pause }))
    } catch {
      // See above; what was sent must not count as lost for it.
    }
  }

  /** Closes it: the destination answered. */
  reset(): void {
    try {
      removeFile(this.file)
    } catch {
      // It closes by itself in time.
    }
  }
}
