import { type Command, InvalidArgumentError } from 'commander'
import { whatRecordsHere } from '../consent/what-changes.ts'
import { withoutFewPeople } from '../insight/few-people.ts'
import type { Summary, SummaryOptions } from '../insight/model.ts'
import { progressBar } from '../insight/progress.ts'
import { isDay, SINCE_FORMS, sinceOf } from '../insight/since.ts'
import { ledgerSource } from '../insight/sources.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { projectState } from '../journal/state.ts'
import { say } from '../messages.ts'
import type { World } from '../world.ts'
import { allEntryIds } from './entries.ts'
import { needProject } from './need-project.ts'
import { standingHere } from './passed-over.ts'
import { type Subject, type TeamOptions, teamOptions, teamSubject } from './team.ts'

/** Which runs `stats` and `report` are about. */
export interface SubjectOptions extends TeamOptions {
  readonly since?: Pick<SummaryOptions, 'periodMs' | 'from'>
}

const DEFAULT_SINCE = '12w'

/** Gives a command the options that say which runs are meant. */
export function subjectOptions(command: Command, world: World): Command {
  const since = (text: string): SubjectOptions['since'] => {
    const now = world.now()
    const ms = sinceOf(text, now)
    if (ms === undefined) throw new InvalidArgumentError(`It must be ${SINCE_FORMS}.`)
    return isDay(text) ? { from: now - ms } : { periodMs: ms }
  }
  return teamOptions(command.option('--since <when>', `${SINCE_FORMS}; ${DEFAULT_SINCE} without it`, since))
}

/** The runs that the options name; undefined, and said why, where there is no project. */
export function subjectOf(world: World, options: SubjectOptions): Subject | undefined {
  return teamSubject(world, options) ?? ownRecord(world)
}

/** Counts them, with a bar at a terminal where that takes its time. Throws what the source throws. */
export async function summaryOf(
  world: World,
  { source, you, leastPeople }: Subject,
  options: SubjectOptions,
  more: Pick<SummaryOptions, 'targets' | 'sampleSize'>,
): Promise<Summary> {
  const since = options.since ?? { periodMs: sinceOf(DEFAULT_SINCE, world.now()) }
  const bar = progressBar(world)
  try {
    const summary = await source.summarize({ now: world.now(), ...since, you, leastPeople, ...more }, bar.tell)
    return leastPeople === undefined ? summary : withoutFewPeople(summary, leastPeople)
  } finally {
    bar.clear()
  }
}

function ownRecord(world: World): Subject | undefined {
  const project = needProject(world)
  if (project === undefined) return undefined
  const passedOver = new PassedOver()
  const current = standingHere(world, project, passedOver)
  const folders = allEntryIds(current).map((id) => projectState(world, id))
  const { effective, reason, decidedBy } = current.standing
  const isOn = effective === 'on' || effective === 'local'
  return {
    source: ledgerSource(folders, passedOver),
    folders,
    passedOver,
    title: project.project,
    you: undefined,
    leastPeople: undefined,
    whenEmpty: () => say.noRuns(project.project, isOn ? undefined : { reason, todo: whatRecordsHere(world, decidedBy) }),
  }
}
