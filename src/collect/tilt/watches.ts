import type { World } from '../../world.ts'
import { JsonStream } from './json-stream.ts'
import type { Tilt } from './program.ts'

/** A watch that ends sooner did not work. */
const LASTS_MS = 5_000
/** After so many of those in a row it is tried more rarely. */
const FAILURES = 3
const PAUSE_MS = 10 * 60_000

/** Who is told. */
export interface Watcher {
  saw(object: unknown): void
  /** Whether everything is being watched that should be. */
  works(works: boolean): void
}

/** `tilt get --watch` for each of a few types, since it takes one; ended ones are started again with the next look. */
export class Watches {
  private readonly tilt: Tilt
  private readonly clock: Pick<World, 'monotonic'>
  /** Since when, on the monotonic clock. */
  private readonly running = new Map<string, number>()
  private readonly failures = new Map<string, { inRow: number; at: number }>()
  private ending = new AbortController()

  constructor(tilt: Tilt, clock: Pick<World, 'monotonic'>) {
    this.tilt = tilt
    this.clock = clock
  }

  /** Starts what is not running; called after each look that reached Tilt. */
  keep(types: readonly string[], watcher: Watcher): void {
    for (const type of types) if (!this.running.has(type) && this.mayTry(type)) void this.watch(type, watcher)
    watcher.works(types.every((type) => this.lasts(type) || (this.failures.get(type)?.inRow ?? 0) < FAILURES))
  }

  /** Ends them all. */
  stop(): void {
    this.ending.abort()
    this.ending = new AbortController()
    this.running.clear()
  }

  private lasts(type: string): boolean {
    const began = this.running.get(type)
    return began !== undefined && this.clock.monotonic() - began >= LASTS_MS
  }

  private mayTry(type: string): boolean {
    const failed = this.failures.get(type)
    return failed === undefined || failed.inRow < FAILURES || this.clock.monotonic() - failed.at >= PAUSE_MS
  }

  private async watch(type: string, watcher: Watcher): Promise<void> {
    const { signal } = this.ending
    const began = this.clock.monotonic()
    const stream = new JsonStream()
    this.running.set(type, began)
    await this.tilt.watch(type, signal, (bytes) => {
      if (!signal.aborted) for (const object of stream.push(bytes)) watcher.saw(object)
    })
    if (signal.aborted) return
    this.running.delete(type)
    const now = this.clock.monotonic()
    if (now - began >= LASTS_MS) this.failures.delete(type)
    else this.failures.set(type, { inRow: (this.failures.get(type)?.inRow ?? 0) + 1, at: now })
  }
}
