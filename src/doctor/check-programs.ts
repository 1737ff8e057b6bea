import { execa } from 'execa'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'

const LIMIT_MS = 5_000

/** The make that `wrap` would run. */
export async function checkMake(world: World): Promise<Finding> {
  const make = world.env.MAKE || 'make'
  const version = await firstLine(world, make, ['--version'])
  if (version === undefined)
    return { about: 'make', state: 'problem', text: `'${make}' does not run`, todo: 'install GNU make, or name it with --make or $MAKE' }
  if (!version.startsWith('GNU Make')) return { about: 'make', state: 'note', text: `${version}; only GNU make is tested` }
  return { about: 'make', state: 'ok', text: version }
}

/** git is useful and not needed. */
export async function checkGit(world: World): Promise<Finding> {
  const version = await firstLine(world, 'git', ['--version'])
  if (version === undefined) return { about: 'git', state: 'note', text: 'does not run; events go without facts about the checkout' }
  return { about: 'git', state: 'ok', text: version }
}

/** The Node that runs this. */
export function checkNode(world: World): Finding {
  return { about: 'node', state: 'ok', text: world.nodeVersion }
}

async function firstLine(world: World, program: string, args: string[]): Promise<string | undefined> {
  const { stdout, failed } = await execa(program, args, {
    reject: false,
    timeout: LIMIT_MS,
    env: world.env as NodeJS.ProcessEnv,
    extendEnv: false,
    stdin: 'ignore',
  })
  return failed ? undefined : String(stdout).split('\n')[0]
}
