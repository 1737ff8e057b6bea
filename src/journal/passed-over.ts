/** One file that was passed over, or some of whose lines were. */
export interface Passed {
  readonly file: string
  /** How many of its lines; 0 where it is the whole file. */
  readonly lines: number
  /** Why the first of them. */
  readonly reason: string
}

/** What a reader had to pass over, because it cannot be read or is none of ours: said once, when all is read. */
export class PassedOver {
  private readonly passed = new Map<string, { lines: number; reason: string }>()

  /** A whole file, or a folder. */
  file(file: string, error: unknown): void {
    this.passed.set(file, { lines: 0, reason: reasonOf(error) })
  }

  /** Some lines of a file. */
  lines(file: string, count: number, reason: string): void {
    const before = this.passed.get(file)
    this.passed.set(file, { lines: (before?.lines ?? 0) + count, reason: before?.reason ?? reason })
  }

  /** Each file once. */
  get all(): Passed[] {
    return [...this.passed].map(([file, { lines, reason }]) => ({ file, lines, reason }))
  }
}

/** The file system's error without what is said beside it: `EACCES: permission denied`. */
export function reasonOf(error: unknown): string {
  const { message } = error as { message?: unknown }
  const text = typeof message === 'string' ? message : String(error)
  const quote = text.endsWith("'") ? text.indexOf(" '") : -1
  const isQuoted = quote !== -1 && quote + 2 < text.length
  const said = isQuoted ? text.slice(0, quote).replace(/(?:, [a-z]+)?:?$/u, '') : text
  return said.replace(/, (?:read|write|fstat)$/u, '')
}
