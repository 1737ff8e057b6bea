import { type Command, InvalidArgumentError } from 'commander'
import { standingFor } from '../consent/standing.ts'
import { withoutFewPeople } from '../insight/few-people.ts'
import type { Summary, SummaryOptions } from '../insight/model.ts'
import { progressBar } from '../insight/progress.ts'
import { SINCE_FORMS, sinceOf } from '../insight/since.ts'
import { filesSource, ledgerSource, type Source } from '../insight/sources.ts'
import { projectState } from '../journal/state.ts'
import { printable, say } from '../messages.ts'
import { findProject } from '../project/find.ts'
import { readProject } from '../project/read.ts'
import type { World } from '../world.ts'
import { allEntryIds } from './entries.ts'
import { needProject } from './need-project.ts'

/** Which runs `stats` and `report` are about. */
export interface SubjectOptions {
  readonly since?: number
  readonly input?: readonly string[]
  readonly k?: number
}

const DEFAULT_SINCE = '12w'

/** Runs, what to call them, and what to say where there are none. */
export interface Subject {
  readonly source: Source
  /** The project's name; empty for files that may be of any. */
  readonly title: string
  /** The anonymous ID of whoever asks. */
  readonly you: string | undefined
  /** What fewer people did is left out; undefined for no such bound. */
  readonly leastPeople: number | undefined
  /** Where notes of runs that go on may lie. */
  readonly folders: readonly string[]
  readonly whenEmpty: () => string
}

/** Adds the options that say which runs are meant. */
export function addSubjectOptions(command: Command, world: World): Command {
  const since = (text: string): number => {
    const ms = sinceOf(text, world.now())
    if (ms === undefined) throw new InvalidArgumentError(`It must be ${SINCE_FORMS}.`)
    return ms
  }
  return command
    .option('--since <when>', `${SINCE_FORMS}; ${DEFAULT_SINCE} without it`, since)
    .option('--input <file...>', 'read runs from files of JSON lines, or from - for standard input')
    .option('--k <people>', 'of team data, leave out whatever fewer people did', people)
}

function people(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return number
}

/** The runs that the options name; undefined, and said why, where there is no project. */
export function subjectOf(world: World, options: SubjectOptions): Subject | undefined {
  return options.input === undefined ? ownRecord(world) : teamFiles(world, options.input, options.k)
}

/** Counts them, with a bar at a terminal where that takes its time. Throws what the source throws. */
export async function summaryOf(
  world: World,
  subject: Subject,
  options: SubjectOptions,
  more: Pick<SummaryOptions, 'targets' | 'sampleSize'>,
): Promise<Summary> {
  const { leastPeople, you } = subject
  const periodMs = options.since ?? sinceOf(DEFAULT_SINCE, world.now())
  const bar = progressBar(world)
  try {
    const summary = await subject.source.summarize({ now: world.now(), periodMs, you, leastPeople, ...more }, bar.tell)
    return leastPeople === undefined ? summary : withoutFewPeople(summary, leastPeople)
  } finally {
    bar.clear()
  }
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
    leastPeople: undefined,
    whenEmpty: () => say.noRuns(project.project, effective === 'on' || effective === 'local' ? undefined : reason),
  }
}

/** Files need no project; in one, its ID tells which runs are yours, unless what one person did may not be shown. */
function teamFiles(world: World, files: readonly string[], k: number | undefined): Subject {
  const source = filesSource(files)
  const leastPeople = k === undefined || k < 2 ? undefined : k
  const you = leastPeople === undefined ? ownId(world) : undefined
  return { source, folders: [], title: '', you, leastPeople, whenEmpty: () => say.noRunsIn(printable(source.where, 300), leastPeople) }
}

function ownId(world: World): string | undefined {
  const found = findProject(world)
  const read = found && readProject(found)
  return (read && 'project' in read ? standingFor(world, read.project).entry?.anonymousId : undefined) ?? undefined
}
