import { type Command, InvalidArgumentError, Option } from 'commander'
import { standingFor } from '../consent/standing.ts'
import { follow } from '../insight/follow.ts'
import type { Summary } from '../insight/model.ts'
import { nearest } from '../insight/nearest.ts'
import { SINCE_FORMS, sinceOf } from '../insight/since.ts'
import { filesSource, ledgerSource, type Source } from '../insight/sources.ts'
import { colours } from '../insight/terminal/colours.ts'
import { printSummary } from '../insight/terminal/print-summary.ts'
import { outstanding } from '../insight/words.ts'
import { projectState } from '../journal/state.ts'
import { say } from '../messages.ts'
import { findProject } from '../project/find.ts'
import { readProject } from '../project/read.ts'
import type { Exit, World } from '../world.ts'
import { allEntryIds } from './entries.ts'
import { examples } from './examples.ts'
import { needProject } from './need-project.ts'

interface StatsOptions {
  readonly since?: number
  readonly json?: boolean
  readonly input?: readonly string[]
  readonly follow?: boolean
}

const DEFAULT_SINCE = '12w'

/** `send-metrics stats`: what each target takes, how often it fails, and what changed. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  const since = (text: string): number => {
    const ms = sinceOf(text, world.now())
    if (ms === undefined) throw new InvalidArgumentError(`It must be ${SINCE_FORMS}.`)
    return ms
  }
  command
    .addHelpText(
      'before',
      examples([
        'send-metrics stats',
        'send-metrics stats build test --since 4w',
        'send-metrics stats --follow',
        'send-metrics stats --input team.jsonl',
      ]),
    )
    .argument('[target...]', 'only these targets')
    .option('--since <when>', `${SINCE_FORMS}; ${DEFAULT_SINCE} without it`, since)
    .option('--input <file...>', 'read runs from files of JSON lines, or from - for standard input')
    .option('--json', 'print JSON')
    .addOption(new Option('--follow', 'show how long what runs now has taken, against what is usual').conflicts(['input', 'json']))
    .action(async (targets: string[], options: StatsOptions) => done(await showStats(world, targets, options)))
}

/** Runs, what to call them, and what to say where there are none. */
interface Subject {
  readonly source: Source
  readonly title: string
  /** The anonymous ID of whoever asks. */
  readonly you: string | undefined
  /** Where notes of runs that go on may lie. */
  readonly folders: readonly string[]
  readonly whenEmpty: () => string
}

async function showStats(world: World, targets: readonly string[], options: StatsOptions): Promise<Exit> {
  const subject = options.input === undefined ? ownRecord(world) : teamFiles(world, options.input)
  if (subject === undefined) return { code: 1 }
  const periodMs = options.since ?? sinceOf(DEFAULT_SINCE, world.now())
  const summary = await subject.source.summarize({ now: world.now(), periodMs, targets, you: subject.you })
  if (options.follow) return follow(world, subject.folders, summary)
  const unknown = targets.filter((target) => !summary.known.includes(target))
  for (const target of summary.known.length > 0 ? unknown : []) {
    world.stderr.write(say.prefixed(say.noRunOf(target, nearest(target, summary.known), summary.known)))
  }
  if (options.json) world.stdout.write(`${JSON.stringify(forScripts(summary), undefined, 2)}\n`)
  else if (summary.known.length === 0) world.stderr.write(say.prefixed(subject.whenEmpty()))
  else if (summary.runs > 0) {
    world.stdout.write(printSummary(summary, { title: subject.title, where: subject.source.where }, world.stdout.columns, colours(world)))
  }
  const { wrongClock, unreadable } = summary.leftOut
  if (wrongClock + unreadable > 0) world.stderr.write(say.prefixed(say.leftOut(wrongClock, unreadable)))
  return { code: targets.length > 0 && unknown.length === targets.length ? 1 : 0 }
}

function ownRecord(world: World): Subject | undefined {
  const project = needProject(world)
  if (project === undefined) return undefined
  const current = standingFor(world, project)
  const folders = allEntryIds(current).map((id) => projectState(world, id))
  const { effective, reason } = current.standing
  return {
    source: ledgerSource(folders),
    folders,
    title: project.project,
    you: undefined,
    whenEmpty: () => say.noRuns(project.project, effective === 'on' || effective === 'local' ? undefined : reason),
  }
}

/** Files need no project; in one, its ID tells which runs are yours. */
function teamFiles(world: World, files: readonly string[]): Subject {
  const found = findProject(world)
  const read = found && readProject(found)
  const you = read && 'project' in read ? standingFor(world, read.project).entry?.anonymousId : undefined
  const source = filesSource(files)
  return { source, folders: [], title: '', you: you ?? undefined, whenEmpty: () => say.noRunsIn(source.where) }
}

/** The summary without what only a chart needs, and with what stands out in words. */
function forScripts({ targets, ...summary }: Summary): object {
  return { ...summary, outstanding: outstanding({ ...summary, targets }), targets: targets.map(({ sample: _sample, ...target }) => target) }
}
