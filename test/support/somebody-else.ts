import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { BIN, NODE, toolFolder } from './cli.ts'
import { mayDo, needs } from './needs.ts'
import { programPath } from './programs.ts'
import { addFiles, testdir } from './testdir.ts'

/** Somebody whom no machine knows, and whom only root can become. */
export const SOMEBODY_ELSE = 4242

/** What stands before a command that somebody else is to run. */
export const AS_SOMEBODY_ELSE: readonly string[] = ['setpriv', `--reuid=${SOMEBODY_ELSE}`, `--regid=${SOMEBODY_ELSE}`, '--clear-groups']

function canSomebodyElse(...words: readonly string[]): boolean {
  const [program = '', ...all] = [...AS_SOMEBODY_ELSE, ...words]
  return spawnSync(program, all).status === 0
}

/** Whether a test can become somebody else, who can also get at what it makes. */
export function canBecomeSomebodyElse(): boolean {
  if (!mayDo('root, to become somebody else', process.getuid?.() === 0)) return false
  if (!needs('setpriv', programPath('setpriv') !== undefined)) return false
  return needs(`a TMPDIR that everybody can reach, which ${os.tmpdir()} is not`, canSomebodyElse('test', '-x', os.tmpdir()))
}

/** Makes these belong to somebody else, with all that is in them. */
export function giveAway(...places: readonly string[]): void {
  execFileSync('chown', ['-R', `${SOMEBODY_ELSE}:${SOMEBODY_ELSE}`, ...places])
}

/**
 * Lets everybody into the folder of a project, and puts a tool on its PATH that everybody can reach: a copy of this one, and
 * of the Node under test. A checkout below a home, and a Node that was installed into one, are their owner's alone.
 */
export function openToEverybody({ folder }: { readonly folder: string }): void {
  fs.chmodSync(folder, 0o755)
  const place = testdir()
  fs.chmodSync(place, 0o755)
  const root = path.resolve(path.dirname(BIN), '..')
  for (const part of ['bin', 'dist', 'tracer', 'package.json']) {
    fs.cpSync(path.join(root, part), path.join(place, part), { recursive: true })
  }
  const node = canSomebodyElse(NODE, '--version') ? NODE : path.join(place, 'node')
  if (node !== NODE) fs.copyFileSync(NODE, node)
  addFiles(folder, toolFolder('bin', { node, bin: path.join(place, 'bin', path.basename(BIN)) }))
}
