import { type Command, InvalidArgumentError } from 'commander'
import type { Standing } from '../consent/resolve.ts'
import { type AttemptLine, type EventLine, Ledger, type LedgerLine } from '../journal/ledger.ts'
import { timeOfEvent } from '../journal/ledger-line.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { projectState } from '../journal/state.ts'
import { printable, printableJson, say } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { allEntryIds } from './entries.ts'
import { examples } from './examples.ts'
import { needProject } from './need-project.ts'
import { sayPassedOver, standingHere } from './passed-over.ts'

/** `send-metrics log`: every event and every try, oldest first. */
export function define(command: Command, world: World, done: (exit: Exit) => void): void {
  command
    .addHelpText('before', examples(['send-metrics log', 'send-metrics log --last 5', 'send-metrics log --json | jq .command']))
    .option('--json', 'one JSON object a line: {"type":"run"…}, {"type":"consent"…}, {"type":"attempt"…}')
    .option('--last <n>', 'only the last n lines', wholeNumber)
    .action((options: { json?: boolean; last?: number }) => done(showLog(world, options)))
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return number
}

function showLog(world: World, options: { json?: boolean; last?: number }): Exit {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  const passedOver = new PassedOver()
  const current = standingHere(world, project, passedOver)
  const lines = allEntryIds(current).flatMap((id) => [...new Ledger(projectState(world, id)).lines(['runs', 'attempts'], passedOver)])
  lines.sort((one, other) => timeOf(one).localeCompare(timeOf(other)))
  const chosen = options.last === undefined ? lines : lines.slice(-options.last)
  if (options.json) world.stdout.write(chosen.map((line) => `${printableJson(line)}\n`).join(''))
  else world.stdout.write(chosen.map((line) => `${describe(line)}\n`).join(''))
  const isIncomplete = sayPassedOver(world, passedOver)
  if (chosen.length > 0) return { code: 0 }
  if (!options.json && !isIncomplete) world.stderr.write(say.prefixed(whyEmpty(project.project, current.standing)))
  return { code: isIncomplete ? 1 : 0 }
}

function whyEmpty(project: string, { effective, reason }: Standing): string {
  return effective === 'on' || effective === 'local' ? say.nothingYet(project) : say.emptyLog(project, reason)
}

/** For events that carry no time, their ID has one. */
function timeOf(line: LedgerLine): string {
  const time = line.type === 'attempt' ? Date.parse((line as AttemptLine).at) : timeOfEvent(line as EventLine)
  return Number.isNaN(time) ? 'at an unknown time' : new Date(time).toISOString()
}

function describe(line: LedgerLine): string {
  const at = timeOf(line).slice(0, 19).replace('T', ' ')
  return `${at.padEnd(19)}  ${line.type === 'attempt' ? describeAttempt(line as AttemptLine) : describeEvent(line as EventLine)}`
}

/** Whatever a line has in a place, for a terminal. */
const shown = (value: unknown) => printable(String(value ?? ''))

function describeEvent(line: EventLine): string {
  if (line.type === 'consent') return `consent  ${shown(line.choice)}`
  const seconds = typeof line.duration_ms === 'number' ? `${(line.duration_ms / 1000).toFixed(1)} s` : ''
  if (line.type !== 'run') return describeObservation(line, seconds)
  return `run      ${shown(line.command).padEnd(16)} ${seconds.padStart(9)}  ${shown(line.outcome)} (${shown(line.exit_status)})`
}

function describeObservation({ type, image_name, name, update_status, runtime_status, outcome }: EventLine, seconds: string): string {
  const what = shown(image_name ?? name)
  const how = [update_status, runtime_status, outcome].filter((part) => part !== undefined).map(shown)
  return `${shown(type)} ${what.padEnd(24 - type.length)} ${seconds === '' ? '' : seconds.padStart(9)}  ${how.join(', ')}`
}

function describeAttempt(line: AttemptLine): string {
  const count = `${line.events.length} ${line.events.length === 1 ? 'event' : 'events'}`
  return `attempt  ${printable(line.to ?? line.destination).padEnd(16)} ${count.padStart(9)}  ${printable(line.result)}: ${printable(line.reason)}`
}
