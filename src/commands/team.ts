import { type Command, InvalidArgumentError, Option } from 'commander'
import { standingFor } from '../consent/standing.ts'
import { eventNames } from '../event/message.ts'
import { filesSource, type Source, warehouseSource } from '../insight/sources.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { say } from '../messages.ts'
import { findProject } from '../project/find.ts'
import { type Project, readProject } from '../project/read.ts'
import type { World } from '../world.ts'

/** Runs, what to call them, and what to say where there are none. */
export interface Subject {
  readonly source: Source
  /** The project's name; empty for a team's runs, which may be of any. */
  readonly title: string
  /** The anonymous ID of whoever asks. */
  readonly you: string | undefined
  /** Where notes of runs that go on may lie. */
  readonly folders: readonly string[]
  /** What of them, or of the decisions, cannot be read; whole when the runs are counted. */
  readonly passedOver: PassedOver
  /** What fewer people did is left out; undefined for no such bound. */
  readonly leastPeople: number | undefined
  readonly whenEmpty: () => string
}

/** Where a team's runs are, and what of them may be shown. */
export interface TeamOptions {
  readonly input?: readonly string[]
  readonly warehouse?: string
  readonly schema?: string
  readonly table?: string
  /** Seconds. */
  readonly timeLimit?: number
  readonly k?: number
}

const LIMIT_SECONDS = 120
const DAY_SECONDS = 86_400

/** Gives a command the options of `TeamOptions`. */
export function teamOptions(command: Command): Command {
  return command
    .option('--input <file...>', 'read runs from files of JSON lines, gzip or not, or from - for standard input')
    .addOption(new Option('--warehouse <uri>', 'read runs from a Segment warehouse, such as postgres://me@host/db').conflicts('input'))
    .option('--schema <name>', 'the schema in the warehouse; looked for without it')
    .option('--table <name>', "the table in the warehouse; that of the project's event without it")
    .option('--time-limit <seconds>', `how long one query may take; ${LIMIT_SECONDS} without it`, seconds)
    .option('--k <people>', 'of team data, leave out whatever fewer people did', wholeNumber)
    .hook('preAction', () => needSource(command, command.opts()))
}

/** An option that would do nothing is a mistake, and of `--k` one that shows what was not to be shown. */
function needSource(command: Command, { input, warehouse, k, schema, table, timeLimit }: TeamOptions): void {
  if (warehouse !== undefined) return
  if (k !== undefined && input === undefined) command.error(say.optionNeeds('--k', '--input or --warehouse'))
  for (const [option, value] of Object.entries({ '--schema': schema, '--table': table, '--time-limit': timeLimit }))
    if (value !== undefined) command.error(say.optionNeeds(option, '--warehouse'))
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return number
}

function seconds(text: string): number {
  const number = wholeNumber(text)
  if (number > DAY_SECONDS) throw new InvalidArgumentError(`It must be a whole number from 1 to ${DAY_SECONDS}.`)
  return number
}

/**
 * A team's runs, if the options name some. They need no project; in one, its ID tells which runs are yours, unless what one
 * person did may not be shown.
 */
export function teamSubject(world: World, options: TeamOptions): Subject | undefined {
  const { input, warehouse, k = 1 } = options
  if (input === undefined && warehouse === undefined) return undefined
  const project = projectHere(world)
  const source = input === undefined ? warehouseOf(world, options, project) : filesSource(input)
  const leastPeople = k > 1 ? k : undefined
  const you = leastPeople === undefined && project ? standingFor(world, project).entry?.anonymousId : undefined
  return {
    source,
    title: '',
    you: you ?? undefined,
    folders: [],
    passedOver: new PassedOver(),
    leastPeople,
    whenEmpty: () => say.noRunsIn(source.where, leastPeople),
  }
}

function warehouseOf(world: World, options: TeamOptions, project: Project | undefined): Source {
  const { warehouse: uri = '', schema, table, timeLimit: limitSeconds = LIMIT_SECONDS } = options
  return warehouseSource(world, { uri, schema, table, limitSeconds, event: project && eventNames(project).run })
}

function projectHere(world: World): Project | undefined {
  const found = findProject(world)
  const read = found && readProject(found)
  return read && 'project' in read ? read.project : undefined
}
