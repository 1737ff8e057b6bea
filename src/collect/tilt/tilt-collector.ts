import type { DockerLimits } from '../../context/docker.ts'
import { STAGES_KEY, TILT_KEY } from '../../event/tilt-fields.ts'
import type { World } from '../../world.ts'
import type { Collector, Listener, Look, Observation } from '../collector.ts'
import { words } from '../words.ts'
import { observationsOf } from './observations.ts'
import type { Tilt } from './program.ts'
import { textAt } from './read.ts'
import { Scraper } from './scrape.ts'
import { isFirstRound, isReady, readyAt, type Session, sessionOf, startupMs } from './session.ts'
import { Watches } from './watches.ts'

/** The port of a Tilt that was given none. */
export const TILT_PORT = 10_350

/** What is shown of these is soon replaced: of an image one build, of a resource two updates. */
const WATCHED: readonly string[] = ['dockerimages', 'cmdimages', 'uiresources']

/** What the collector needs besides Tilt. */
export interface TiltParts {
  readonly world: Pick<World, 'now' | 'monotonic'>
  readonly tilt: Tilt
  readonly docker: DockerLimits
  readonly port: number
}

/** Reports what a running Tilt knows: how its resources are, image builds with their stages, updates, its own start. */
export class TiltCollector implements Collector {
  readonly name = 'tilt'
  readonly key = TILT_KEY
  readonly partsKey = STAGES_KEY
  readonly place: string

  private readonly parts: TiltParts
  private readonly scraper: Scraper
  private readonly watches: Watches
  private session: Session | undefined
  /** Whether this start of Tilt was seen before all was ready. */
  private sawUnready = false

  constructor(parts: TiltParts) {
    this.parts = parts
    this.place = String(parts.port)
    this.scraper = new Scraper(parts.tilt)
    this.watches = new Watches(parts.tilt, parts.world)
  }

  async look(signal: AbortSignal): Promise<Look> {
    const docker = this.parts.docker.facts()
    const scraped = await this.scraper.scrape(signal)
    if ('state' in scraped) {
      this.scraper.startOver()
      return { reached: false, state: scraped.state, observations: [] }
    }
    await docker
    const { items } = scraped
    this.meet(sessionOf(items))
    const observations = [...this.observe(items), ...this.start(items)]
    const kinds = (wanted: RegExp) => items.filter((item) => wanted.test(textAt(item, 'kind') ?? '')).length
    const state = words.running(this.session?.version ?? 'of unknown version', kinds(/^UIResource$/u), kinds(/Image$/u))
    // A Tilt that was restarted or upgraded between two looks is worth a line.
    return { reached: true, state: { ...state, state: `running ${this.session?.identity}` }, observations }
  }

  follow(listener: Listener): void {
    const types = WATCHED.filter((type) => this.scraper.knows(type))
    this.watches.keep(types, {
      saw: (object) => listener.saw(this.observe([object])),
      works: (works) => listener.is('watch', works ? words.following() : words.polling()),
    })
  }

  stop(): void {
    this.watches.stop()
    this.parts.docker.stop()
  }

  private meet(session: Session | undefined): void {
    if (session === undefined || session.identity === this.session?.identity) return
    if (this.session !== undefined) this.scraper.startOver()
    this.session = session
    this.sawUnready = false
  }

  private observe(items: readonly unknown[]): Observation[] {
    const now = new Date(this.parts.world.now()).toISOString()
    return items.flatMap((item) => observationsOf(item, now)).map((one) => this.completed(one))
  }

  /** From Tilt's start until all was ready: known if it was seen to become so, or if nothing has happened since. */
  private start(items: readonly unknown[]): Observation[] {
    const resources = items.filter((item) => textAt(item, 'kind') === 'UIResource')
    const { session } = this
    if (session?.startedAt === undefined) return []
    if (!isReady(resources)) this.sawUnready = true
    else if (this.sawUnready || isFirstRound(resources)) {
      const ready = readyAt(resources) ?? new Date(this.parts.world.now()).toISOString()
      const facts = { duration_ms: startupMs(session, ready) }
      return [this.completed({ kind: 'tilt_session', identity: `tilt_session ${session.identity}`, at: session.startedAt, facts })]
    }
    return []
  }

  private completed(one: Observation): Observation {
    const facts = { kind: one.kind, tilt_version: this.session?.version, ...this.parts.docker.now(), ...one.facts }
    return { ...one, facts }
  }
}
