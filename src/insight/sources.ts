import * as fs from 'node:fs'
import { Ledger } from '../journal/ledger.ts'
import type { PassedOver } from '../journal/passed-over.ts'
import { say } from '../messages.ts'
import type { World } from '../world.ts'
import type { Summary, SummaryOptions } from './model.ts'
import type { Tell } from './progress.ts'
import { runsInFiles } from './read-ledger.ts'
import { RunLines } from './read-lines.ts'
import { piecesOf } from './read-pieces.ts'
import { RunTable } from './run-table.ts'
import { summarizeTable } from './summarize.ts'
import type { WarehouseWish } from './warehouse/summarize-warehouse.ts'

/** Where runs come from. One that can count by itself does so; the others hand over their runs. */
export interface Source {
  /** In a few words, for a heading: `on this machine`. */
  readonly where: string
  /** `tell` is told how far it is, often enough for a bar. */
  summarize(options: SummaryOptions, tell?: Tell): Promise<Summary>
}

/** The record of this machine: the folders of one project's ledgers. What of it cannot be read is passed over. */
export function ledgerSource(folders: readonly string[], passedOver: PassedOver): Source {
  return {
    where: 'on this machine',
    async summarize(options, tell) {
      const lines = new RunLines({ ownRecord: true })
      const table = new RunTable()
      const since = options.from ?? options.now - (options.periodMs ?? Number.POSITIVE_INFINITY)
      const files = folders.flatMap((folder) => new Ledger(folder).runFiles(since, passedOver))
      const all = sizeOf(files)
      for (const run of runsInFiles(files, lines, passedOver)) {
        table.add(run)
        if (tell && table.count % RUNS_BETWEEN === 0) tell(lines.bytes, all)
      }
      return summarizeTable(table, { ...options, end: 'now' }, lines.skipped)
    },
  }
}

/** Files of JSON lines, in any of the forms that `runOf` knows; `-` is standard input. */
export function filesSource(files: readonly string[]): Source {
  return {
    where: files.length === 1 ? `in ${files[0] === '-' ? 'what was piped in' : files[0]}` : `in ${files.length} files`,
    async summarize(options, tell) {
      const lines = new RunLines()
      const table = new RunTable()
      const all = sizeOf(files)
      let done = 0
      let firstUnreadable: string | undefined
      for (const file of files) {
        lines.firstUnreadable = undefined
        await addRuns(file, lines, table, (bytes) => {
          done += bytes
          tell?.(done, all)
        })
        if (lines.firstUnreadable !== undefined) firstUnreadable ??= `${file}:${lines.firstUnreadable}`
      }
      return summarizeTable(table, { end: 'last-run', ...options }, { ...lines.skipped, firstUnreadable })
    },
  }
}

/** A Segment warehouse. What speaks to it is loaded only now. */
export function warehouseSource(world: World, wish: WarehouseWish): Source {
  return {
    where: 'in the warehouse',
    async summarize(options, tell) {
      const { summarizeWarehouse } = await import('./warehouse/summarize-warehouse.ts')
      return summarizeWarehouse(world, wish, { end: 'last-run', ...options }, tell)
    },
  }
}

async function addRuns(file: string, lines: RunLines, table: RunTable, read: (bytes: number) => void): Promise<void> {
  try {
    for await (const piece of piecesOf(file, read)) for (const run of lines.piece(piece)) table.add(run)
    for (const run of lines.end()) table.add(run)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(code === 'EISDIR' ? say.runsInFolder(file) : say.cannotReadRuns(file, message))
  }
}

/** The clock is looked at so rarely. */
const RUNS_BETWEEN = 10_000

/** Of all files together, bytes; 0 where one has no size, as what is piped in. */
function sizeOf(files: readonly string[]): number {
  const sizes = files.map((file) => (file === '-' ? undefined : sizeOfOne(file)))
  return sizes.some((size) => !size) ? 0 : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
}

function sizeOfOne(file: string): number | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })?.size
  } catch {
    // Whoever reads it says why it cannot be.
    return undefined
  }
}
