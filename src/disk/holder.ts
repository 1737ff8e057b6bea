import * as fs from 'node:fs'
import { isAlive } from './is-alive.ts'

/** Whether the process that holds something lives; `unknown` where its number may mean another process or none. */
export type Life = 'alive' | 'dead' | 'unknown'

/**
 * This process in a line, as a holder leaves it in what it holds: its number, when it began, and where that number
 * means it: one boot of one machine, in one space of process numbers.
 */
export function nameHolder(pid: number): string {
  return `${pid} ${beganAt(pid) ?? '-'} ${whereabouts() ?? '-'}`
}

/** What became of the process that left this line. */
export function lifeOf(line: string): Life {
  const [pid = '', began = '-', ...where] = line.trim().split(' ')
  if (!/^\d+$/u.test(pid) || where.length === 0 || where.join(' ') !== whereabouts()) return 'unknown'
  if (!isAlive(Number(pid))) return 'dead'
  const now = beganAt(Number(pid))
  if (began === '-' || now === undefined) return 'unknown'
  return began === now ? 'alive' : 'dead'
}

/**
 * How long ago something was changed, ms, by the clock of the file system it is on: a file made beside it tells what
 * that one says now, which may be minutes from this machine's. Undefined where none can be made.
 */
export function ageOnItsDisk(place: string): number | undefined {
  const probe = `${place}.clock.${Math.random().toString(36).slice(2)}`
  try {
    fs.writeFileSync(probe, '', { flag: 'wx', mode: 0o600 })
    return fs.statSync(probe).mtimeMs - fs.statSync(place).mtimeMs
  } catch {
    return undefined
  } finally {
    fs.rmSync(probe, { force: true })
  }
}

/** Format: proc(5), stat, field 22: in ticks since the boot; behind a name in parentheses that may hold anything. */
function beganAt(pid: number): string | undefined {
  try {
    return fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ')[19]
  } catch {
    return undefined
  }
}

/** Linux says both; elsewhere nothing that two machines with one home folder could not have in common. */
function whereabouts(): string | undefined {
  try {
    return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fs.readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}
