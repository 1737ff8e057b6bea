/**
 * Why `init` does nothing: what is the matter, where, and what to do; a line each. Nothing was written.
 * `usage` is for a command line that makes no sense, which exits with 2.
 */
export class Refusal extends Error {
  readonly lines: readonly string[]
  readonly usage: boolean

  constructor(lines: string | readonly string[], { usage = false } = {}) {
    const all = typeof lines === 'string' ? [lines] : lines
    super(all.join('\n'))
    this.lines = all
    this.usage = usage
  }
}

/** Neither make nor anybody can read a makefile. What follows from that is said by whoever asked: nothing was meant to be written yet. */
export class UnreadMakefile extends Refusal {
  /** What to do. */
  readonly todo: string

  constructor(line: string, todo: string) {
    super(line)
    this.todo = todo
  }
}
