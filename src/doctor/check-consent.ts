import * as fs from 'node:fs'
import * as path from 'node:path'
import { fingerprintOf } from '../consent/pipeline.ts'
import { readStore } from '../consent/read-store.ts'
import { identityOf, standingFor, yesAhead } from '../consent/standing.ts'
import { consentFile } from '../disk/places.ts'
import { homeOf } from '../disk/whose-home.ts'
import { say } from '../messages.ts'
import { locatedReason } from '../project/position.ts'
import type { Project } from '../project/read.ts'
import type { World } from '../world.ts'
import type { Finding } from './checks.ts'
import { troubleWith } from './trouble.ts'
import { whyNotWritable } from './writable.ts'

/** What holds for this project, and who decided it. */
export function checkConsent(world: World, project: Project): Finding {
  const about = 'consent'
  const current = standingFor(world, project)
  const { standing, asksFor } = current
  const text = `${standing.effective} (${standing.decidedBy}): ${standing.reason}`
  const ahead = yesAhead(current, world.now())
  if (ahead !== undefined)
    return {
      about,
      state: 'problem',
      text: `${text}; ${say.yesAhead(ahead)}`,
      todo: `set the clock if it is wrong, then: ${world.tool} consent on`,
    }
  const fresh = asksFor.fields.length + asksFor.places.length
  // A collector that is new to the project waits for this, and people look here for why nothing comes.
  if (standing.decidedBy === 'stored' && standing.effective !== 'off' && fresh > 0) {
    const todo = `see what is new with ${world.tool} consent show, and agree with ${world.tool} consent on`
    return { about, state: 'note', text: `${text}; what the project asks for since is not covered (${fresh} new)`, todo }
  }
  return { about, state: standing.effective === 'undecided' ? 'note' : 'ok', text }
}

/** How a pipeline's owner holds a yes in CI to the places of today. */
export function checkPin(world: World, project: Project): Finding[] {
  if (project.destinations.length === 0) return []
  const pin = `SEND_METRICS=on:${fingerprintOf(identityOf(world, project).where)}`
  return [{ about: 'in CI', state: 'ok', text: `${pin} is a yes to these places alone, whatever a commit writes into the project file` }]
}

/** Whether decisions can be read and stored. */
export function checkDecisionsFile(world: World): Finding {
  const about = 'decisions'
  const store = readStore(world)
  const off = 'or set SEND_METRICS=off'
  if (store.file === undefined) return { about, state: 'problem', text: store.problem ?? '', todo: `set HOME or XDG_CONFIG_HOME, ${off}` }
  const home = homeOf(world)
  // To try whether it can be written would be to write there.
  if (home.whose === 'foreign') return { about, state: 'note', text: home.reason, todo: home.todo(world.tool) }
  if (store.problem) {
    const damaged = `decide again with ${world.tool} consent; the damaged file is kept beside, with a date`
    const todo = troubleWith(world, store.file, 'decisions')?.todo ?? damaged
    const { file, what } = locatedReason(store.file, store.problem)
    return { about, state: 'problem', text: `${file} ${what}`, todo }
  }
  const reason = whyNotWritable(path.dirname(store.file))
  if (reason)
    return {
      about,
      state: 'problem',
      text: `${path.dirname(store.file)} cannot be written: ${reason}`,
      todo: `${troubleWith(world, path.dirname(store.file), 'folder')?.todo ?? 'make it writable'}, ${off}`,
    }
  const trouble = troubleWith(world, store.file, 'decisions')
  if (trouble) return { about, state: 'problem', text: trouble.text, todo: `${trouble.todo}, ${off}` }
  const damaged = damagedBeside(consentFile(world) as string)
  if (damaged) return { about, state: 'note', text: `${store.file}; a damaged one was set aside as ${damaged}` }
  return { about, state: 'ok', text: store.file }
}

function damagedBeside(file: string): string | undefined {
  try {
    return fs.readdirSync(path.dirname(file)).find((name) => name.startsWith(`${path.basename(file)}.damaged-`))
  } catch {
    return undefined
  }
}
