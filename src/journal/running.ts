import * as fs from 'node:fs'
import * as path from 'node:path'
import { inside } from '../disk/inside.ts'
import { isAlive } from '../disk/is-alive.ts'
import { makeFolders } from '../disk/make-folders.ts'
import { writeText } from '../disk/plain-file.ts'
import { removeFile } from '../disk/remove-file.ts'

/** A recorded run that has not ended. */
export interface RunningRun {
  readonly pid: number
  /** As the ledger will name it. */
  readonly target: string
  /** Wall clock, ms since 1970. */
  readonly startedAt: number
}

const FOLDER = 'running'

/**
 * Notes in a project's state that a run goes on, for `stats --follow`: an empty file whose name says it all, which costs less than
 * one with content. Whatever goes wrong costs no more than that.
 */
export function noteRunning(state: string, { pid, target, startedAt }: RunningRun): () => void {
  let file: string | undefined
  try {
    file = inside(state, FOLDER, `${pid}-${startedAt}-${encodeURIComponent(target)}`)
    write(file)
  } catch {
    // Nobody can follow this run, and that is all.
  }
  return () => {
    try {
      if (file !== undefined) fs.unlinkSync(file)
    } catch {
      // Somebody was faster, or whoever reads it finds that this process has ended.
    }
  }
}

function write(file: string): void {
  try {
    writeText(file, '')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    makeFolders(path.dirname(file))
    writeText(file, '')
  }
}

/** Runs that go on now, longest first. The note of a process that was killed is removed. */
export function runningRuns(state: string): RunningRun[] {
  const folder = inside(state, FOLDER)
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : []
  return names.flatMap((name) => readNote(folder, name)).sort((one, other) => one.startedAt - other.startedAt)
}

function readNote(folder: string, name: string): RunningRun[] {
  const [, pid = '', startedAt = '', target = ''] = /^(\d+)-(\d+)-(.+)$/u.exec(name) ?? []
  if (pid === '') return []
  if (isAlive(Number(pid))) return [{ pid: Number(pid), target: decoded(target), startedAt: Number(startedAt) }]
  removeFile(inside(folder, name))
  return []
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
