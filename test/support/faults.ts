import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** What may lie in the place of a file or folder. */
export type Fault = 'missing' | 'mode 000' | 'a folder' | 'a pipe' | 'a socket' | 'a dangling link' | 'damaged'

export const FAULTS: readonly Fault[] = ['missing', 'mode 000', 'a folder', 'a pipe', 'a socket', 'a dangling link', 'damaged']

/** Puts a fault in the place of what is there. */
export function spoil(place: string, fault: Fault): void {
  if (fault === 'mode 000') fs.chmodSync(place, 0o000)
  if (fault === 'mode 000' || (fault === 'damaged' && fs.statSync(place).isDirectory())) return
  fs.rmSync(place, { recursive: true, force: true })
  if (fault === 'a folder') fs.mkdirSync(place)
  if (fault === 'a pipe') execFileSync('mkfifo', [place])
  if (fault === 'a dangling link') fs.symlinkSync(path.join(path.dirname(place), 'nowhere', 'at-all'), place)
  if (fault === 'damaged') fs.writeFileSync(place, '{"type":"run","id":"\u001b]0;x\u0007 \u0000\n[]\n{"type":"attempt"}\n')
  if (fault === 'a socket') listen(place)
}

/** A socket's file stays when whoever listened there is killed. The path may be longer than one may be bound to. */
function listen(place: string): void {
  const script = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))"
  spawnSync(process.execPath, ['-e', script, path.basename(place)], { cwd: path.dirname(place) })
}

/** What stands before a command so that modes hold for it; root is above them as long as it has these capabilities. */
export const UNDER_MODES: readonly string[] = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []

/** Whether a file can be closed to a command here. */
export function modesHold(): boolean {
  const [program = 'true', ...words] = [...UNDER_MODES, 'true']
  return process.platform !== 'win32' && spawnSync(program, words).status === 0
}
