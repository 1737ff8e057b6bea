import type { Message } from './complain.ts'
import type { WrapRequest } from './wrap-request.ts'

export type ParsedWrap = { request: WrapRequest } | { help: true } | { mistake: Message }

const OPTIONS = ['--make', '--file', '--name', '--spans', '--verbose', '--help'] as const
const WITH_VALUE = new Map([
  ['--make', '--make'],
  ['--file', '--file'],
  ['--name', '--name'],
  ['-f', '--file'],
])

interface Reading {
  target?: string
  make?: string
  name?: string
  verbose: boolean
  spans: boolean
  forwarded: boolean
  files: string[]
}

/**
 * Reads `wrap`'s own command line. By hand, because it stands between a person and make:
 * a command-line library would cost more than the rest of the work before the target starts.
 */
export function parseWrapArguments(words: readonly string[]): ParsedWrap {
  const end = words.indexOf('--')
  const own = end === -1 ? words : words.slice(0, end)
  const reading: Reading = { verbose: false, spans: false, forwarded: false, files: [] }
  for (let at = 0; at < own.length; at++) {
    const word = own[at] as string
    if (word === '--help' || word === '-h') return { help: true }
    const taken = takeOption(word, own[at + 1], reading)
    if (typeof taken === 'function') return { mistake: taken }
    if (taken !== undefined) at += taken
    else if (reading.target === undefined) reading.target = word
    else return { mistake: (say, tool) => say.extraArgument(tool, word) }
  }
  return finish(reading, end === -1 ? undefined : words.slice(end + 1))
}

/** How many further words an option used up; undefined for a word that is none; a message for a mistake. */
function takeOption(word: string, next: string | undefined, reading: Reading): number | Message | undefined {
  if (!word.startsWith('-') || word === '-') return undefined
  if (word === '--verbose' || word === '--spans' || word === '--forwarded') {
    reading[word.slice('--'.length) as 'verbose' | 'spans' | 'forwarded'] = true
    return 0
  }
  const joined = /^(--make|--file|--name)=(.*)$/su.exec(word) ?? /^(-f)(.+)$/su.exec(word)
  const name = WITH_VALUE.get(joined?.[1] ?? word)
  if (name === undefined) return (say, _tool, near) => say.unknownWrapOption(word, near(word.replace(/=.*$/su, ''), OPTIONS))
  const value = joined ? joined[2] : next
  if (value === undefined || value === '') return (say) => say.optionNeedsValue(joined?.[1] ?? word)
  if (name === '--make') reading.make = value
  else if (name === '--name') reading.name = value
  else reading.files.push(value)
  return joined ? 0 : 1
}

function finish(reading: Reading, behind: readonly string[] | undefined): ParsedWrap {
  const { target, make, name, files, verbose, spans, forwarded } = reading
  if (target === undefined) return commandLine(reading, behind ?? [])
  if (target === '') return { mistake: (say, tool) => say.emptyTarget(tool) }
  if (target.includes('=')) return { mistake: (say) => say.assignmentAsTarget(target) }
  if (forwarded) return { mistake: (say) => say.forwardedTarget() }
  return { request: { target, name, forwarded, files, make, verbose, spans, makeArguments: behind ?? [] } }
}

/** `wrap -- make build`: the first word is make itself. */
function commandLine(
  { make, name, files, verbose, spans, forwarded }: Reading,
  [program, ...makeArguments]: readonly string[],
): ParsedWrap {
  if (program === undefined || program === '') return { mistake: (say, tool) => say.noTarget(tool) }
  if (make !== undefined || files.length > 0) return { mistake: (say, tool) => say.makeTwice(tool) }
  if (program.startsWith('-')) return { mistake: (say, tool) => say.noMakeFirst(tool, program) }
  return { request: { target: undefined, name, forwarded, files, make: program, verbose, spans, makeArguments } }
}
