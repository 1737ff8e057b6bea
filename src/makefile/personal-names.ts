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

/** The words by which a name tells who a person is, or which machine this is: login, home folder, host name; in lower case. */
export function personalWords({ env, home }: Pick<World, 'env' | 'home'>): string[] {
  const host = os.hostname()
  const { USER, LOGNAME, USERNAME, SUDO_USER } = env
  const found = [USER, LOGNAME, USERNAME, SUDO_USER, login(), home && path.basename(home), host, host.split('.')[0]]
  const words = found.flatMap((word) => (word === undefined ? [] : word.trim().toLowerCase()))
  return [...new Set(words)].filter((word) => word.length >= LEAST_LETTERS && !ROLES.has(word))
}

function login(): string | undefined {
  try {
    return os.userInfo().username
  } catch {
    // A user that the system has no name for, as in some containers.
    return undefined
  }
}

/** Names apart by whether one of these words is in them, as a word: `user-anna` and `anna.up` for `anna`, not `annex`. */
export function withoutPersonal(names: readonly string[], words: readonly string[]): { others: string[]; personal: string[] } {
  const isPersonal = (name: string) => words.some((word) => hasWord(name, word))
  return { others: names.filter((name) => !isPersonal(name)), personal: names.filter(isPersonal) }
}

/** Those of the words that a makefile's own text does not have: what it has, everybody knows who has the makefile. */
export function notWritten(words: readonly string[], text: string): string[] {
  const code = text.replaceAll(/(?<!\\)#.*/gu, '')
  return words.filter((word) => !hasWord(code, word))
}

function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.+^$()[\]{}|\\*?/]/gu, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(text)
}
