import * as path from 'node:path'
import { openGit } from '../context/commit.ts'
import type { World } from '../world.ts'

/** Where things are in a git checkout; absolute paths. */
export interface Checkout {
  readonly root: string
  /** The git folder of this very checkout; of a linked worktree, its own. */
  readonly gitFolder: string
  /** The git folder that linked worktrees share, with branches and objects. */
  readonly commonFolder: string
  /** The list of ignored files that nobody else sees; worktrees share it. */
  readonly exclude: string
  /** The folder that names the project: of a linked worktree, that of the repository that it belongs to. */
  readonly named: string
  /** Which of these files git tracks. */
  tracked(files: readonly string[]): Promise<string[]>
  /** Which of these git ignores, and where it says so; of a folder with a slash at its end. Those that it tracks it does not ignore. */
  ignored(files: readonly string[]): Promise<Ignored[]>
  /** Names of the person whom git knows here, and where the repository comes from, as git's settings have them. */
  settings(): Promise<{ readonly names: readonly string[]; readonly addresses: readonly string[] }>
  /** The texts in quotes that commits have taken out of a file of JSON, whether or not they came back; none where git will not say. */
  takenOut(file: string): Promise<string[]>
}

/** A file that git ignores. */
export interface Ignored {
  readonly file: string
  /** The list of patterns, absolute or relative to the folder that git was asked in, and the line in it. */
  readonly list: string
  readonly line: string
}

/** git gets this long for an answer, ms. */
const LIMIT_MS = 5_000

/** The checkout around a folder; undefined outside of one, without git, or where git will not say. */
export async function askGit(world: World, folder: string): Promise<Checkout | undefined> {
  const git = () => openGit(folder, world.env, AbortSignal.timeout(LIMIT_MS))
  try {
    const words = ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-common-dir', '--git-path', 'info/exclude']
    const [root = '', gitFolder = '', common = '', exclude = ''] = (await git().raw(words)).split('\n')
    // The last two are relative to the folder that git was asked in.
    const shared = path.resolve(folder, common)
    return {
      root: path.resolve(root),
      gitFolder: path.resolve(gitFolder),
      commonFolder: shared,
      exclude: path.resolve(folder, exclude),
      named: path.basename(shared) === '.git' ? path.dirname(shared) : path.resolve(root),
      tracked: (files) => trackedOf(git(), files),
      ignored: (files) => ignoredOf(git(), files),
      settings: () => settingsOf(git()),
      takenOut: (file) => takenOutOf(git(), file),
    }
  } catch {
    return undefined
  }
}

async function trackedOf(git: ReturnType<typeof openGit>, files: readonly string[]): Promise<string[]> {
  const known: string[] = []
  for (const file of files) {
    // --error-unmatch would be an error for each file that is not.
    if ((await git.raw(['ls-files', '-z', '--', `:(literal)${file}`])) !== '') known.push(file)
  }
  return known
}

async function ignoredOf(git: ReturnType<typeof openGit>, files: readonly string[]): Promise<Ignored[]> {
  const found: Ignored[] = []
  for (const file of files) {
    // For one that is not ignored git ends with 1.
    const said = await git.raw(['check-ignore', '--verbose', '--', file]).catch(() => '')
    const at = said.search(/:\d+:/u)
    const [line = '', pattern = '!'] = said.slice(at + 1).split(':')
    if (at !== -1 && !pattern.startsWith('!')) found.push({ file, list: said.slice(0, at), line })
  }
  return found
}

async function settingsOf(git: ReturnType<typeof openGit>): Promise<{ names: string[]; addresses: string[] }> {
  try {
    const lines = (await git.raw(['config', '--get-regexp', '^(user\\.(name|email)|remote\\..*\\.url)$'])).split('\n')
    const valuesOf = (key: RegExp) => lines.filter((line) => key.test(line)).map((line) => line.replace(/^\S+ ?/u, ''))
    const emails = valuesOf(/^user\.email /u).map((email) => email.split('@', 1)[0] ?? '')
    return { names: [...valuesOf(/^user\.name /u), ...emails], addresses: valuesOf(/^remote\./u) }
  } catch {
    // Where nothing is set, git says no.
    return { names: [], addresses: [] }
  }
}

/** As many commits are looked through. */
const MOST_COMMITS = 100

async function takenOutOf(git: ReturnType<typeof openGit>, file: string): Promise<string[]> {
  try {
    const words = [
      'log',
      `--max-count=${MOST_COMMITS}`,
      '--format=',
      '--patch',
      '--unified=0',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
    ]
    const lines = (await git.raw([...words, '--', `:(literal)${file}`])).split('\n')
    const out = lines.filter((line) => /^-(?!--)/u.test(line))
    // One that is not closed goes to the end of its line, where it is looked for once.
    const texts = out.flatMap((line) => [...line.matchAll(/"(?:(?<text>(?:[^"\\]|\\.)*)"(?<key>\s*:)?|.*)/gsu)])
    return texts.flatMap(({ groups: { text, key } = {} }) =>
      text === undefined || key !== undefined ? [] : [String(JSON.parse(`"${text}"`))],
    )
  } catch {
    return []
  }
}
