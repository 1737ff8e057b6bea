import { FIELD, FlatLine } from './flat-line.ts'
import { Interned } from './interned.ts'
import type { Machine, Outcome, Run } from './model.ts'
import { commitOf, type NoRun, runOf } from './run-of.ts'
import { digits, timeInBytes } from './time-of.ts'

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const QUOTE = 0x22
const TRUE = 0x74

/** A line that is longer is none of ours, and is not kept in memory to find out; bytes. */
const LONGEST_LINE = 1024 * 1024

const OUTCOMES: ReadonlyMap<string, Outcome> = new Map(['success', 'failure', 'interrupted'].map((name) => [name, name as Outcome]))

const COMMIT_FIELDS = [FIELD.commit_time_here, FIELD.git_commit_pseudonym, FIELD.git_commit_time] as const

/** Runs from JSON lines as they come, a piece of a file after the other. */
export class RunLines {
  /** Lines of runs that were a test, and lines that are nothing of ours. */
  readonly skipped = { tests: 0, unreadable: 0 }
  /** Read so far. */
  bytes = 0
  /** The number of the first line in this file that is nothing of ours, from 1. */
  firstUnreadable: number | undefined
  private lineNumber = 0
  private readonly line = new FlatLine()
  private readonly ownRecord: boolean
  private readonly texts = new Interned()
  private rest: Buffer = Buffer.alloc(0)
  private hasNested = false
  /** Within a line that is too long. */
  private lost = false

  /**
   * Of a machine's own record it is known that each event is there once, and that all are from that machine: then neither IDs nor
   * facts about the machine are read, which is a third of the work.
   */
  constructor({ ownRecord = false } = {}) {
    this.ownRecord = ownRecord
  }

  /** The runs whose lines end in this piece. Its bytes may be overwritten afterwards. */
  *piece(bytes: Buffer): Generator<Run> {
    this.bytes += bytes.length
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const run = start === 0 ? this.acrossPieces(bytes.subarray(0, end)) : this.parse(bytes, start, end)
      if (run !== undefined) yield run
      start = end + 1
    }
    const tail = bytes.subarray(start)
    this.lost ||= this.rest.length + tail.length > LONGEST_LINE
    this.rest = this.lost ? Buffer.alloc(0) : Buffer.concat([this.rest, tail])
  }

  /** The run of a last line that nothing ends; whatever comes next is another file. */
  *end(): Generator<Run> {
    const run = this.acrossPieces(Buffer.alloc(0))
    this.lineNumber = 0
    if (run !== undefined) yield run
  }

  private acrossPieces(end: Buffer): Run | undefined {
    const { lost } = this
    const whole = this.rest.length === 0 ? end : Buffer.concat([this.rest, end])
    this.rest = Buffer.alloc(0)
    this.lost = false
    if (lost) {
      this.lineNumber++
      this.noteUnreadable()
    }
    return lost ? undefined : this.parse(whole, 0, whole.length)
  }

  private noteUnreadable(): void {
    this.skipped.unreadable++
    this.firstUnreadable ??= this.lineNumber
  }

  private parse(bytes: Buffer, start: number, lineEnd: number): Run | undefined {
    this.lineNumber++
    const end = bytes[lineEnd - 1] === CARRIAGE_RETURN && lineEnd > start ? lineEnd - 1 : lineEnd
    if (end === start) return undefined
    const run =
      (this.line.read(bytes, start, end) ? this.fromFields(bytes) : undefined) ?? this.fromObject(bytes.toString('utf8', start, end))
    if (typeof run === 'object') return run
    if (run === 'test') this.skipped.tests++
    if (run === 'unreadable') this.noteUnreadable()
    return undefined
  }

  private fromObject(text: string): Run | NoRun {
    try {
      const parsed = JSON.parse(text) as unknown
      if (typeof parsed === 'object' && parsed !== null) this.line.learn(parsed)
      return runOf(parsed)
    } catch {
      return 'unreadable'
    }
  }

  /** What `runOf` says, from the bytes; undefined wherever a value is not in the form that is common, and `runOf` has to judge. */
  private fromFields(bytes: Buffer): Run | NoRun | undefined {
    const { starts } = this.line
    if ((starts[FIELD.command] as number) < 0) return 'other'
    if ((starts[FIELD.is_test] as number) >= 0 && this.text(bytes, FIELD.is_test) !== 'no') return undefined
    const target = this.text(bytes, FIELD.command)
    const startedAt = this.time(bytes, (starts[FIELD.timestamp] as number) < 0 ? FIELD.start_time : FIELD.timestamp)
    const durationMs = this.number(bytes, FIELD.duration_ms)
    const outcome = OUTCOMES.get(this.text(bytes, FIELD.outcome) ?? '')
    if (!target || Number.isNaN(startedAt) || durationMs === undefined || outcome === undefined) return undefined
    const isDirty = bytes[starts[FIELD.git_dirty] as number] === TRUE && !this.isText(bytes, FIELD.git_dirty)
    return {
      id: this.ownRecord ? undefined : (this.fresh(bytes, FIELD.messageId) ?? this.fresh(bytes, FIELD.id)),
      target,
      startedAt,
      durationMs,
      outcome,
      person: this.text(bytes, FIELD.anonymousId) || undefined,
      machine: this.ownRecord ? undefined : this.machine(bytes),
      commit: isDirty ? undefined : this.commit(bytes),
      ...this.family(bytes),
    }
  }

  private commit(bytes: Buffer): string | undefined {
    const [here, pseudonym, sent] = COMMIT_FIELDS.map((field) => this.text(bytes, field) || undefined)
    return commitOf(here, pseudonym, sent)
  }

  /** In a machine's own record a run stands behind those inside it, so before the first of those nobody asks for IDs. */
  private family(bytes: Buffer): Pick<Run, 'runId' | 'parentRunId'> {
    const parentRunId = this.fresh(bytes, FIELD.parent_run_id)
    this.hasNested ||= parentRunId !== undefined
    return { runId: this.hasNested || !this.ownRecord ? this.fresh(bytes, FIELD.run_id) : undefined, parentRunId }
  }

  private machine(bytes: Buffer): Machine | undefined {
    const os = this.text(bytes, FIELD.os_type) || undefined
    const arch = this.text(bytes, FIELD.host_arch) || undefined
    const cpus = this.number(bytes, FIELD.cpu_count)
    const memoryGb = this.number(bytes, FIELD.memory_gb)
    return (os ?? arch ?? cpus ?? memoryGb) === undefined ? undefined : { os, arch, cpus, memoryGb }
  }

  private isText(bytes: Buffer, field: number): boolean {
    return bytes[(this.line.starts[field] as number) - 1] === QUOTE
  }

  private text(bytes: Buffer, field: number): string | undefined {
    const { starts, ends } = this.line
    return this.isText(bytes, field) ? this.texts.text(bytes, starts[field] as number, ends[field] as number) : undefined
  }

  /** A text that is another one in each line. */
  private fresh(bytes: Buffer, field: number): string | undefined {
    const { starts, ends } = this.line
    return this.isText(bytes, field) ? bytes.toString('utf8', starts[field], ends[field]) || undefined : undefined
  }

  private time(bytes: Buffer, field: number): number {
    const { starts, ends } = this.line
    return (starts[field] as number) < 0 ? Number.NaN : timeInBytes(bytes, starts[field] as number, ends[field] as number)
  }

  /** A whole number without a sign. */
  private number(bytes: Buffer, field: number): number | undefined {
    const { starts, ends } = this.line
    const start = starts[field] as number
    if (start < 0 || this.isText(bytes, field)) return undefined
    const value = digits(bytes, start, (ends[field] as number) - start)
    return Number.isNaN(value) ? undefined : value
  }
}
