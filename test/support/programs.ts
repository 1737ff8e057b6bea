import * as fs from 'node:fs'
import * as path from 'node:path'
import { needs } from './needs.ts'

/** Where a program is on PATH, or in one of these folders before it. */
export function programPath(name: string, before: readonly string[] = []): string | undefined {
  const folders = [...before, ...(process.env.PATH ?? '').split(path.delimiter)]
  return folders.map((folder) => path.join(folder, name)).find(mayRun)
}

function mayRun(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Whether programs that a test needs are there. */
export const hasPrograms = (...names: readonly string[]): boolean =>
  needs(
    names.join(' and '),
    names.every((name) => programPath(name) !== undefined),
  )
