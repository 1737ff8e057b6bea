import * as fs from 'node:fs'
import { appendLines } from '../disk/append-line.ts'
import { inside } from '../disk/inside.ts'
import { danglingLink, openFile, readText } from '../disk/plain-file.ts'
import { removeFile } from '../disk/remove-file.ts'
import type { EventKind } from '../event/fields.ts'
import type { Properties } from '../event/serialize.ts'
import type { Span } from '../event/span.ts'
import { parseLine } from './ledger-line.ts'
import { madeAt } from './made-at.ts'
import { PassedOver } from './passed-over.ts'
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
  /** What was really reached, or was to be: a host with its scheme, a file, a program. Older versions did not note it. */
  readonly to?: string | undefined
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

  /**
   * Whether an event was recorded: looks through the last few MB of the month that its ID was made in, and the one before. Throws
   * the file system's error where that cannot be known.
   */
  has(id: string): boolean {
    const made = new Date(madeAt(id))
    if (Number.isNaN(made.getTime())) return false
    // A run stands in the month in which it started; its ID was made when it ended.
    const before = new Date(Date.UTC(made.getUTCFullYear(), made.getUTCMonth(), 0))
    const months = [made, before].map((time) => `runs-${monthOf(time)}.jsonl`)
    const names = this.files().filter((name) => months.includes(name))
    return names.some((name) => readEnd(inside(this.folder, name)).includes(`"id":"${id}"`))
  }

  /** Removes months that ended more than `days` ago. What cannot be removed stays, for `doctor` to name. */
  forgetOlderThan(days: number, now: Date): void {
    const oldest = monthOf(new Date(now.getTime() - days * 86_400_000))
    for (const name of this.files()) {
      const month = /-(\d{4}-\d{2})\.jsonl$/u.exec(name)?.[1]
      if (month !== undefined && month < oldest) removeIfMayBe(inside(this.folder, name))
    }
  }

  /** Every sound line, oldest file first. A file that cannot be read is passed over, as is a line that a crash cut short or that is none. */
  *lines(series: readonly Series[] = ['runs', 'attempts'], passedOver = new PassedOver()): Generator<LedgerLine> {
    for (const name of this.files(passedOver).filter((file) => series.some((one) => file.startsWith(`${one}-`)))) {
      const file = inside(this.folder, name)
      for (const text of linesOf(file, passedOver)) {
        const parsed = parseLine(text)
        if ('line' in parsed) yield parsed.line
        else passedOver.lines(file, 1, parsed.bad)
      }
    }
  }

  /** Paths of the files of runs that started since `since`, ms since 1970, or later, oldest first. */
  runFiles(since = Number.NEGATIVE_INFINITY, passedOver = new PassedOver()): string[] {
    const oldest = since > 0 ? monthOf(new Date(since)) : ''
    return this.files(passedOver).flatMap((name) => {
      const month = /^runs-(\d{4}-\d{2})\.jsonl$/u.exec(name)?.[1]
      return month === undefined || month < oldest ? [] : [inside(this.folder, name)]
    })
  }

  /** Runs that were recorded since `read`, and how far that is now. A line that is still being written is left for the next time. */
  runsAfter(read: ReadSoFar, passedOver = new PassedOver()): { lines: EventLine[]; read: ReadSoFar } {
    const lines: EventLine[] = []
    const now: Record<string, number> = {}
    for (const name of this.files(passedOver).filter((file) => file.startsWith('runs-'))) {
      const file = inside(this.folder, name)
      const start = read[name] ?? 0
      now[name] = start
      const whole = wholeLinesFrom(file, start, passedOver)
      now[name] += whole.length
      for (const text of whole.toString().split('\n').filter(Boolean)) {
        const parsed = parseLine(text)
        if ('bad' in parsed) passedOver.lines(file, 1, parsed.bad)
        else if (parsed.line.type === 'run') lines.push(parsed.line as EventLine)
      }
    }
    return { lines, read: now }
  }

  private files(passedOver = new PassedOver()): string[] {
    try {
      return fs
        .readdirSync(this.folder)
        .filter((name) => /^(?:runs|attempts|spans)-\d{4}-\d{2}\.jsonl$/u.test(name))
        .sort()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') passedOver.file(this.folder, error)
      else this.nameDanglingLink(passedOver)
      return []
    }
  }

  private nameDanglingLink(passedOver: PassedOver): void {
    const link = danglingLink(this.folder)
    if (link !== undefined) passedOver.file(link, new Error('it is a link that leads nowhere'))
  }

  private append(series: Series, at: Date, line: object): void {
    const file = inside(this.folder, `${series}-${monthOf(at)}.jsonl`)
    const text = `${JSON.stringify(line)}\n`
    let descriptor: number
    try {
      descriptor = openFile(file, TO_APPEND)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      makeFolder(this.folder)
      descriptor = openFile(file, TO_APPEND)
    }
    try {
      appendLines(descriptor, text)
    } finally {
      fs.closeSync(descriptor)
    }
  }
}

const TO_APPEND = fs.constants.O_RDWR | fs.constants.O_APPEND | fs.constants.O_CREAT
const END_BYTES = 4 * 1024 * 1024

function linesOf(file: string, passedOver: PassedOver): string[] {
  try {
    return readText(file).split('\n').filter(Boolean)
  } catch (error) {
    passedOver.file(file, error)
    return []
  }
}

function wholeLinesFrom(file: string, start: number, passedOver: PassedOver): Buffer {
  try {
    const bytes = readFrom(file, start)
    return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  } catch (error) {
    passedOver.file(file, error)
    return Buffer.alloc(0)
  }
}

function removeIfMayBe(file: string): void {
  try {
    removeFile(file)
  } catch {
    // A folder, or somebody else's.
  }
}

function readFrom(file: string, start: number): Buffer {
  const descriptor = openFile(file)
  try {
    const rest = Buffer.alloc(Math.max(0, fs.fstatSync(descriptor).size - start))
    return rest.subarray(0, fs.readSync(descriptor, rest, 0, rest.length, start))
  } finally {
    fs.closeSync(descriptor)
  }
}

function readEnd(file: string): string {
  const descriptor = openFile(file)
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
