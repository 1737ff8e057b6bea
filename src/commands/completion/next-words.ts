import type { Argument, Command, Option } from 'commander'

/** A word that may come next, with what it does in a few words. */
export interface NextWord {
  readonly word: string
  readonly about: string
}

/** What may come next: words, and whether a file may. */
export interface Next {
  readonly words: readonly NextWord[]
  readonly files: boolean
}

/** What a value is, by what the help calls it (`--input <file...>`); of any other nothing can be known. */
const KINDS: Readonly<Record<string, 'file' | 'target' | 'goals' | 'since' | 'dashes'>> = {
  file: 'file',
  makefile: 'file',
  program: 'file',
  target: 'target',
  targets: 'goals',
  make: 'dashes',
  when: 'since',
}

/** Names of targets, looked for only where one may come. */
export interface Names {
  /** What `wrap` may be given. */
  readonly targets: () => readonly string[]
  /** What runs may be called. */
  readonly runs: () => readonly string[]
  /** What make may be given. */
  readonly goals: () => readonly string[]
}

const NOTHING: Next = { words: [], files: false }
const FILES: Next = { words: [], files: true }
const SINCE = ['2d', '4w', '12w', '1y', 'all']

/** How far a command line has come. */
interface Reading {
  readonly command: Command
  /** Words of the command that are neither options nor their values. */
  readonly operands: number
  /** The option whose value comes next, or may. */
  readonly open: Option | undefined
  readonly afterDashes: boolean
}

/**
 * What may come next where `typed` stands, the last word as far as it is typed. It is all read from the library's own commands, so
 * that nothing is listed twice.
 */
export function nextWords(program: Command, typed: readonly string[], names: Names): Next {
  const current = typed.at(-1) ?? ''
  const { command, operands, open, afterDashes } = readAll(program, typed.slice(0, -1))
  if (open?.required && !open.variadic) return valuesOf(open, names, current)
  if (afterDashes) return operands === 0 ? plain(['make']) : plain(names.goals())
  if (current.startsWith('-')) return valuesInWord(command, current, names) ?? { words: optionsOf(command), files: false }
  if (open !== undefined) return valuesOf(open, names, current)
  const subcommands = operands === 0 ? subcommandsOf(command) : []
  const argument = command.registeredArguments[operands] ?? command.registeredArguments.findLast(({ variadic }) => variadic)
  const value = argument === undefined ? NOTHING : valuesOf(argument, { ...names, targets: targetsOf(command, names) }, current)
  return { words: [...subcommands, ...value.words], files: value.files }
}

function readAll(program: Command, typed: readonly string[]): Reading {
  return typed.reduce<Reading>(readWord, { command: program, operands: 0, open: undefined, afterDashes: false })
}

function readWord({ command, operands, open, afterDashes }: Reading, word: string): Reading {
  const more = { command, operands: operands + 1, open: undefined, afterDashes }
  if (afterDashes) return more
  if (word === '--') return { command, operands, open: undefined, afterDashes: true }
  if (word.startsWith('-') && word !== '-') return { command, operands, open: optionThatWaits(command, word), afterDashes }
  if (open !== undefined) return { command, operands, open: open.variadic ? open : undefined, afterDashes }
  // Of `help consent` the rest is as of `consent`.
  if (word === 'help' && operands === 0 && command.commands.length > 0) return { command, operands, open: undefined, afterDashes }
  const subcommand = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined
  return subcommand === undefined ? more : { command: subcommand, operands: 0, open: undefined, afterDashes }
}

/** Of `--since=4`, what the value may be, with the option before it as it was typed. */
function valuesInWord(command: Command, current: string, names: Names): Next | undefined {
  const [, flag] = /^(--[^=]+)=/u.exec(current) ?? []
  const option = flag === undefined ? undefined : optionThatWaits(command, flag)
  if (option === undefined) return undefined
  const { words } = valuesOf(option, names, current.slice(current.indexOf('=') + 1))
  return { words: words.map(({ word, about }) => ({ word: `${flag}=${word}`, about })), files: false }
}

/** The option that a word is, if its value is another word. */
function optionThatWaits(command: Command, word: string): Option | undefined {
  return command.options.find(({ long, short, required, optional }) => (required || optional) && (word === long || word === short))
}

/** Only `wrap` puts the prefix before a name. */
function targetsOf(command: Command, { targets, runs, goals }: Names): () => readonly string[] {
  if (command.name() === 'wrap') return targets
  return command.name() === 'preview' ? () => [...new Set([...runs(), ...goals()])].sort() : runs
}

function valuesOf(what: Option | Argument, names: Names, current: string): Next {
  if (what.argChoices !== undefined) return plain(what.argChoices)
  const name = 'flags' in what ? /[<[]([\w-]+)/u.exec(what.flags)?.[1] : what.name()
  switch (KINDS[name ?? '']) {
    case 'file':
      return FILES
    case 'target':
      return plain(names.targets())
    case 'goals':
      return plain(behindComma(names.goals(), current))
    case 'dashes':
      return plain(['--'])
    case 'since':
      return plain(SINCE)
    default:
      return NOTHING
  }
}

/** Of names with commas between them the last one is completed, and none is offered twice. */
function behindComma(names: readonly string[], current: string): string[] {
  const before = current.slice(0, current.lastIndexOf(',') + 1)
  const given = before.split(',')
  return names.filter((name) => !given.includes(name)).map((name) => `${before}${name}`)
}

function plain(words: readonly string[]): Next {
  return { words: words.map((word) => ({ word, about: '' })), files: false }
}

function optionsOf(command: Command): NextWord[] {
  const options = command.createHelp().visibleOptions(command)
  return options.flatMap(({ long, description }) => (long ? [{ word: long, about: description }] : []))
}

function subcommandsOf(command: Command): NextWord[] {
  const help = command.createHelp()
  return help.visibleCommands(command).map((one) => ({ word: one.name(), about: help.subcommandDescription(one) }))
}
