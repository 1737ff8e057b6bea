import * as fs from 'node:fs'
import * as path from 'node:path'
import { standingFor } from '../consent/standing.ts'
import { configFolder } from '../disk/places.ts'
import { Ledger } from '../journal/ledger.ts'
import { projectState } from '../journal/state.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'

/** Before this, the clock has never been set (ms since 1970: 2025-01-01). */
const EARLIEST = Date.UTC(2025, 0, 1)
const HOUR_MS = 3_600_000

/** Whether the clock can be right: it is set, and no recorded run lies in its future. */
export function checkClock(world: World, project: Project | undefined): Finding {
  const about = 'clock'
  const now = new Date(world.now()).toISOString()
  const todo = 'set the clock; events carry its time'
  if (world.now() < EARLIEST) return { about, state: 'problem', text: `it says ${now}`, todo }
  const latest = project && latestRun(world, project)
  if (latest && Date.parse(latest) > world.now() + HOUR_MS) {
    return { about, state: 'problem', text: `it says ${now}, but a run was recorded at ${latest}`, todo }
  }
  return { about, state: 'ok', text: now }
}

function latestRun(world: World, project: Project): string | undefined {
  const { entry } = standingFor(world, project)
  if (!entry) return undefined
  let latest: string | undefined
  for (const line of new Ledger(projectState(world, entry.id)).lines(['runs'])) {
    const start: unknown = 'start_time' in line ? line.start_time : undefined
    if (typeof start === 'string' && (latest === undefined || start > latest)) latest = start
  }
  return latest
}

/** Whether only this person can look into what is stored. */
export function checkPermissions(world: World, project: Project | undefined): Finding {
  const about = 'permissions'
  const entry = project && standingFor(world, project).entry
  const config = configFolder(world)
  const places = [config, config && path.join(config, 'config.json'), entry && projectState(world, entry.id)]
  const open = places.filter((place): place is string => place !== undefined && isOpen(world, place))
  if (open.length === 0) return { about, state: 'ok', text: 'only you can read what is stored' }
  return { about, state: 'problem', text: `others can read ${open.join(' and ')}`, todo: `chmod go= ${open.join(' ')}` }
}

function isOpen(world: World, place: string): boolean {
  if (world.platform === 'win32') return false
  try {
    return (fs.statSync(place).mode & 0o077) !== 0
  } catch {
    // What is not there, or cannot be looked at, is another check's finding.
    return false
  }
}
