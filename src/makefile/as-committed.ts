import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { openGit } from '../context/commit.ts'
import type { Environment, World } from '../world.ts'
import type { Checkout } from './ask-git.ts'

/** git gets this long for each answer, ms. */
const LIMIT_MS = 5_000
/** The one who commits what nobody sees. */
const NOBODY = { name: 'send-metrics', email: 'nobody@localhost' }

/**
 * Does some work with the environment in which git lists files as if they were committed, in its index and in HEAD. These two
 * and the new objects are in a folder of their own, as those of a linked worktree are (gitrepository-layout(5), commondir), and
 * nothing in the checkout changes. The environment has nothing in it where git will not do that. Throws what the work throws.
 */
export async function asCommitted<T>(
  world: World,
  checkout: Checkout | undefined,
  files: readonly string[],
  work: (env: Environment) => Promise<T>,
): Promise<T> {
  if (checkout === undefined || files.length === 0) return work({})
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'send-metrics-'))
  try {
    return await work(await commitApart(world, checkout, files, scratch))
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true })
  }
}

async function commitApart({ env }: World, checkout: Checkout, files: readonly string[], scratch: string): Promise<Environment> {
  const { root, gitFolder, commonFolder } = checkout
  const objects = path.join(commonFolder, 'objects')
  const apart = {
    GIT_DIR: scratch,
    GIT_WORK_TREE: root,
    GIT_OBJECT_DIRECTORY: path.join(scratch, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  }
  const git = async (...words: string[]) =>
    (await openGit(root, env, AbortSignal.timeout(LIMIT_MS), { ...apart, ...committer() }).raw(words)).trim()
  try {
    fs.mkdirSync(apart.GIT_OBJECT_DIRECTORY)
    fs.writeFileSync(path.join(scratch, 'commondir'), `${commonFolder}\n`)
    for (const name of fs.readdirSync(gitFolder).filter((one) => one === 'HEAD' || one === 'index' || one.startsWith('sharedindex.')))
      fs.copyFileSync(path.join(gitFolder, name), path.join(scratch, name))
    const empty = await git('hash-object', '-w', '-t', 'blob', os.devNull)
    const entries = files.flatMap((file) => ['--cacheinfo', `100644,${empty},${path.relative(root, file)}`])
    await git('update-index', '--add', ...entries)
    const head = await git('rev-parse', '--quiet', '--verify', 'HEAD').catch(() => '')
    if (head === '') return apart
    const tree = await git('write-tree', '--missing-ok')
    fs.writeFileSync(path.join(scratch, 'HEAD'), `${await git('commit-tree', '-p', head, '-m', 'send-metrics', tree)}\n`)
    return apart
  } catch {
    return {}
  }
}

function committer(): Record<string, string> {
  const { name, email } = NOBODY
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email }
}
