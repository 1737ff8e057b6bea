import * as os from 'node:os'
import * as path from 'node:path'
import type { World } from '../world.ts'

/** Names of accounts and folders that tell of nobody. */
const ROLES = new Set(
  'admin administrator app build builder ci circleci code codespace coder container daemon default demo deploy dev developer docker ec2-user git gitlab gitlab-runner gitpod guest home host jenkins linux local localhost main make node nobody ops root runner server service staging test tester travis ubuntu user users vagrant vscode web work worker workspace www www-data'.split(
    ' ',
  ),
)
/** One letter is in too many names. */
const LEAST_LETTERS = 2

/** What tells who a person is, or which machine this is. */
export interface Personal {
  /** Login, home folder, host name: in lower case. */
  readonly words: readonly string[]
  /** Paths and addresses, of which a name has all: in lower case. */
  readonly phrases: readonly string[]
}

/** What there is of such; `git` is what git's settings say of the person and of where the repository comes from. */
export function personalWords(
  { env, home }: Pick<World, 'env' | 'home'>,
  folders: readonly string[],
  git: { readonly names: readonly string[]; readonly addresses: readonly string[] },
): Personal {
  const host = os.hostname()
  const { USER, LOGNAME, USERNAME, SUDO_USER } = env
  const found = [USER, LOGNAME, USERNAME, SUDO_USER, login(), home && path.basename(home), host, host.split('.')[0]]
  const words = found.flatMap((word) => (word === undefined ? [] : word.trim().toLowerCase()))
  const mine = [...new Set(words)].filter((word) => word.length >= LEAST_LETTERS && !ROLES.has(word))
  const places = [home, ...folders, ...git.addresses.map(withoutScheme)].filter(
    (place) => place !== undefined && dashed(place).includes('-'),
  )
  const phrases = [...git.names, ...places].flatMap((text) => text?.toLowerCase() ?? [])
  return { words: mine, phrases: [...new Set(phrases)].filter((one) => letters(one).length >= LEAST_IN_PHRASE && !ROLES.has(one)) }
}

/** A shorter one would be in many names. */
const LEAST_IN_PHRASE = 4

function login(): string | undefined {
  try {
    return os.userInfo().username
  } catch {
    // A user that the system has no name for, as in some containers.
    return undefined
  }
}

/** `https://me@github.com/acme/shop.git` and `git@github.com:acme/shop` as what they have in common. */
function withoutScheme(address: string): string {
  return address
    .replace(/^\w+:\/\//u, '')
    .replace(/^[^@/]*@/u, '')
    .replace(/\.git\/?$/u, '')
}

/** The words that stand in the text of makefiles as they are: any other name was put together. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(withoutComments(text).split(/[\s:;,(){}$'"`=|&<>\\]+/u))
}

function withoutComments(text: string): string {
  return text.replaceAll(/(?<!\\)#.*/gu, '')
}

/** A name apart from what may tell of a person or a machine; `text` is that of the makefiles that everybody has. */
export function withoutPersonal(
  names: readonly string[],
  { words, phrases }: Personal,
  text: string,
): { others: string[]; personal: string[] } {
  const code = withoutComments(text)
  const unknown = words.filter((word) => !hasWord(code, word))
  const inWords = (name: string) =>
    unknown.some((word) => hasWord(name, word) || (word.length >= LEAST_INSIDE && name.toLowerCase().includes(word)))
  const inPhrases = (name: string) => phrases.some((phrase) => hasPhrase(name, phrase) && !hasPhrase(code, phrase))
  // What the makefile writes out, everybody knows who has it.
  const isPersonal = (name: string) => (inWords(name) || inPhrases(name)) && !hasWord(code, name)
  return { others: names.filter((name) => !isPersonal(name)), personal: names.filter(isPersonal) }
}

/** A shorter one is in too many words: `ann` in `annex`. */
const LEAST_INSIDE = 3

/** Whether a text has a word, as a word: `user-anna` and `anna.up` for `anna`, not `annex`. */
function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.+^$()[\]{}|\\*?/]/gu, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(text)
}

/** Whether a text has a phrase, whatever stands between its parts; also without anything between them. */
function hasPhrase(text: string, phrase: string): boolean {
  return (
    `-${dashed(text)}-`.includes(`-${dashed(phrase)}-`) ||
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .includes(letters(phrase))
  )
}

function dashed(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '')
}
