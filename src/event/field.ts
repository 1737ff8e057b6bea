/** The kinds of event that a collector reports. */
export type CollectedKind = 'uiresource' | 'dockerimage' | 'cmdimage' | 'update' | 'tilt_session'

/** The kinds of event there are: a run of a target, a change of mind about being counted, and what collectors saw. */
export type EventKind = 'run' | 'consent' | CollectedKind

/** Groups in which a person is told about the fields. */
export type FieldGroup = 'run' | 'git' | 'machine' | 'ids' | 'tool' | 'answer' | 'tilt' | 'team'

/** One thing that may be recorded and sent. */
export interface Field {
  readonly name: string
  /** What a decision covers, where that is more than the name: all that gives a project's own field its meaning. */
  readonly key?: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'enum'
  readonly kinds: readonly EventKind[]
  readonly group: FieldGroup
  /** In a few words, for the question. */
  readonly words: string
  /** In a sentence, for docs/events.md. */
  readonly description: string
  readonly example: string | number | boolean
  /** Longest text, in characters. */
  readonly most?: number
  /** The only values an enum may have. */
  readonly values?: readonly string[]
  /** Of a time, only the day passes the gate. */
  readonly precision?: 'day'
  /** For a project's own number: what is beyond is none. */
  readonly range?: { readonly min: number; readonly max: number }
  /** Where a project's own field comes from and what it may be, for the details of the question. */
  readonly source?: string
}

/** What the ledger keeps of a commit beside the day that is sent; it never leaves this machine. */
export const HERE_ONLY = 'commit_time_here'
