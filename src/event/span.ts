/** A target that ran inside a run: names as they may be sent. */
export interface Span {
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly name: string
  /** Wall clock, ms since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  readonly outcome: string
}
