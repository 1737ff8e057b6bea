import * as fs from 'node:fs'
import { Ledger } from '../journal/ledger.ts'
import { say } from '../messages.ts'
import type { Summary, SummaryOptions } from './model.ts'
import { runsInFiles } from './read-ledger.ts'
import { RunLines } from './read-lines.ts'
import { RunTable } from './run-table.ts'
import { summarizeTable } from './summarize.ts'

/** Where runs come from. One that can count by itself does so; the others hand over their runs. */
export interface Source {
  /** In a few words, for a heading: `on this machine`. */
  readonly where: string
  summarize(options: SummaryOptions): Promise<Summary>
}

/** The record of this machine: the folders of one project's ledgers. */
export function ledgerSource(folders: readonly string[]): Source {
  return {
    where: 'on this machine',
    async summarize(options) {
      const lines = new RunLines({ ownRecord: true })
      const table = new RunTable()
      const since = options.now - (options.periodMs ?? Number.POSITIVE_INFINITY)
      const files = folders.flatMap((folder) => new Ledger(folder).runFiles(since))
      for (const run of runsInFiles(files, lines)) table.add(run)
      return summarizeTable(table, { ...options, end: 'now' }, lines.skipped)
    },
  }
}

/** Files of JSON lines, in any of the forms that `runOf` knows; `-` is standard input. */
export function filesSource(files: readonly string[]): Source {
  return {
    where: files.length === 1 ? `in ${files[0] === '-' ? 'what was piped in' : files[0]}` : `in ${files.length} files`,
    async summarize(options) {
      const lines = new RunLines()
      const table = new RunTable()
      for (const file of files) {
        await addRuns(file, lines, table)
      }
      return summarizeTable(table, { end: 'last-run', ...options }, lines.skipped)
    },
  }
}

async function addRuns(file: string, lines: RunLines, table: RunTable): Promise<void> {
  try {
    for await (const piece of piecesOf(file)) for (const run of lines.piece(piece)) table.add(run)
    for (const run of lines.end()) table.add(run)
  } catch (error) {
    throw new Error(say.cannotReadRuns(file, (error as Error).message))
  }
}

const PIECE_BYTES = 1024 * 1024

function piecesOf(file: string): AsyncIterable<Buffer> {
  const options = { highWaterMark: PIECE_BYTES }
  return file === '-' ? fs.createReadStream('', { ...options, fd: 0, autoClose: false }) : fs.createReadStream(file, options)
}
