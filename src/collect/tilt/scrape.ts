import { printable } from '../../messages.ts'
import type { State } from '../collector.ts'
import { words } from '../words.ts'
import type { Got, Tilt } from './program.ts'
import { listAt } from './read.ts'

/** Everything that is looked at, in one call. */
const TYPES: readonly string[] = ['uisession', 'uiresources', 'dockerimages', 'cmdimages']

/** What one scrape gave: Tilt's objects, or why there are none. */
export type Scraped = { readonly items: readonly unknown[] } | { readonly state: State }

/** Fetches everything. A type that this Tilt does not know would fail the whole call, so the call is made again without it. */
export class Scraper {
  private readonly tilt: Tilt
  private readonly unknown = new Set<string>()

  constructor(tilt: Tilt) {
    this.tilt = tilt
  }

  /** Types that this Tilt has. */
  knows(type: string): boolean {
    return !this.unknown.has(type)
  }

  /** Another Tilt may know what the last one did not. */
  startOver(): void {
    this.unknown.clear()
  }

  /** One look. Never throws. */
  async scrape(signal: AbortSignal): Promise<Scraped> {
    for (;;) {
      const types = TYPES.filter((type) => this.knows(type))
      const got = await this.tilt.get(types, signal)
      const unknown = /resource type "([\w.]+)"/u.exec(got.stderr)?.[1]
      if (got.code === 0) return read(got.stdout)
      if (unknown === undefined || !types.includes(unknown) || types.length === 1) return { state: whyNot(got) }
      this.unknown.add(unknown)
    }
  }
}

/** The exit code decides: of a Tilt that was killed, a list that is valid and empty comes with a 1. */
function read(stdout: string): Scraped {
  try {
    const answer: unknown = JSON.parse(stdout)
    // Without a session there is no Tilt that could be spoken of.
    const items = listAt(answer, 'items')
    return items.length > 0 ? { items } : { state: words.unreadable() }
  } catch {
    return { state: words.unreadable() }
  }
}

function whyNot({ failure, stderr }: Got): State {
  if (failure === 'missing') return words.notInstalled()
  if (failure === 'late') return words.slow()
  if (failure === 'broken') return words.broken()
  if (/No tilt apiserver found|was refused|Unable to connect|no such host/iu.test(stderr)) return words.notRunning()
  return words.refused(printable(stderr.trim().split('\n')[0] ?? '', 200))
}
