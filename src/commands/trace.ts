import type { Command } from 'commander'
import { type EventLine, Ledger, type SpansLine } from '../journal/ledger.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { projectState } from '../journal/state.ts'
import { printableJson, say } from '../messages.ts'
import { type Bar, byStart } from '../waterfall/bars.ts'
import { chromeTrace } from '../waterfall/chrome.ts'
import { type Canvas, drawWaterfall, type Waterfall } from '../waterfall/draw.ts'
import type { Environment, Exit, World } from '../world.ts'
import { allEntryIds } from './entries.ts'
import { examples } from './examples.ts'
import { needProject } from './need-project.ts'
import { sayPassedOver, standingHere } from './passed-over.ts'

interface Options {
  json?: boolean
  chrome?: boolean
}

/** `send-metrics trace [run]`: which targets ran inside a run, and when. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText(
      'before',
      examples([
        'send-metrics wrap --spans build && send-metrics trace',
        'send-metrics trace 4bf92f',
        'send-metrics trace --chrome > trace.json   # then open it in ui.perfetto.dev',
      ]),
    )
    .argument('[run]', 'the beginning of a run_id (default: the last run with spans)')
    .option('--json', 'one JSON object: the run with its spans, and the runs inside it with theirs')
    .option('--chrome', "Chrome's Trace Event Format, for a browser")
    .action((run: string | undefined, options: Options, self: Command) => {
      if (run === 'help') return self.help()
      if (options.json && options.chrome) return self.error(say.oneFormat())
      done(trace(world, run, options))
    })
}

function trace(world: World, wanted: string | undefined, options: Options): Exit {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const passedOver = new PassedOver()
  const current = standingHere(world, project, passedOver)
  const ledgers = allEntryIds(current).map((id) => new Ledger(projectState(world, id)))
  const read = (series: 'runs' | 'spans') => ledgers.flatMap((ledger) => [...ledger.lines([series], passedOver)])
  const traced = read('spans') as SpansLine[]
  const run = traced.sort((one, other) => endOf(one) - endOf(other)).findLast(({ run_id }) => run_id.startsWith(wanted ?? ''))
  if (run === undefined) {
    if (sayPassedOver(world, passedOver)) return { code: 1 }
    const { effective, reason } = current.standing
    const records = effective === 'on' || effective === 'local'
    const none = records ? say.noRunWithSpans(world.tool, project.project) : say.emptyLog(project.project, reason)
    world.stderr.write(say.prefixed(wanted !== undefined && traced.length > 0 ? say.noSuchRun(world.tool, wanted) : none))
    return { code: 1 }
  }
  const inside = runsInside(run, read('runs') as EventLine[], traced)
  world.stdout.write(render(run, inside, options, world))
  sayPassedOver(world, passedOver)
  return { code: 0 }
}

/** The last to end is the outermost one. */
function endOf({ at, duration_ms }: SpansLine): number {
  return Date.parse(at) + duration_ms
}

/** A run that was wrapped inside another one. */
interface InnerRun {
  readonly run_id: string
  readonly parent_run_id: string
  readonly command: string
  readonly at: string
  readonly duration_ms: number
  readonly outcome: string
  readonly depth: number
  readonly spans: SpansLine['spans']
}

/** All that ran inside a run, however deep. Lines lack what the person did not agree to record. */
function runsInside(run: SpansLine, runs: readonly EventLine[], traced: readonly SpansLine[]): InnerRun[] {
  const depths = new Map([[run.run_id, 0]])
  const found: InnerRun[] = []
  // An inner run ends before the one it is in, and so it is recorded before: the other way round, parents come first.
  for (const line of runs.toReversed()) {
    const { run_id, parent_run_id: parent, start_time: at, command, duration_ms, outcome } = line
    const depth = depths.get(String(parent))
    if (depth === undefined || typeof run_id !== 'string' || typeof duration_ms !== 'number' || !(duration_ms >= 0)) continue
    if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) continue
    depths.set(run_id, depth + 1)
    const own = traced.find((one) => one.run_id === run_id)
    const names = { command: own?.command ?? String(command ?? ''), outcome: String(outcome ?? '') }
    found.push({ run_id, parent_run_id: String(parent), at, duration_ms, ...names, depth: depth + 1, spans: own?.spans ?? [] })
  }
  return found.reverse()
}

function render(run: SpansLine, inside: readonly InnerRun[], { json, chrome }: Options, world: World): string {
  if (json) return `${printableJson(asJson(run, inside), 2)}\n`
  const { command, run_id, at, duration_ms, outcome, left_out: leftOut } = run
  const waterfall: Waterfall = { command, run_id, at, duration_ms, outcome, leftOut, bars: barsOf(run, inside) }
  return chrome ? `${printableJson(chromeTrace(waterfall))}\n` : drawWaterfall(waterfall, canvasOf(world))
}

function asJson({ type: _type, spans, ...run }: SpansLine, inside: readonly InnerRun[]): object {
  const withParent = (list: SpansLine['spans'], parent_id: string) => list.map(({ id, ...span }) => ({ id, parent_id, ...span }))
  const runs = inside.map(({ depth: _depth, ...inner }) => ({ ...inner, spans: withParent(inner.spans, inner.run_id) }))
  return { ...run, spans: withParent(spans, run.run_id), runs }
}

function barsOf(run: SpansLine, inside: readonly InnerRun[]): Bar[] {
  const ofTargets = (spans: SpansLine['spans'], depth: number) =>
    spans.map((span) => ({ ...span, name: span.target, depth: span.depth + depth }))
  const ofRuns = inside.flatMap(({ command, run_id, at, depth, spans, ...times }) => [
    { name: `wrap ${command}`, id: run_id, start: Date.parse(at), depth, ...times },
    ...ofTargets(spans, depth + 1),
  ])
  return [...ofTargets(run.spans, 0), ...ofRuns].sort(byStart)
}

function canvasOf({ stdout, env, tool }: World): Canvas {
  const colour = stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb'
  return { columns: stdout.columns, colour: isSet(env.FORCE_COLOR) || colour, unicode: speaksUtf8(env), tool }
}

function isSet(value: string | undefined): boolean {
  return !['', '0', 'false', undefined].includes(value)
}

/** The first of these three that is set counts (POSIX, 8.2 Internationalization Variables). */
function speaksUtf8({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  return /utf-?8/iu.test(LC_ALL || LC_CTYPE || LANG || '')
}
