import * as fs from 'node:fs'
import type { Decision, Entry } from '../consent/decision.ts'
import { soundDecision } from '../consent/read-store.ts'
import { standingFor } from '../consent/standing.ts'
import { forgetEntry, refuseAll, renewAnonymousId, StoreError } from '../consent/store.ts'
import { emptyOutboxes } from '../journal/outbox.ts'
import { PassedOver } from '../journal/passed-over.ts'
import { projectState, projectStates } from '../journal/state.ts'
import { forgetTotals } from '../journal/totals.ts'
import { printable, printableJson, say } from '../messages.ts'
import { shownPlace } from '../project/places.ts'
import { version } from '../version.ts'
import type { Exit, World } from '../world.ts'
import { allEntryIds } from './entries.ts'
import { needProject } from './need-project.ts'
import { readDecisions, sayPassedOver } from './passed-over.ts'
import { printJson } from './print-json.ts'

/** `send-metrics consent list`: what is decided for each project on this machine. */
export function listDecisions(world: World, json: boolean): Exit {
  const passedOver = new PassedOver()
  const { entries, all, problem, file } = readDecisions(world, passedOver)
  if (file === undefined) world.stderr.write(say.prefixed(problem ?? ''))
  sayPassedOver(world, passedOver)
  const rows = rowsOf(entries)
  if (json) return printJson(world, { all: all ?? null, projects: rows })
  if (all) world.stdout.write(`${say.noToAll(printable(all.at.slice(0, 10)))}\n`)
  const lines = rows.map(
    (row) =>
      `${row.decision.padEnd(9)}  ${printable((row.at ?? '').slice(0, 10)).padEnd(10)}  ${printable(row.project)}, ${printable(row.recipient)}\n`,
  )
  world.stdout.write(lines.join('') || `${say.noDecisions()}\n`)
  return { code: 0 }
}

function rowsOf(entries: readonly Entry[]) {
  return entries.map((entry) => ({
    project: entry.project,
    recipient: entry.recipient,
    decision: soundDecision(entry)?.decision ?? 'undecided',
    at: soundDecision(entry)?.at ?? null,
    anonymousId: entry.anonymousId,
    destinations: entry.where.map(shownPlace),
  }))
}

/** `send-metrics consent new-id`: another random ID, which nobody can tie to the one before. */
export function renewId(world: World, json: boolean): Exit {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  return storing(world, () => {
    const { identity, entry } = standingFor(world, project)
    if (!entry?.anonymousId) {
      world.stdout.write(json ? '{"old":null,"new":null}\n' : `${say.noIdYet()}\n`)
      return
    }
    const { anonymousId } = renewAnonymousId(world, identity)
    // Sent beside events of the new one, what waits under the old ID would tie the two together.
    const removed = emptyOutboxes(projectState(world, entry.id), world.pid)
    forgetTotals(projectState(world, entry.id))
    if (removed > 0) world.stderr.write(`${say.waitingRemoved(removed)}\n`)
    const text = json
      ? printableJson({ old: entry?.anonymousId ?? null, new: anonymousId })
      : say.newId(entry?.anonymousId ?? 'none', String(anonymousId))
    world.stdout.write(`${text}\n`)
  })
}

/** `send-metrics consent forget`: everything of this project on this machine goes, and what only the recipient can delete is said. */
export function forget(world: World, json: boolean): Exit {
  const project = needProject(world)
  if (project === undefined) return { code: 1 }
  return storing(world, () => {
    const current = standingFor(world, project)
    const old = current.entry?.anonymousId ?? current.entry?.pipeline?.anonymousId ?? null
    // Stored first: records that are gone while a yes stands would begin anew with the next run.
    forgetEntry(world, current.identity)
    for (const id of allEntryIds(current)) fs.rmSync(projectState(world, id), { recursive: true, force: true })
    const text = json
      ? printableJson({ forgotten: project.project, anonymousId: old })
      : say.forgotten(project.project, current.identity.recipient, old)
    world.stdout.write(`${text}\n`)
  })
}

/** `send-metrics consent off --all-projects`: a no to all there are and all to come. */
export function refuseEverywhere(world: World, json: boolean): Exit {
  return storing(world, () => {
    const at = new Date(world.now()).toISOString()
    refuseAll(world, (entry) => refusal(entry, at))
    let removed = 0
    for (const folder of projectStates(world)) removed += emptied(world, folder)
    const notes = [say.allRefused(world.tool), ...(removed > 0 ? [say.waitingRemoved(removed)] : [])]
    const { entries, all } = readDecisions(world, new PassedOver())
    if (json) printJson(world, { all: all ?? null, projects: rowsOf(entries), notes })
    else world.stdout.write(`${notes.join('\n')}\n`)
  })
}

/** A folder that cannot be emptied keeps no other from it; nothing is sent from there either, since the no is stored. */
function emptied(world: World, folder: string): number {
  try {
    return emptyOutboxes(folder, world.pid)
  } catch (error) {
    world.stderr.write(say.prefixed(say.notEmptied(world.tool, (error as Error).message)))
    return 0
  }
}

function refusal(entry: Entry, at: string): Decision {
  // The answer comes first, so that it can be salvaged from a file that is cut short.
  const blank = { decision: 'off', text: '', textHash: '', fieldSet: [], recipients: [] } as const
  return { ...blank, ...entry.decision, decision: 'off', at, asOf: at, method: 'command', toolVersion: version }
}

function storing(world: World, work: () => void): Exit {
  try {
    work()
    return { code: 0 }
  } catch (error) {
    world.stderr.write(say.prefixed(error instanceof StoreError ? say.notStored(error.message) : (error as Error).message))
    return { code: 1 }
  }
}
