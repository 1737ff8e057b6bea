import * as fs from 'node:fs'
import * as path from 'node:path'
import { inside } from '../disk/inside.ts'
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
      const { until } = JSON.parse(fs.readFileSync(this.file, 'utf8')) as { until?: unknown }
      // A time far ahead comes from a clock that jumped, not from us.
      return typeof until === 'number' && until > now && until <= now + MOST_MS ? until : undefined
    } catch {
      return undefined
    }
  }

  /** Opens it for five minutes, or as long as the receiver asked for. */
  trip(now: number, retryAfterMs: number | undefined): void {
    const pause = Math.min(Math.max(BREAKER_MS, retryAfterMs ?? 0), MOST_MS)
    makeFolder(path.dirname(this.file))
    fs.writeFileSync(this.file, JSON.stringify({ until: now + pause }), { mode: 0o600 })
  }

  /** Closes it: the destination answered. */
  reset(): void {
    removeFile(this.file)
  }
}
