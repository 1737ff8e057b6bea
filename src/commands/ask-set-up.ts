import { askInCommand } from '../consent/ask.ts'
import { isExampleText } from '../destinations/placeholder.ts'
import { Interruption } from '../makefile/ask-with-files.ts'
import { whyNotEventFile } from '../makefile/event-file.ts'
import type { Summary } from '../makefile/plan.ts'
import { whyNotDestination } from '../makefile/project-file.ts'
import { Refusal } from '../makefile/refusal.ts'
import type { SetUp } from '../makefile/set-up.ts'
import { WHERE, type WhereRow, whereNamed, whyNotValue } from '../makefile/where-it-goes.ts'
import { words } from '../makefile/words.ts'
import { printable } from '../messages.ts'
import { hanging } from '../text-width.ts'
import type { World } from '../world.ts'

/** What `init` was told by options; the rest is asked for, where somebody can be asked. */
export interface Told {
  readonly recipient?: string | undefined
  /** `--to`: the name of a place, with `=` and what else is to be known of it. */
  readonly to?: string | undefined
}

/** What a new project file is to say of the data, asked for where it was not told. Throws Refusal, and Interruption. */
export async function askSetUp(world: World, told: Told, project: string, canAsk: boolean): Promise<SetUp> {
  const usual = `the people who maintain ${project}`
  const recipient = told.recipient ?? (canAsk ? await askLine(world, words.askRecipient(), usual, whyNotRecipient) : undefined)
  const wrong = recipient === undefined ? undefined : whyNotRecipient(recipient)
  if (wrong !== undefined) throw new Refusal(`--recipient: ${wrong}`)
  const chosen = told.to === undefined ? undefined : parseTo(told.to, world.cwd)
  const where = chosen?.where ?? (canAsk ? await askWhere(world) : undefined)
  if (where === undefined) return { recipient, destinations: [], where: undefined, leftOut: undefined }
  const value = chosen?.value ?? (await valueFor(world, where, canAsk))
  const destination = where.destination(value)
  return {
    recipient,
    destinations: destination === undefined ? [] : [destination],
    where: where.name,
    leftOut: where.name === 'honeycomb' || value === '' ? where.ask?.leftOut : undefined,
  }
}

/** Format: `segment=KEY`, or the name alone. */
function parseTo(text: string, folder: string): { readonly where: WhereRow; readonly value: string | undefined } {
  const [, name = '', value] = /^([^=]*)(?:=(.*))?$/su.exec(text) ?? []
  const where = whereNamed(name)
  if (where === undefined)
    throw new Refusal(
      words.noSuchPlace(
        name,
        WHERE.map((row) => row.name),
      ),
    )
  const given = value ?? (where.ask === undefined ? '' : where.ask.otherwise)
  const wrong = given === undefined ? undefined : whyNot(where, given, folder)
  if (wrong !== undefined) throw new Refusal(`--to ${where.name}: ${wrong}`)
  return { where, value: given }
}

async function valueFor(world: World, where: WhereRow, canAsk: boolean): Promise<string> {
  if (where.ask === undefined) return ''
  const { line, otherwise } = where.ask
  if (canAsk)
    return askLine(world, line, otherwise, (value) => whyNot(where, value, world.cwd) ?? whyNotDestination(where.destination(value)))
  if (otherwise === undefined) throw new Refusal(words.placeNeeds(where.name))
  return otherwise
}

function whyNot(where: WhereRow, value: string, folder: string): string | undefined {
  return whyNotValue(where, value) ?? (where.name === 'file' && value !== '' ? whyNotEventFile(folder, value) : undefined)
}

function whyNotRecipient(recipient: string): string | undefined {
  return isExampleText(recipient) ? `'${recipient}' is a placeholder; say who looks at the data` : undefined
}

async function askWhere(world: World): Promise<WhereRow> {
  const choices = WHERE.map((row) => ({ value: row.name, name: row.title }))
  const name = await put<string>(world, (prompt) =>
    prompt([{ type: 'select', name: 'answer', message: words.askWhere(), choices, theme: { indexMode: 'hidden' } }]),
  )
  return whereNamed(name) as WhereRow
}

async function askLine(
  world: World,
  message: string,
  otherwise: string | undefined,
  whyNot?: (value: string) => string | undefined,
): Promise<string> {
  const validate = (value: string) => whyNot?.(value.trim()) ?? true
  const answer = await put<string>(world, (prompt) =>
    prompt([{ type: 'input', name: 'answer', message, ...(otherwise ? { default: otherwise } : {}), validate }]),
  )
  return answer.trim()
}

async function put<T>(world: World, ask: Parameters<typeof askInCommand<T>>[1]): Promise<T> {
  const answer = await askInCommand<T>(world, ask)
  if (answer === undefined) throw new Refusal(words.notWritten())
  if (isSignal(answer)) throw new Interruption(answer)
  return answer
}

function isSignal(answer: unknown): answer is NodeJS.Signals {
  return typeof answer === 'string' && /^SIG[A-Z]+$/u.test(answer)
}

/** What is shown before anything is written; nothing of it is cut, however narrow the screen is. */
export function summaryOf({ project, targets, files, how, setUp }: Summary, width: number): string {
  const few = targets.slice(0, 4).map((name) => printable(name, 60))
  const more = targets.length > 4 ? ` and ${targets.length - 4} more` : ''
  const rows: [string, string][] = [
    ['Project', project],
    ['Targets', targets.length === 0 ? 'nothing new on the list' : `${targets.length} on the list: ${few.join(', ')}${more}`],
    ['How', how],
    ['Data', setUp === undefined ? 'as send-metrics.json has it' : dataOf(setUp, project)],
    ['Files', files],
  ]
  return rows.flatMap(([label, text]) => hanging(`${`${label}:`.padEnd(9)} `, printable(text, Infinity), width)).join('\n')
}

function dataOf({ destinations, where, recipient }: SetUp, project: string): string {
  const [destination] = destinations
  if (where === 'local') return 'kept on this machine, of you alone; nothing is sent'
  if (destination === undefined || where === undefined) return 'nobody gets any until send-metrics.json names a destination'
  const { type: _type, writeKey: _key, ...place } = destination
  const [at] = Object.values(place)
  const through = `${whereNamed(where)?.title ?? where}${at === undefined ? '' : ` (${at})`}`
  return `to ${recipient ?? `the people who maintain ${project}`}, through ${through}; each is asked first`
}
