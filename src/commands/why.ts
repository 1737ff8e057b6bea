import * as path from 'node:path'
import type { Command } from 'commander'
import type { TypedRun, TypedVariable } from '../doctor/typed-run.ts'
import { type LastRun, type Why, whyHere } from '../doctor/why.ts'
import { printable, say } from '../messages.ts'
import { shellWord } from '../shell-word.ts'
import { wrapped } from '../text-width.ts'
import type { Exit, World } from '../world.ts'
import { type MakeOption, readCommandLine } from '../wrap/make-command-line.ts'
import { readMakeFlags } from '../wrap/make-flags.ts'
import { whatRuns } from '../wrap/what-runs.ts'
import { examples } from './examples.ts'
import { printJson } from './print-json.ts'
import { isTarget } from './project-targets.ts'
import { writeLines } from './write-lines.ts'

/** `send-metrics why`: in a few lines, what becomes of a run here, and what became of the last one. `doctor` looks at everything. */
export function define(command: Command, world: World, done: (exit: Exit) => void, typed: readonly string[]): void {
  const words = withoutDashes(typed)
  if (words !== undefined) command.error(mistakeIn(world, words, true) ?? '')
  command
    .addHelpText('before', examples(['send-metrics why', 'send-metrics why -- make -n test', 'send-metrics why --json']))
    .usage('[options] [-- <make> [make arguments]]')
    .argument('[words...]', 'after --, a whole command line of make to judge; put the variables that you would set before send-metrics')
    .option('--json', 'print JSON: outcome, reason, todo, last, failed, withoutTrace')
    .action(async (words: string[], options: { json?: boolean }) => {
      if (words[0] === 'help' && !typed.includes('--')) return command.help()
      const mistake = mistakeIn(world, words, !typed.includes('--'))
      if (mistake !== undefined) return command.error(mistake)
      const { there, run } = typedRun(world, words)
      const why = await whyHere(there, run)
      if (options.json) printJson(world, why)
      else writeLines(world.stdout, layOut(why, world))
      done({ code: 0 })
    })
}

/** The words without `--` where a command line of make was meant: what belongs to make is no option of ours. */
function withoutDashes(typed: readonly string[]): readonly string[] | undefined {
  const given = typed.slice(1)
  if (typed[0] !== 'why' || given.includes('--') || given.includes('--help')) return undefined
  const words = given.slice(given.findIndex((word) => !word.startsWith('-')))
  return isMake(words[0]) ? words : undefined
}

/** What is wrong with the words of a command line; undefined where they are one of make. */
function mistakeIn(world: World, words: readonly string[], noDashes: boolean): string | undefined {
  const [first, ...others] = words
  if (first === undefined) return undefined
  const line = (all: readonly string[]) => `${world.tool} why -- ${all.map(shellWord).join(' ')}`
  if (isMake(first)) return noDashes ? say.whyOfMake(first, line(words)) : undefined
  if (first.startsWith('-')) return say.whyOfMake(first, line(['make', first, 'build']))
  const settings = words.slice(
    0,
    words.findIndex((word) => !word.includes('=')),
  )
  if (settings.length > 0) return say.whyOfMake(first, `${settings.join(' ')} ${line(words.slice(settings.length))}`)
  if (noDashes || isTarget(world, first)) return say.whyOfMake(first, line(['make', first, ...others]))
  return say.whyNotOfMake(first, line(['make', 'build']))
}

/** GNU make goes by many names: gmake, remake, mingw32-make, make-4.3. */
function isMake(word = ''): boolean {
  return /^(?:[\w.-]*-)?(?:g|re|b|p)?make(?:-?[\d.]+)?(?:\.exe)?$/u.test(path.basename(word))
}

/** Options that say where make looks, and not how it runs. */
const PLACES = ['C', 'f']

function typedRun(world: World, words: readonly string[]): { there: World; run: TypedRun } {
  const given = words.slice(1)
  const { there } = whatRuns(world, { target: undefined, name: undefined }, given)
  const { options, goals, variables: setters } = readCommandLine(given)
  const variables = setters.map(readVariable)
  const set = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  // What a make around us has left is not typed.
  const { MAKEFLAGS, GNUMAKEFLAGS } = world.env.MAKELEVEL === undefined ? world.env : {}
  const run: TypedRun = {
    words,
    dry: readMakeFlags(MAKEFLAGS, given, GNUMAKEFLAGS).dry || readMakeFlags(set.MAKEFLAGS, []).dry,
    prints: options.some(({ name }) => name === 'v' || name === 'h'),
    makefile: options.find(({ name }) => name === 'f')?.value,
    options: options.filter(({ name }) => !PLACES.includes(name)).map(asWord),
    goals,
    variables,
  }
  return { there: withVariables(there, set), run }
}

/** `=` alone, or as `:=`, `+=` and the others. */
function readVariable(word: string): TypedVariable {
  const at = word.indexOf('=')
  const [name = ''] = /^[^\s:+?!=]*/u.exec(word) ?? []
  return at === -1 ? { word, name: '', value: '' } : { word, name, value: word.slice(at + 1) }
}

/** What is set on the command line is in the environment of every recipe; its flags are make's. */
function withVariables(there: World, { MAKEFLAGS: _flags, ...set }: Readonly<Record<string, string>>): World {
  return Object.create(there, { env: { value: { ...there.env, ...set } } }) as World
}

function asWord({ name, value = '' }: MakeOption): string {
  if (name.length === 1) return `-${name}${value}`
  return value === '' ? `--${name}` : `--${name}=${value}`
}

const OUTCOMES: Readonly<Record<Why['outcome'], string>> = {
  sent: 'A run here is recorded and sent.',
  'kept here': 'A run here is kept on this machine, and not sent',
  'not recorded': 'A run here is not recorded',
}

function layOut(why: Why, world: World): string {
  const { outcome, reason, todo, last, failed, withoutTrace = [] } = why
  const columns = world.stdout.isTTY ? world.stdout.columns : Number.POSITIVE_INFINITY
  const put = (text: string) => wrapped(text, columns)
  const listed = (text: string) => wrapped(text, columns - 2).map((line) => `  ${line}`)
  return [
    ...put(reason === undefined ? OUTCOMES[outcome] : `${OUTCOMES[outcome]}: ${printable(reason, 400)}.`),
    ...(todo === undefined ? [] : [`To change it: ${printable(todo, 400)}`]),
    ...put(
      last === undefined
        ? 'No run of this project was recorded on this machine yet.'
        : `The last one recorded: ${describe(last, world.now())}.`,
    ),
    ...(failed === undefined ? [] : put(`Not recorded: ${printable(failed, 400)}.`)),
    ...(withoutTrace.length === 0
      ? []
      : put(`${last === undefined ? 'One' : 'A later one'} is missing? Such runs leave no trace, by design:`)),
    ...withoutTrace.flatMap(listed),
    ...(withoutTrace.length === 0 ? [] : [`Ask about one: CI=1 ${world.tool} why -- make -n test`]),
    `More: ${world.tool} doctor`,
  ].join('\n')
}

function describe({ command, at, outcome, sent }: LastRun, now: number): string {
  const fate = sent.length === 0 ? 'not sent' : sent.map((one) => printable(one, 200)).join('; ')
  return `${printable(command)}, ${ago(at, now)}, ${printable(outcome)}; ${fate}`
}

function ago(at: string, now: number): string {
  const minutes = Math.round((now - Date.parse(at)) / 60_000)
  if (Number.isNaN(minutes)) return 'at an unknown time'
  if (minutes < 0) return `at ${at}`
  if (minutes === 0) return 'just now'
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`
  return `on ${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`
}
