import { say } from '../messages.ts'

/** What the person asked `wrap` to run. */
export interface WrapRequest {
  readonly target: string
  /** Makefiles named with -f, in order; a sub-make does not inherit its parent's. */
  readonly files: readonly string[]
  readonly make: string | undefined
  readonly verbose: boolean
  /** Words behind `--`, for make, untouched. */
  readonly makeArguments: readonly string[]
}

export type ParsedWrap = { request: WrapRequest } | { help: true } | { mistake: string }

const OPTIONS = ['--make', '--file', '--verbose', '--help'] as const
const WITH_VALUE = new Map([
  ['--make', '--make'],
  ['--file', '--file'],
  ['-f', '--file'],
])

interface Reading {
  target?: string
  make?: string
  verbose: boolean
  files: string[]
}

/**
 * Reads `wrap`'s own command line. By hand, because it stands between a person and make:
 * a command-line library would cost more than the rest of the work before the target starts.
 */
export function parseWrapArguments(words: readonly string[]): ParsedWrap {
  const end = words.indexOf('--')
  const own = end === -1 ? words : words.slice(0, end)
  const makeArguments = end === -1 ? [] : words.slice(end + 1)
  const reading: Reading = { verbose: false, files: [] }
  for (let at = 0; at < own.length; at++) {
    const word = own[at] as string
    if (word === '--help' || word === '-h') return { help: true }
    const taken = takeOption(word, own[at + 1], reading)
    if (typeof taken === 'string') return { mistake: taken }
    if (taken !== undefined) at += taken
    else if (reading.target === undefined) reading.target = word
    else return { mistake: say.extraArgument(word) }
  }
  return finish(reading, makeArguments)
}

/** How many further words an option used up; undefined for a word that is none; a text for a mistake. */
function takeOption(word: string, next: string | undefined, reading: Reading): number | string | undefined {
  if (!word.startsWith('-') || word === '-') return undefined
  if (word === '--verbose') {
    reading.verbose = true
    return 0
  }
  const joined = /^(--make|--file)=(.*)$/su.exec(word) ?? /^(-f)(.+)$/su.exec(word)
  const name = WITH_VALUE.get(joined?.[1] ?? word)
  if (name === undefined) return say.unknownWrapOption(word, nearest(word))
  const value = joined ? joined[2] : next
  if (value === undefined || value === '') return say.optionNeedsValue(joined?.[1] ?? word)
  if (name === '--make') reading.make = value
  else reading.files.push(value)
  return joined ? 0 : 1
}

function nearest(word: string): string | undefined {
  return OPTIONS.find((option) => option.startsWith(word.slice(0, 4)))
}

function finish(reading: Reading, makeArguments: readonly string[]): ParsedWrap {
  const { target, make, verbose, files } = reading
  if (target === undefined) return { mistake: say.noTarget() }
  if (target === '') return { mistake: say.emptyTarget() }
  if (target.includes('=')) return { mistake: say.assignmentAsTarget(target) }
  return { request: { target, files, make, verbose, makeArguments } }
}
