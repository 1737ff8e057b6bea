import type { Choice, Decision, Entry } from '../../src/consent/decision.ts'
import { identityOf } from '../../src/consent/standing.ts'
import { changeEntry } from '../../src/consent/store.ts'
import { decide } from '../../src/consent/wording.ts'
import { agreeableKeys } from '../../src/project/field-table.ts'
import { findProject } from '../../src/project/find.ts'
import { type Project, readProject } from '../../src/project/read.ts'
import type { World } from '../../src/world.ts'
import { testWorld } from './world.ts'

/** A project file that nothing is wrong with. */
export const DEMO = { project: 'Demo', destinations: [{ type: 'segment', writeKey: 'key' }] } as const

/** The project around the World's working directory. Throws where there is none that can be used. */
export function projectOf(world: Pick<World, 'cwd' | 'uid'>): Project {
  const found = findProject(world)
  const read = found && readProject(found)
  if (!read || 'problem' in read) throw new Error(`no project in ${world.cwd}: ${JSON.stringify(read)}`)
  return read.project
}

/** A whole decision about a project, made the way the tool makes one. */
export function decisionOn(project: Project, choice: Choice, now = Date.parse('2026-11-01T12:00:00Z')): Decision {
  return decide(choice, 'command', project, {
    text: 'the text',
    fields: agreeableKeys(project, now),
    places: identityOf(testWorld(), project).where,
    now,
    version: '0.0.0',
  })
}

/** Stores a decision in the World's home. */
export function store(world: World, project: Project, choice: Choice): Entry {
  return changeEntry(world, identityOf(world, project), (entry) => ({
    ...entry,
    decision: { ...decisionOn(project, choice), recipients: identityOf(world, project).where },
  }))
}
