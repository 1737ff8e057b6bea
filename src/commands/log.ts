import { type Command, InvalidArgumentError } from 'commander'
import { standingFor } from '../consent/standing.ts'
import { type AttemptLine, type EventLine, Ledger, type LedgerLine } from '../journal/ledger.ts'
import { projectState } from '../journal/state.ts'
import { printable, say } from '../messages.ts'
import type { Exit, World } from '../world.ts'
import { allEntryIds } from './entries.ts'
import { examples } from './examples.ts'
import { needProject } from './need-project.ts'

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
  const current = standingFor(world, project)
  const lines = allEntryIds(current).flatMap((id) => [...new Ledger(projectState(world, id)).lines()])
  lines.sort((one, other) => timeOf(one).localeCompare(timeOf(other)))
  const shown = options.last === undefined ? lines : lines.slice(-options.last)
  if (options.json) world.stdout.write(shown.map((line) => `${JSON.stringify(line)}\n`).join(''))
  else if (shown.length === 0) world.stderr.write(say.prefixed(say.emptyLog(project.project, current.standing.reason)))
  else world.stdout.write(shown.map((line) => `${describe(line)}\n`).join(''))
  return { code: 0 }
}

/** UUID v7 begins with its time, which serves for events that carry none. */
function timeOf(line: LedgerLine): string {
  if (line.type === 'attempt') return (line as AttemptLine).at
  const { start_time: start, id } = line as EventLine
  return typeof start === 'string' ? start : new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toISOString()
}

function describe(line: LedgerLine): string {
  const at = timeOf(line).slice(0, 19).replace('T', ' ')
  return `${at}  ${line.type === 'attempt' ? describeAttempt(line as AttemptLine) : describeEvent(line as EventLine)}`
}

function describeEvent(line: EventLine): string {
  if (line.type === 'consent') return `consent  ${printable(String(line.choice ?? ''))}`
  const seconds = line.duration_ms === undefined ? '' : `${(Number(line.duration_ms) / 1000).toFixed(1)} s`
  if (line.type !== 'run') return describeObservation(line, seconds)
  return `run      ${printable(String(line.command)).padEnd(16)} ${seconds.padStart(9)}  ${printable(String(line.outcome))} (${line.exit_status})`
}

function describeObservation({ type, image_name, name, update_status, runtime_status, outcome }: EventLine, seconds: string): string {
  const what = printable(String(image_name ?? name ?? ''))
  const how = [update_status, runtime_status, outcome].filter((part) => part !== undefined).map((part) => printable(String(part)))
  return `${type} ${what.padEnd(24 - type.length)} ${seconds === '' ? '' : seconds.padStart(9)}  ${how.join(', ')}`
}

function describeAttempt(line: AttemptLine): string {
  const count = `${line.events.length} ${line.events.length === 1 ? 'event' : 'events'}`
  return `attempt  ${printable(line.destination).padEnd(16)} ${count.padStart(9)}  ${line.result}: ${printable(line.reason)}`
}
