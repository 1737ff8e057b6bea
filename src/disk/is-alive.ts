import * as fs from 'node:fs'

/** Whether a process of that number lives, whoever's it is; one that ended and that nobody has waited for does not. */
export function isAlive(pid: number): boolean {
  try {
    // A signal of 0 only asks.
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return !isZombie(pid)
}

/** Format: proc(5), stat: the state stands behind a name in parentheses that may hold anything. */
function isZombie(pid: number): boolean {
  try {
    return /^.*\) Z /su.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
