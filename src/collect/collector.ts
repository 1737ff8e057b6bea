import type { CollectedKind } from '../event/fields.ts'
import type { Facts } from '../event/serialize.ts'
import type { SpanOutcome } from '../event/span.ts'

/** One thing that a collector saw. Only those of its facts leave that the table of fields has and the person agreed to. */
export interface Observation {
  readonly kind: CollectedKind
  /**
   * What tells it from everything else that ever happened, so that it is reported once, whatever is restarted. Without it,
   * the observation is a heartbeat, which says how something is now: of those only the latest is sent.
   */
  readonly identity?: string
  /** When it began, RFC 3339, UTC. */
  readonly at: string
  readonly facts: Facts
  /** Its parts, for destinations that know traces; their names must say nothing private. */
  readonly parts?: readonly Part[]
}

/** A part of what happened. */
export interface Part {
  readonly name: string
  /** Wall clock, ms since 1970. */
  readonly start: number
  readonly durationMs: number
  readonly outcome: SpanOutcome
  /** Nothing was done, because the result was there from before. */
  readonly cached?: true
}

/** How something is, in a word for programs and in a line for people. The line is logged when the word changes. */
export interface State {
  readonly state: string
  readonly text: string
}

/** What one look at everything gave. */
export interface Look {
  /** Whether what is watched answered; otherwise the next look comes sooner at first, and then later and later. */
  readonly reached: boolean
  readonly state: State
  readonly observations: readonly Observation[]
}

/** What a collector may tell between two looks. */
export interface Listener {
  saw(observations: readonly Observation[]): void
  /** `about` is one word for what the state is of. */
  is(about: string, state: State): void
}

/**
 * Something that runs here and knows what builds cost. It only observes: consent, identity, recording, sending, pace and
 * log are the sidecar's. docs/write-a-collector.md shows how to write one.
 */
export interface Collector {
  /** Its name on the command line, in `"collect"` of the project file, and in the events' name. */
  readonly name: string
  /** Key of the field (see event/fields.ts) without which nothing is observed. */
  readonly key: string
  /** Key of the field that covers `parts`, if it has any. */
  readonly partsKey?: string
  /** Which one of several it looks at, such as a port; two sidecars of one project never look at the same. */
  readonly place: string
  /** Looks at everything once. Never throws; comes back soon after `signal`. */
  look(signal: AbortSignal): Promise<Look>
  /** Called after each look that reached something: follows what would be missed until the next, if it doesn't already. */
  follow(listener: Listener): void
  /** Ends whatever it has started. */
  stop(): void
}
