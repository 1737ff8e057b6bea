/** A person's answer for one project: send, keep on this machine only, or neither. */
export type Choice = 'on' | 'local' | 'off'

/** How an answer was given: to the question, by a command, or salvaged from a damaged store. */
export type Method = 'question' | 'command' | 'salvaged'

/** One stored decision: enough to prove what was agreed to, and to hold the tool to it. */
export interface Decision {
  readonly decision: Choice
  /** RFC 3339, UTC. */
  readonly at: string
  /** When something was last agreed to on top of it. */
  readonly extendedAt?: string | undefined
  /** Nothing that happened before this is sent; earlier than `at` only by the run that the question showed. */
  readonly asOf?: string | undefined
  /** For how long the text said that data is kept; a yes older than that is asked for again. */
  readonly retentionDays?: number | undefined
  readonly method: Method
  /** The text that was shown, and its SHA-256. */
  readonly text: string
  readonly textHash: string
  /** Keys of the fields that the text covered (see event/fields.ts); the serializer lets no other through. */
  readonly fieldSet: readonly string[]
  /** Places (see project/places.ts) that the text named; nothing is sent to any other. */
  readonly recipients: readonly string[]
  readonly toolVersion: string
}

/** The yes of a pipeline's owner, SEND_METRICS=on in CI, as it was first acted on. */
export interface PipelineYes {
  /** RFC 3339, UTC. */
  readonly at: string
  readonly ci: string
  readonly anonymousId: string
  readonly fieldSet: readonly string[]
  readonly recipients: readonly string[]
  readonly toolVersion: string
}

/** What is stored for one project. */
export interface Entry {
  /** Names the state folder; fixed when the entry is made. */
  readonly id: string
  readonly project: string
  readonly recipient: string
  /** Where the project sent when the decision was made. */
  readonly where: readonly string[]
  /** A random UUID; null until the first event is made. A yes without this key is not consent. */
  readonly anonymousId: string | null
  readonly decision?: Decision | undefined
  /** What was asked for on top of the decision and refused; it is not asked for again. */
  readonly declined?: { readonly fields: readonly string[]; readonly places: readonly string[] } | undefined
  /** In CI: under whose yes runs were sent, and under which ID. */
  readonly pipeline?: PipelineYes | undefined
  /** Not asked again before this time (RFC 3339). */
  readonly askAfter?: string | undefined
  /** When the one-line hint was last shown (RFC 3339). */
  readonly hintedAt?: string | undefined
}

/** config.json as a whole. */
/** A no to every project that has no decision of its own made later. */
export interface NoToAll {
  readonly decision: 'off'
  /** RFC 3339, UTC. */
  readonly at: string
}

export interface ConsentFile {
  readonly version: 1
  readonly all?: NoToAll | undefined
  /** Whether a run that took unusually long gets a line. It has nothing to do with consent, and stands here because this file is read anyway. */
  readonly progress?: boolean | undefined
  readonly projects: Readonly<Record<string, Entry>>
}
