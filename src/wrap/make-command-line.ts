/** An option of make: its letter, or its long name where it has no letter, and its value if it has one. */
export interface MakeOption {
  readonly name: string
  readonly value: string | undefined
}

/** A command line of make, taken apart as make does it. */
export interface MakeCommandLine {
  readonly options: readonly MakeOption[]
  /** Without the `./` before them that make takes away. */
  readonly goals: readonly string[]
  /** Words that set variables, as they are written. */
  readonly variables: readonly string[]
}

/**
 * What an option takes: `value` the next word if none is attached, `digits` and `number` that only if it is one,
 * `attached` nothing but what is attached. Source: GNU make's main.c, the table `switches`, 3.81 to 4.4.
 */
type Takes = 'nothing' | 'value' | 'digits' | 'number' | 'attached'

const LETTERS: Readonly<Record<string, Takes>> = {
  ...{ C: 'value', f: 'value', I: 'value', o: 'value', W: 'value', E: 'value', j: 'digits', l: 'number', O: 'attached' },
}

/** Long names, each with the letter that means the same. */
const LONG: Readonly<Record<string, string>> = {
  'always-make': 'B',
  'assume-new': 'W',
  'assume-old': 'o',
  'check-symlink-times': 'L',
  debug: 'debug',
  directory: 'C',
  'dry-run': 'n',
  'environment-overrides': 'e',
  eval: 'E',
  file: 'f',
  help: 'h',
  'ignore-errors': 'i',
  'include-dir': 'I',
  jobs: 'j',
  'jobserver-auth': 'jobserver-auth',
  'jobserver-fds': 'jobserver-auth',
  'jobserver-style': 'jobserver-style',
  'just-print': 'n',
  'keep-going': 'k',
  'load-average': 'l',
  makefile: 'f',
  'max-load': 'l',
  'new-file': 'W',
  'no-builtin-rules': 'r',
  'no-builtin-variables': 'R',
  'no-keep-going': 'S',
  'no-print-directory': 'no-print-directory',
  'no-silent': 'no-silent',
  'old-file': 'o',
  'output-sync': 'O',
  'print-data-base': 'p',
  'print-directory': 'w',
  question: 'q',
  quiet: 's',
  recon: 'n',
  shuffle: 'shuffle',
  silent: 's',
  stop: 'S',
  'sync-mutex': 'sync-mutex',
  touch: 't',
  trace: 'trace',
  version: 'v',
  'warn-undefined-variables': 'warn-undefined-variables',
  'what-if': 'W',
}
const LONG_TAKES: Readonly<Record<string, Takes>> = {
  'jobserver-auth': 'value',
  'jobserver-style': 'value',
  'sync-mutex': 'value',
  debug: 'attached',
  shuffle: 'attached',
}

/** Takes a command line apart, without the program's name. Like make it takes options behind goals, too. */
export function readCommandLine(words: readonly string[]): MakeCommandLine {
  const options: MakeOption[] = []
  const others: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    if (word === '--') {
      others.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') others.push(word)
    else if (takesNext(word, words[at + 1], options)) at++
  }
  return { options, ...toldApart(others) }
}

/** Takes in the options of one word; true when the next word is the value of the last one. */
export function takesNext(word: string, next: string | undefined, options: MakeOption[]): boolean {
  return word.startsWith('--') ? takeLong(word.slice(2), next, options) : takeCluster(word.slice(1), next, options)
}

function takeCluster(cluster: string, next: string | undefined, options: MakeOption[]): boolean {
  for (let at = 0; at < cluster.length; at++) {
    const name = cluster[at] as string
    const takes = LETTERS[name] ?? 'nothing'
    if (takes === 'nothing') options.push({ name, value: undefined })
    else return take(name, takes, cluster.slice(at + 1) || undefined, next, options)
  }
  return false
}

function takeLong(word: string, next: string | undefined, options: MakeOption[]): boolean {
  const [written = ''] = word.split('=', 1)
  const attached = word.length > written.length ? word.slice(written.length + 1) : undefined
  const name = nameOf(written)
  return name !== undefined && take(name, LETTERS[name] ?? LONG_TAKES[name] ?? 'nothing', attached, next, options)
}

/** A long name may be cut short where it can mean nothing else (getopt_long). */
function nameOf(written: string): string | undefined {
  if (Object.hasOwn(LONG, written)) return LONG[written]
  const meant = new Set(Object.keys(LONG).flatMap((name) => (name.startsWith(written) ? [LONG[name]] : [])))
  return meant.size === 1 ? [...meant][0] : undefined
}

function take(name: string, takes: Takes, attached: string | undefined, next: string | undefined, options: MakeOption[]): boolean {
  const fits = takes === 'value' || (takes === 'digits' && /^\d+$/u.test(next ?? '')) || (takes === 'number' && /^[\d.]/u.test(next ?? ''))
  const fromNext = attached === undefined && next !== undefined && fits
  options.push({ name, value: fromNext ? next : attached })
  return fromNext
}

/** Of words that are no options: those with `=` are variables, and a lone dash is nothing. */
function toldApart(words: readonly string[]): Pick<MakeCommandLine, 'goals' | 'variables'> {
  const goals = words.filter((word) => word !== '' && word !== '-' && !word.includes('='))
  return { goals: goals.map((word) => word.replace(/^(?:\.\/+)+(?=.)/u, '')), variables: words.filter((word) => word.includes('=')) }
}
