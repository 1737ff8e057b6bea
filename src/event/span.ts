/** A target that ran inside a run, or a stage of a build: names as they may be sent. */
export interface Span {
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly name: string
  /** Wall clock, ms since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  readonly outcome: string
  /** Nothing was done, because the result was there from before. */
  readonly cached?: true
}
