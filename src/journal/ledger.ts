import * as fs from 'node:fs'
import { appendLines } from '../disk/append-line.ts'
import { inside } from '../disk/inside.ts'
import { removeFile } from '../disk/remove-file.ts'
import type { EventKind } from '../event/fields.ts'
import type { Properties } from '../event/serialize.ts'
import type { Span } from '../event/span.ts'
import { madeAt } from './made-at.ts'
import { makeFolder } from './state.ts'

/** One recorded event: its kind, its ID, and the fields as they may be sent. */
export interface EventLine {
  readonly type: EventKind
  readonly id: string
  readonly [field: string]: unknown
}

/** What became of a try to deliver. */
export type Result = 'delivered' | 'retry' | 'drop'

/** One try to deliver events to one destination, with a line for each distinct result. */
export interface AttemptLine {
  readonly type: 'attempt'
  /** RFC 3339, UTC. */
  readonly at: string
  readonly destination: string
  /** The HTTP status, or null when there was no answer or nothing was asked. */
  readonly status: number | null
  readonly result: Result
  readonly reason: string
  readonly events: readonly string[]
}

/** The targets that ran inside a run, in a file of their own: they are many, and only `trace` reads them. */
export interface SpansLine {
  readonly type: 'spans'
  /** The run's event. */
  readonly id: string
  readonly run_id: string
  /** When the run started: RFC 3339, UTC. */
  readonly at: string
  /** What was typed, on this machine only. */
  readonly command: string
  readonly duration_ms: number
  readonly outcome: string
  /** How many spans are not in the list, which has the longest. */
  readonly left_out: number
  readonly spans: readonly Span[]
}

export type LedgerLine = EventLine | AttemptLine | SpansLine

type Series = 'runs' | 'attempts' | 'spans'

/** How far each file of runs has been read, bytes. */
export type ReadSoFar = Readonly<Record<string, number>>

/**
 * The append-only record of one project on this machine: `runs-YYYY-MM.jsonl`, `attempts-YYYY-MM.jsonl`, and for
 * who asked for them `spans-YYYY-MM.jsonl`.
 * A line is one write under O_APPEND, so processes side by side never tear each other's lines.
 */
export class Ledger {
  private readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Records an event. Throws the file system's error; then nothing may be sent. */
  addEvent(kind: EventKind, id: string, at: Date, properties: Properties): void {
    this.append('runs', at, { type: kind, id, ...properties })
  }

  /** Records a try to deliver. */
  addAttempt(attempt: Omit<AttemptLine, 'type'>): void {
    this.append('attempts', new Date(attempt.at), { type: 'attempt', ...attempt })
  }

  /** Records the targets that ran inside a run. Throws the file system's error. */
  addSpans(at: Date, spans: Omit<SpansLine, 'type' | 'at'>): void {
    this.append('spans', at, { type: 'spans', at: at.toISOString(), ...spans })
  }

  /** Whether an event was recorded: looks through the last few MB of the month that its ID was made in, and the one before. */
  has(id: string): boolean {
    const made = new Date(madeAt(id))
    if (Number.isNaN(made.getTime())) return false
    // A run stands in the month in which it started; its ID was made when it ended.
    const before = new Date(Date.UTC(made.getUTCFullYear(), made.getUTCMonth(), 0))
    const months = [made, before].map((time) => `runs-${monthOf(time)}.jsonl`)
    const names = this.files().filter((name) => months.includes(name))
    return names.some((name) => readEnd(inside(this.folder, name)).includes(`"id":"${id}"`))
  }

  /** Removes months that ended more than `days` ago. */
  forgetOlderThan(days: number, now: Date): void {
    const oldest = monthOf(new Date(now.getTime() - days * 86_400_000))
    for (const name of this.files()) {
      const month = /-(\d{4}-\d{2})\.jsonl$/u.exec(name)?.[1]
      if (month !== undefined && month < oldest) removeFile(inside(this.folder, name))
    }
  }

  /** Every whole line, oldest file first; a line that a crash cut short is left out. */
  *lines(series: readonly Series[] = ['runs', 'attempts']): Generator<LedgerLine> {
    for (const name of this.files().filter((file) => series.some((one) => file.startsWith(`${one}-`)))) {
      for (const text of fs.readFileSync(inside(this.folder, name), 'utf8').split('\n')) {
        const line = parse(text)
        if (line) yield line
      }
    }
  }

  /** Paths of the files of runs that started since `since`, ms since 1970, or later, oldest first. */
  runFiles(since = Number.NEGATIVE_INFINITY): string[] {
    const oldest = since > 0 ? monthOf(new Date(since)) : ''
    return this.files().flatMap((name) => {
      const month = /^runs-(\d{4}-\d{2})\.jsonl$/u.exec(name)?.[1]
      return month === undefined || month < oldest ? [] : [inside(this.folder, name)]
    })
  }

  /** Runs that were recorded since `read`, and how far that is now. A line that is still being written is left for the next time. */
  runsAfter(read: ReadSoFar): { lines: EventLine[]; read: ReadSoFar } {
    const lines: EventLine[] = []
    const now: Record<string, number> = {}
    for (const name of this.files().filter((file) => file.startsWith('runs-'))) {
      const bytes = readFrom(inside(this.folder, name), read[name] ?? 0)
      const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
      now[name] = (read[name] ?? 0) + whole.length
      for (const text of whole.toString().split('\n')) {
        const line = parse(text)
        if (line?.type === 'run') lines.push(line as EventLine)
      }
    }
    return { lines, read: now }
  }

  private files(): string[] {
    try {
      return fs
        .readdirSync(this.folder)
        .filter((name) => /^(?:runs|attempts|spans)-\d{4}-\d{2}\.jsonl$/u.test(name))
        .sort()
    } catch {
      return []
    }
  }

  private append(series: Series, at: Date, line: object): void {
    const file = inside(this.folder, `${series}-${monthOf(at)}.jsonl`)
    const text = `${JSON.stringify(line)}\n`
    let descriptor: number
    try {
      descriptor = fs.openSync(file, 'a+', 0o600)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      makeFolder(this.folder)
      descriptor = fs.openSync(file, 'a+', 0o600)
    }
    try {
      appendLines(descriptor, text)
    } finally {
      fs.closeSync(descriptor)
    }
  }
}

const END_BYTES = 4 * 1024 * 1024

function readFrom(file: string, start: number): Buffer {
  const descriptor = fs.openSync(file, 'r')
  try {
    const rest = Buffer.alloc(Math.max(0, fs.fstatSync(descriptor).size - start))
    return rest.subarray(0, fs.readSync(descriptor, rest, 0, rest.length, start))
  } finally {
    fs.closeSync(descriptor)
  }
}

function readEnd(file: string): string {
  const descriptor = fs.openSync(file, 'r')
  try {
    const { size } = fs.fstatSync(descriptor)
    const end = Buffer.alloc(Math.min(size, END_BYTES))
    fs.readSync(descriptor, end, 0, end.length, size - end.length)
    return end.toString()
  } finally {
    fs.closeSync(descriptor)
  }
}

function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7)
}

function parse(text: string): LedgerLine | undefined {
  if (text === '') return undefined
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null && 'type' in line ? (line as LedgerLine) : undefined
  } catch {
    return undefined
  }
}
