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

/** Short options whose cluster ends with an argument of their own (make.md: "a cluster ends at j l I O C f o W E"). */
const TAKES_ARGUMENT = new Set('jlIOCfoWE')
const DRY_LETTERS = new Set('nqtp')
/** Each with its shortest beginning that make takes: one that can mean nothing else (getopt_long). */
const DRY_WORDS = [
  ['--dry-run', '--dr'],
  ['--just-print', '--ju'],
  ['--recon', '--r'],
  ['--question', '--que'],
  ['--touch', '--to'],
  ['--print-data-base', '--print-da'],
] as const

interface Gathered {
  letters: Set<string>
  dryWord: boolean
  jobserver: string | undefined
  parallel: boolean
  printDirectory: boolean
}

/**
 * Reads the MAKEFLAGS variable and the words given to make behind `--`, and before both the variable GNUMAKEFLAGS.
 * The grammar of the variables is GNU make's own, as observed on 3.81 to 4.4.
 */
export function readMakeFlags(makeflags: string | undefined, makeArguments: readonly string[], gnumakeflags?: string): MakeFlags {
  const gathered: Gathered = {
    letters: new Set(),
    dryWord: false,
    jobserver: undefined,
    parallel: false,
    printDirectory: false,
  }
  if (gnumakeflags) readVariable(gnumakeflags, gathered)
  if (makeflags) readVariable(makeflags, gathered)
  readArguments(makeArguments, gathered)
  return {
    dry: gathered.dryWord || [...DRY_LETTERS].some((letter) => gathered.letters.has(letter)),
    printDirectory: gathered.printDirectory || gathered.letters.has('w'),
    parallel: gathered.parallel || gathered.jobserver !== undefined,
    jobserver: gathered.jobserver,
  }
}

function readVariable(makeflags: string, gathered: Gathered): void {
  const words = splitWords(makeflags)
  const first = words[0]
  // Only a first word without a blank or dash before it is a bare cluster: `nk -j4`, but ` -j4` and `FOO=n` are not.
  if (first && !/^\s/u.test(makeflags) && !first.startsWith('-') && !first.includes('=')) {
    readCluster(first, undefined, gathered)
    words.shift()
  }
  for (const word of words) {
    if (word === '--' || (!word.startsWith('-') && word.includes('='))) return
    if (word.startsWith('--')) readLong(word, gathered)
    else if (word.startsWith('-')) readCluster(word.slice(1), undefined, gathered)
  }
}

function readArguments(words: readonly string[], gathered: Gathered): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    if (word === '--') return
    const next = words[at + 1]
    if (word === '--jobs' && readJobs('', next, gathered)) at++
    else if (word.startsWith('--')) readLong(word, gathered)
    else if (word.startsWith('-') && readCluster(word.slice(1), next, gathered)) at++
  }
}

/** Takes in one cluster of short options; true when its last option's argument is the next word. */
function readCluster(cluster: string, next: string | undefined, gathered: Gathered): boolean {
  for (let at = 0; at < cluster.length; at++) {
    const letter = cluster[at] as string
    if (!TAKES_ARGUMENT.has(letter)) {
      gathered.letters.add(letter)
      continue
    }
    const attached = cluster.slice(at + 1)
    if (letter === 'j') return readJobs(attached, next, gathered)
    // -l and -O take an argument only when it is attached or, for -l, a number.
    if (attached !== '' || letter === 'O') return false
    return letter === 'l' ? /^[\d.]+$/u.test(next ?? '') : true
  }
  return false
}

function readJobs(attached: string, next: string | undefined, gathered: Gathered): boolean {
  const inNextWord = attached === '' && /^\d+$/u.test(next ?? '')
  gathered.parallel = (inNextWord ? next : attached) !== '1'
  return inNextWord
}

function readLong(word: string, gathered: Gathered): void {
  const jobserver = /^--jobserver-(?:auth|fds)=(.*)$/su.exec(word)?.[1]
  if (jobserver !== undefined) gathered.jobserver = jobserver
  else if (/^--jobs(?:=|$)/u.test(word)) gathered.parallel = word !== '--jobs=1'
  else if (word === '--print-directory') gathered.printDirectory = true
  else if (word === '--no-print-directory') gathered.letters.delete('w')
  else if (DRY_WORDS.some(([dry, least]) => dry.startsWith(word) && word.startsWith(least))) gathered.dryWord = true
}

/** Words as make splits them: at blanks, where a backslash keeps the next character. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:\\[\s\S]|[^\\\s])+/gu) ?? []
  return words.map((word) => word.replace(/\\([\s\S])/gu, '$1'))
}
