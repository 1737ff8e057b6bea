/** The first pause after a failure, ms; each further one is twice as long, up to the interval. */
const FIRST_MS = 2_000
/** By so much a pause is longer or shorter than it would be, so that a team's collectors do not come all at once. */
const JITTER = 0.1

/** How long to wait between two looks. */
export class Pace {
  private readonly intervalMs: number
  private readonly random: () => number
  private failures = 0

  /** `random` gives numbers from 0 to 1. */
  constructor(intervalMs: number, random: () => number) {
    this.intervalMs = intervalMs
    this.random = random
  }

  /** The pause after a look, ms. What is not there is looked for soon, then more and more rarely. */
  after(reached: boolean): number {
    this.failures = reached ? 0 : this.failures + 1
    const pause = reached ? this.intervalMs : Math.min(this.intervalMs, FIRST_MS * 2 ** Math.min(this.failures - 1, 20))
    return Math.round(pause * (1 - JITTER + 2 * JITTER * this.random()))
  }
}
