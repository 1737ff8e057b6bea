import { type MakeOption, readCommandLine, takesNext } from './make-command-line.ts'

/** What MAKEFLAGS and the command line say about the run, as far as it concerns us. */
export interface MakeFlags {
  /** make only shows, asks or touches (-n, -q, -t, -p): nothing is run in earnest. */
  readonly dry: boolean
  /** -w was asked for: directories are announced. */
  readonly printDirectory: boolean
  /** Recipes run side by side. */
  readonly parallel: boolean
  /** The jobserver to share, as MAKEFLAGS names it last: `3,4`, `fifo:/path`, or undefined. */
  readonly jobserver: string | undefined
}

const DRY = new Set(['n', 'q', 't', 'p'])

/**
 * Reads the MAKEFLAGS variable and the words given to make on its command line, and before both the variable GNUMAKEFLAGS.
 * The grammar of the variables is GNU make's own, as observed on 3.81 to 4.4.
 */
export function readMakeFlags(makeflags: string | undefined, makeArguments: readonly string[], gnumakeflags?: string): MakeFlags {
  const options = [...readVariable(gnumakeflags ?? ''), ...readVariable(makeflags ?? ''), ...readCommandLine(makeArguments).options]
  const names = new Set(options.map(({ name }) => name))
  const lastOf = (wanted: string) => options.findLast(({ name }) => name === wanted)
  const jobs = lastOf('j')
  const jobserver = lastOf('jobserver-auth')?.value
  return {
    dry: [...DRY].some((name) => names.has(name)),
    printDirectory: names.has('w') && !names.has('no-print-directory'),
    parallel: jobserver !== undefined || (jobs !== undefined && jobs.value !== '1'),
    jobserver,
  }
}

function readVariable(makeflags: string): MakeOption[] {
  const options: MakeOption[] = []
  if (makeflags === '') return options
  const words = splitWords(makeflags)
  const first = words[0]
  // Only a first word without a blank or dash before it is a bare cluster: `nk -j4`, but ` -j4` and `FOO=n` are not.
  if (first && !/^\s/u.test(makeflags) && !first.startsWith('-') && !first.includes('=')) words[0] = `-${first}`
  for (const word of words) {
    if (word === '--' || (!word.startsWith('-') && word.includes('='))) break
    if (word.startsWith('-')) takesNext(word, undefined, options)
  }
  return options
}

/** Words as make splits them: at blanks, where a backslash keeps the next character. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:\\[\s\S]|[^\\\s])+/gu) ?? []
  return words.map((word) => word.replace(/\\([\s\S])/gu, '$1'))
}
