import { type Command, InvalidArgumentError, Option } from 'commander'
import { standingFor } from '../consent/standing.ts'
import { eventNames } from '../event/message.ts'
import { filesSource, type Source, warehouseSource } from '../insight/sources.ts'
import { say } from '../messages.ts'
import { findProject } from '../project/find.ts'
import { type Project, readProject } from '../project/read.ts'
import type { World } from '../world.ts'

/** Runs, what to call them, and what to say where there are none. */
export interface Subject {
  readonly source: Source
  readonly title: string
  /** The anonymous ID of whoever asks. */
  readonly you: string | undefined
  readonly whenEmpty: () => string
}

/** Where a team's runs are, and what of them may be shown. */
export interface TeamOptions {
  readonly input?: readonly string[]
  readonly warehouse?: string
  readonly schema?: string
  readonly table?: string
  readonly timeLimit: number
  readonly k?: number
}

const LIMIT_SECONDS = 120

/** Gives a command the options of `TeamOptions`. */
export function teamOptions(command: Command): Command {
  return command
    .option('--input <file...>', 'read runs from files of JSON lines, gzip or not, or from - for standard input')
    .addOption(new Option('--warehouse <uri>', 'read runs from a Segment warehouse: postgres://user@host/database').conflicts('input'))
    .option('--schema <name>', "the warehouse's schema; looked for without it")
    .option('--table <name>', "the warehouse's table; without it that of the project's event")
    .option('--time-limit <seconds>', 'how long a query may take', wholeNumber, LIMIT_SECONDS)
    .option('--k <people>', 'leave out what fewer people did', wholeNumber)
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 86_400) throw new InvalidArgumentError('It must be a whole number from 1.')
  return number
}

/** A team's runs, if the options name some. They need no project; in one, its ID tells which runs are yours. */
export function teamSubject(world: World, options: TeamOptions): Subject | undefined {
  if (options.input === undefined && options.warehouse === undefined) return undefined
  const project = projectHere(world)
  const you = project && standingFor(world, project).entry?.anonymousId
  const source = options.input === undefined ? warehouse(world, options, project) : filesSource(options.input)
  return { source, title: '', you: you ?? undefined, whenEmpty: () => say.noRunsIn(source.where) }
}

function warehouse(world: World, { warehouse: uri = '', schema, table, timeLimit }: TeamOptions, project: Project | undefined): Source {
  return warehouseSource(world, { uri, schema, table, event: project && eventNames(project).run, limitSeconds: timeLimit })
}

function projectHere(world: World): Project | undefined {
  const found = findProject(world)
  const read = found && readProject(found)
  return read && 'project' in read ? read.project : undefined
}
