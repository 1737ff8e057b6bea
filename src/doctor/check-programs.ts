import * as fs from 'node:fs'
import * as path from 'node:path'
import { execa } from 'execa'
import { standingFor } from '../consent/standing.ts'
import { gitEnvironment } from '../context/git-environment.ts'
import { findDotGit } from '../context/git-status.ts'
import { isFile, linkStatOf } from '../disk/stat.ts'
import type { Project } from '../project/read.ts'
import { shellWord } from '../shell-word.ts'
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

const WITHOUT = 'events go without facts about the checkout'

/** git is useful and not needed. It is asked about the checkout where a run would ask it, and of nobody who has not agreed. */
export async function checkGit(world: World, project: Project | undefined): Promise<Finding> {
  const about = 'git'
  const version = await firstLine(world, 'git', ['--version'])
  if (version === undefined) return { about, state: 'note', text: `does not run; ${WITHOUT}` }
  const asks = asksGit(world, project)
  const dotGit = asks ? findDotGit(world.cwd) : undefined
  const refusal = dotGit === undefined ? undefined : await whyGitRefuses(world)
  if (dotGit === undefined || refusal === undefined) return { about, state: 'ok', text: version }
  const text = `${version} does not take ${path.dirname(dotGit)} for a checkout, so ${WITHOUT}: ${refusal}`
  return { about, state: 'note', text, todo: whatGitWants(dotGit, refusal) }
}

/** What git says where it refuses a checkout; asked as a run asks it. */
async function whyGitRefuses(world: World): Promise<string | undefined> {
  const { stderr, failed, timedOut } = await execa('git', ['--no-optional-locks', 'rev-parse', '--git-dir'], {
    reject: false,
    timeout: LIMIT_MS,
    cwd: world.cwd,
    env: { ...gitEnvironment(world.env), LC_ALL: 'C' },
    extendEnv: false,
    stdin: 'ignore',
  })
  if (timedOut) return `no answer within ${LIMIT_MS / 1_000} s`
  if (!failed) return undefined
  const [said = ''] = String(stderr).split('\n')
  return said.replace(/^fatal: /u, '') || 'it does not say why'
}

function whatGitWants(dotGit: string, refusal: string): string {
  const root = path.dirname(dotGit)
  if (refusal.includes('dubious ownership')) return `if you trust it: git config --global --add safe.directory ${shellWord(root)}`
  const isWorktree = isFile(dotGit)
  const repair = `git -C ${shellWord(root)} status says more`
  return isWorktree ? `${repair}; where ${dotGit} leads nowhere, run git worktree repair in the checkout that it belongs to` : repair
}

/** The Node that bin/send-metrics.js would start: the first on PATH that starts and is new enough. Others before it are named. */
export async function checkNode(world: World): Promise<Finding> {
  const about = 'node'
  const passed: string[] = []
  for (const folder of (world.env.PATH ?? '').split(path.delimiter)) {
    const node = path.join(folder || '.', 'node')
    if (linkStatOf(node) === undefined) continue
    const version = await firstLine(world, node, ['--version'])
    if (version !== undefined && isSupported(version)) {
      const other = fs.realpathSync(node) === world.nodePath ? '' : `; this command runs on ${world.nodePath}`
      const text = `${version}, ${node}${passed.length > 0 ? `; passed over: ${passed.join(', ')}` : ''}${other}`
      return { about, state: passed.length > 0 ? 'note' : 'ok', text }
    }
    passed.push(`${node} (${version === undefined ? 'does not start' : `${version} is too old`})`)
  }
  const text = passed.length > 0 ? `none on PATH can be used: ${passed.join(', ')}` : 'none on PATH'
  const todo = `put Node 20.19, 22.12, or 24 and later on PATH; this command runs on ${world.nodePath}`
  return { about, state: 'problem', text: `${text}; targets run and nothing is recorded`, todo }
}

/** The versions that package.json names. */
function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/u, '').split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)
}

/** The first line of what a program says within 5 s; undefined where it cannot be run, or fails. */
export async function firstLine(world: World, program: string, args: string[]): Promise<string | undefined> {
  const { stdout, failed } = await execa(program, args, {
    reject: false,
    timeout: LIMIT_MS,
    env: world.env as NodeJS.ProcessEnv,
    extendEnv: false,
    stdin: 'ignore',
  })
  return failed ? undefined : String(stdout).split('\n')[0]
}

/** Whether git may be asked about this checkout: only for people who agreed to a record. */
export function asksGit(world: World, project: Project | undefined): boolean {
  return project !== undefined && ['on', 'local'].includes(standingFor(world, project).standing.effective)
}
