import * as path from 'node:path'

/**
 * A file in a folder of ours. Its names are plain, so that nothing needs to be made normal: `path.join` goes through
 * both sign by sign, and the dozens of long names in a run had V8 load its optimizing compiler for it (6 MB).
 */
export function inside(folder: string, ...names: readonly string[]): string {
  return `${folder}${path.sep}${names.join(path.sep)}`
}
