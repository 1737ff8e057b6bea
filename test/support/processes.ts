import { spawnSync } from 'node:child_process'
import * as path from 'node:path'
import { buildSync } from 'esbuild'
import { type Ended, run } from './cli.ts'
import { testdir } from './testdir.ts'

/**
 * Bundles a script that imports from `src/` (as `./src/…`), so that it can run in real processes of its own:
 * what happens between processes cannot be shown inside one.
 */
export function script(contents: string): string {
  const file = path.join(testdir(), 'script.mjs')
  buildSync({
    stdin: { contents, resolveDir: path.resolve('.'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: file,
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: 'error',
  })
  return file
}

/** Runs a script in `count` processes at the same time; each gets its number and then `words`. */
export function together(count: number, file: string, words: readonly string[] = []): Promise<Ended[]> {
  const options = { cwd: path.dirname(file), env: { PATH: process.env.PATH ?? '' } }
  return Promise.all(Array.from({ length: count }, (_, at) => run(process.execPath, [file, String(at), ...words], options)))
}

/** Milliseconds since 1970 at which processes that start now can begin together. */
export const startLine = (): string => String(Date.now() + 400)

/** Code for a script: waits, busily, for the time in the last word, so that all processes begin in the same millisecond. */
export const AWAIT_START = 'while (Date.now() < Number(process.argv.at(-1))) {}'

/** The number of a process that has ended. */
export const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid
