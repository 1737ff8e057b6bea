import { type Command, InvalidArgumentError } from 'commander'
import { standingFor } from '../consent/standing.ts'
import { filesSource, type Source } from '../insight/sources.ts'
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
  /** What fewer people did is left out; undefined for no such bound. */
  readonly leastPeople: number | undefined
  readonly whenEmpty: () => string
}

/** Where a team's runs are, and what of them may be shown. */
export interface TeamOptions {
  readonly input?: readonly string[]
  readonly k?: number
}

/** Gives a command the options of `TeamOptions`. */
export function teamOptions(command: Command): Command {
  return command
    .option('--input <file...>', 'read runs from files of JSON lines, or from - for standard input')
    .option('--k <people>', 'of team data, leave out whatever fewer people did', wholeNumber)
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return number
}

/**
 * A team's runs, if the options name some. They need no project; in one, its ID tells which runs are yours, unless what one
 * person did may not be shown.
 */
export function teamSubject(world: World, { input, k = 1 }: TeamOptions): Subject | undefined {
  if (input === undefined) return undefined
  const source = filesSource(input)
  const leastPeople = k > 1 ? k : undefined
  const project = leastPeople === undefined ? projectHere(world) : undefined
  const you = (project && standingFor(world, project).entry?.anonymousId) ?? undefined
  return { source, title: '', you, folders: [], leastPeople, whenEmpty: () => say.noRunsIn(source.where, leastPeople) }
}

function projectHere(world: World): Project | undefined {
  const found = findProject(world)
  const read = found && readProject(found)
  return read && 'project' in read ? read.project : undefined
}
