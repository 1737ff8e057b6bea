import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { BIN, NODE, toolFolder } from './cli.ts'
import { mayDo, needs } from './needs.ts'
import { programPath } from './programs.ts'
import { addFiles, testdir } from './testdir.ts'

/** `nobody`, whom only root can become. */
const USER = 65_534

/** In front of a command line: who runs it is somebody else. */
export const AS_SOMEBODY_ELSE = `setpriv --reuid=${USER} --regid=${USER} --clear-groups`

const becomes = (...words: readonly string[]) => spawnSync('sh', ['-c', `${AS_SOMEBODY_ELSE} "$@"`, 'sh', ...words]).status === 0

/** Whether a test can become somebody else, who can also get at what it makes. */
export function canBecomeSomebodyElse(): boolean {
  if (!mayDo('root, to become somebody else', process.getuid?.() === 0)) return false
  if (!needs('setpriv', programPath('setpriv') !== undefined)) return false
  return mayDo(`a TMPDIR that everybody can reach, which ${os.tmpdir()} is not`, becomes('test', '-x', os.tmpdir()))
}

/**
 * Puts a tool on the PATH of a project that everybody can reach: a copy of this one, and of the Node under test. A checkout
 * below a home, and a Node that was installed into one, are their owner's alone.
 */
export function toolForEverybody({ folder }: { readonly folder: string }): void {
  const place = testdir()
  fs.chmodSync(place, 0o755)
  const root = path.resolve(path.dirname(BIN), '..')
  for (const part of ['bin', 'dist', 'tracer', 'package.json'])
    fs.cpSync(path.join(root, part), path.join(place, part), { recursive: true })
  const node = becomes(NODE, '--version') ? NODE : path.join(place, 'node')
  if (node !== NODE) fs.copyFileSync(NODE, node)
  addFiles(folder, toolFolder('bin', { node, bin: path.join(place, 'bin/send-metrics.js') }))
}
