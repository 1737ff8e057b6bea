import * as fs from 'node:fs'
import * as path from 'node:path'
import { entryFor, identify } from '../consent/identity.ts'
import { whyNoOwnersYes } from '../consent/pipeline.ts'
import { readPolicy } from '../consent/policy.ts'
import { readStore, type StoreReading, soundDecision } from '../consent/read-store.ts'
import { resolve } from '../consent/resolve.ts'
import { ciProvider } from '../context/ci.ts'
import { openFile } from '../disk/plain-file.ts'
import { foreignHome } from '../disk/whose-home.ts'
import { longest, type SpanOutcome, type Spans } from '../event/span.ts'
import type { FoundProject } from '../project/find.ts'
import type { Environment, World } from '../world.ts'
import { tracedLines } from './lines-below.ts'
import { readingLast } from './make-words.ts'
import { readLines } from './read-lines.ts'
import { tracerFolder } from './tracer-folder.ts'

/** A run never has more spans than this; the longest are kept. */
const MOST_SPANS = 2_000
/** Notes beyond this many bytes are not read: some 400,000 recipe lines. */
const MOST_BYTES = 32 * 1024 * 1024

/** A command line of make and its environment. */
interface MakeCommand {
  readonly args: readonly string[]
  readonly env: Environment
}

/** A tracer that is set up for one run of make. */
export interface Tracer {
  /** The command with the tracer in it. */
  readonly command: <Command extends MakeCommand>(command: Command) => Command
  /** Processes of recipe lines that make cannot reach with a signal, because the tracer stands between. */
  readonly lines: (make: number) => number[]
  /** What ran, once make has ended. */
  readonly collect: (run: { startedAt: number; durationMs: number; outcome: SpanOutcome }) => Spans
  /** Removes what was noted. */
  readonly remove: () => void
}

/** What the tracer needs to know of a run before make is started. */
export interface TracerGround {
  readonly found: FoundProject
  readonly store: StoreReading | undefined
  /** The words for make. */
  readonly args: readonly string[]
}

/**
 * Sets a tracer up for people who agreed to records of their runs, and for nobody else. Otherwise, and where it
 * cannot be, says why; then make is run as if there were none.
 */
export function startTracer(world: World, { found, store, args }: TracerGround): { tracer: Tracer } | { missing: string } {
  try {
    const refusal = whyNotRecorded(world, found, store)
    if (refusal !== undefined) return { missing: refusal }
    const folder = tracerFolder(world)
    if ('missing' in folder) return folder
    const words = readingLast(args, world.cwd, path.join(folder.folder, 'trace.mk'))
    if (words === undefined) return { missing: 'there is no makefile' }
    return { tracer: tracerOf(world, words, folder) }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

/** The one resolver's answer, before the project file is checked in full: nobody is traced whose run is not recorded. */
function whyNotRecorded(world: World, found: FoundProject, store: StoreReading = readStore(world)): string | undefined {
  const identity = identify(found)
  if (identity === undefined) return 'the project file has a mistake'
  const { enabled, retentionDays } = found.content ?? {}
  const { effective, reason } = resolve({
    switch: world.env.SEND_METRICS,
    doNotTrack: world.env.DO_NOT_TRACK,
    ci: ciProvider(world.env),
    noOwnersYes: whyNoOwnersYes(world, undefined),
    projectOff: enabled === false,
    stored: soundDecision(entryFor(store.entries, identity)),
    allOffAt: store.all?.at,
    policy: readPolicy(world).consent,
    foreignHome: foreignHome(world),
    fields: [],
    places: [],
    retentionDays: typeof retentionDays === 'number' ? retentionDays : Number.POSITIVE_INFINITY,
    now: world.now(),
  })
  return effective === 'on' || effective === 'local' ? undefined : reason
}

function tracerOf(world: World, args: readonly string[], { folder, compiled }: { folder: string; compiled: boolean }): Tracer {
  // Absolute, since make may change its folder; TMPDIR need not be.
  const notes = fs.mkdtempSync(path.resolve(world.cwd, world.env.TMPDIR || '/tmp', 'send-metrics-spans-'))
  const file = path.join(notes, 'lines')
  fs.writeFileSync(file, '', { mode: 0o600 })
  const clock = new UptimeClock(world)
  return {
    command: (command) => ({ ...command, args, env: { ...command.env, SEND_METRICS_SPANS: file } }),
    lines: (make) => (compiled ? [] : tracedLines(make, folder)),
    collect: (run) => {
      clock.look()
      return longest(readLines(readStart(file), { ...run, uptimeOffset: clock.offset }), MOST_SPANS)
    },
    remove: () => fs.rmSync(notes, { recursive: true, force: true }),
  }
}

/**
 * The system's uptime beside the wall clock. /proc/uptime is cut to hundredths of a second, so each look gives an
 * offset that is too large by up to that; the smallest is nearest.
 */
class UptimeClock {
  /** Uptime and this make the wall clock, ms; undefined where there is no such file. */
  offset: number | undefined
  private readonly world: World

  constructor(world: World) {
    this.world = world
    this.look()
  }

  look(): void {
    try {
      const uptime = Number(fs.readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000
      this.offset = Math.min(this.world.now() - uptime, this.offset ?? Number.POSITIVE_INFINITY)
    } catch {
      // Then the tracer has none either.
    }
  }
}

/** What a recipe took away or put in its place is nothing to us. */
function readStart(file: string): string {
  let descriptor: number | undefined
  try {
    descriptor = openFile(file)
    const text = Buffer.alloc(Math.min(fs.fstatSync(descriptor).size, MOST_BYTES))
    return text.subarray(0, fs.readSync(descriptor, text, 0, text.length, 0)).toString()
  } catch {
    return ''
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor)
  }
}
