import * as fs from 'node:fs'
import { readStore } from '../consent/read-store.ts'
import type { ProjectTotals } from '../destinations/prometheus-text.ts'
import { count, readTotals, type Totals } from '../destinations/prometheus-totals.ts'
import { inTurn } from '../disk/turn.ts'
import { writeBeside } from '../disk/write-beside.ts'
import { Ledger, type ReadSoFar } from '../journal/ledger.ts'
import { projectState } from '../journal/state.ts'
import { EXPORTED, totalsFile } from '../journal/totals.ts'
import type { World } from '../world.ts'

/** Another process that reads the same ledger is waited for so long, ms. */
const PATIENCE_MS = 10_000

/** Totals, and how far the ledger had been read for them. */
interface Kept extends Totals {
  readonly read: ReadSoFar
}

/**
 * The totals of every project on this machine, made from its ledger. They are kept, so that nothing goes back when old
 * months are removed. Throws the file system's error, and when another process does not let go of a project's.
 */
export async function exportedTotals(world: World): Promise<ProjectTotals[]> {
  const all: ProjectTotals[] = []
  for (const { id, project } of readStore(world).entries) {
    const state = projectState(world, id)
    if (!fs.existsSync(state)) continue
    const file = totalsFile(state, EXPORTED)
    const totals = await inTurn(`${file}.turn`, world.pid, PATIENCE_MS, async () => readOn(state, file))
    if (totals === undefined) throw new Error(`another process has been counting ${project} for ${PATIENCE_MS / 1_000} s; try again later`)
    all.push({ project, totals })
  }
  return merged(all)
}

/** Counts what was recorded since the last time. */
function readOn(state: string, file: string): Totals {
  const kept = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
  const totals = readTotals(kept)
  const { lines, read } = new Ledger(state).runsAfter(kept === undefined ? {} : ((totals as Kept).read ?? {}))
  for (const { id, type: _type, ...fields } of lines) count(totals, id, fields as Parameters<typeof count>[2])
  writeBeside(file, JSON.stringify({ ...totals, read }))
  return totals
}

/** Projects of one name are one to Prometheus, which takes every series once. */
function merged(all: readonly ProjectTotals[]): ProjectTotals[] {
  const byName = new Map<string, ProjectTotals>()
  for (const { project, totals } of all) {
    const before = byName.get(project)
    if (before === undefined) byName.set(project, { project, totals: structuredClone(totals) })
    else for (const series of totals.series) add(before.totals, series)
  }
  return [...byName.values()]
}

function add({ series }: Totals, more: Totals['series'][number]): void {
  const found = series.find(({ target, outcome }) => target === more.target && outcome === more.outcome)
  if (found === undefined) {
    series.push(structuredClone(more))
    return
  }
  found.count += more.count
  found.sum += more.sum
  found.last = Math.max(found.last, more.last)
  for (const [at, value] of more.buckets.entries()) found.buckets[at] = (found.buckets[at] ?? 0) + value
}
