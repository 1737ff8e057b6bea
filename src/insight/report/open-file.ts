import * as path from 'node:path'
import { execa } from 'execa'
import type { World } from '../../world.ts'

/** An opener that still runs after this is the browser itself, and fine. */
const PATIENCE_MS = 3_000

/** Opens a file with what the system has for it. Returns why that did not work, or undefined. */
export async function openFile(world: Pick<World, 'env' | 'platform' | 'cwd'>, file: string): Promise<string | undefined> {
  const [program, ...words] = openerOf(world.platform)
  const child = execa(program, [...words, path.resolve(world.cwd, file)], {
    env: world.env as Record<string, string>,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
    detached: true,
    reject: false,
    cleanup: false,
  })
  const patience = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS).unref())
  const ended = await Promise.race([child, patience])
  if (ended === undefined) child.unref()
  if (ended === undefined || !ended.failed) return undefined
  if (ended.code === 'ENOENT') return `there is no ${program} to open it with`
  return ended.exitCode === undefined ? `${program} could not be started` : `${program} ended with ${ended.exitCode}`
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open']
  // The first word in quotes would be the window's title.
  return platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
}
