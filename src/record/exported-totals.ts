import * as fs from 'node:fs'
import type { StoreReading } from '../consent/read-store.ts'
import type { ProjectTotals } from '../destinations/prometheus-text.ts'
import { count, readTotals, type Totals } from '../destinations/prometheus-totals.ts'
import { readText } from '../disk/plain-file.ts'
import { inTurn } from '../disk/turn.ts'
import { writeBeside } from '../disk/write-beside.ts'
import { Ledger, type ReadSoFar } from '../journal/ledger.ts'
import type { PassedOver } from '../journal/passed-over.ts'
import { projectState, stateToWrite } from '../journal/state.ts'
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
 * months are removed. What cannot be read is passed over. Throws when another process does not let go of a project's.
 */
export async function exportedTotals(world: World, { entries }: StoreReading, passedOver: PassedOver): Promise<ProjectTotals[]> {
  const all: ProjectTotals[] = []
  for (const { id, project } of entries) {
    const state = projectState(world, id)
    if (!fs.existsSync(state)) continue
    const file = totalsFile(stateToWrite(world, id), EXPORTED)
    const totals = await alone(world, file, () => readOn(state, file, passedOver))
    if (totals === 'taken') throw new Error(`another process has been counting ${project} for ${PATIENCE_MS / 1_000} s; try again later`)
    if (totals !== undefined) all.push({ project, totals })
  }
  return merged(all)
}

/** Where no turn can be taken, nothing can be kept either, and two that count at once take nothing from each other. */
async function alone<T>(world: World, file: string, work: () => T): Promise<T | 'taken'> {
  let isTaken = false
  try {
    const turn = await inTurn(`${file}.turn`, world.pid, PATIENCE_MS, async () => {
      isTaken = true
      return { done: work() }
    })
    return turn === undefined ? 'taken' : turn.done
  } catch (error) {
    if (isTaken) throw error
    return work()
  }
}

/** Counts what was recorded since the last time. Undefined where it cannot be known what was counted by then. */
function readOn(state: string, file: string, passedOver: PassedOver): Totals | undefined {
  let kept: string | undefined
  try {
    kept = readIfThere(file)
  } catch (error) {
    passedOver.file(file, error)
    return undefined
  }
  const { totals, from } = begunWith(kept)
  const { lines, read } = new Ledger(state).runsAfter(from, passedOver)
  for (const { id, type: _type, ...fields } of lines) count(totals, id, fields as Parameters<typeof count>[2])
  try {
    writeBeside(file, JSON.stringify({ ...totals, read }))
  } catch (error) {
    // The next one counts the same again.
    passedOver.file(file, error)
  }
  return totals
}

function readIfThere(file: string): string | undefined {
  try {
    return readText(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Totals without a sound place to go on from would count runs twice, so counting begins again. */
function begunWith(kept: string | undefined): { totals: Totals; from: ReadSoFar } {
  const totals = readTotals(kept)
  const from = (totals as Partial<Kept>).read
  const isSound =
    typeof from === 'object' && from !== null && Object.values(from).every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0)
  return isSound ? { totals, from } : { totals: readTotals(undefined), from: {} }
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
