import * as fs from 'node:fs'
import * as path from 'node:path'
import { signalNumber } from './signal-number.ts'

/** Whether this process has a controlling terminal (proc(5), stat, field 7); where that is not known, what `otherwise` says. */
export function hasTerminal(otherwise: () => boolean): boolean {
  try {
    return statFields('self')[4] !== '0'
  } catch {
    return otherwise()
  }
}

/** Whether the controlling terminal was closed; our streams may be elsewhere while it lives. */
export function terminalIsGone(): boolean {
  try {
    const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = fs.constants
    fs.closeSync(fs.openSync('/dev/tty', O_RDONLY | O_NOCTTY | O_NONBLOCK))
    return false
  } catch (error) {
    return ['ENXIO', 'EIO', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}

function statFields(process: number | 'self'): string[] {
  // The second field is a name in parentheses that may hold anything.
  return fs
    .readFileSync(`/proc/${process}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ')
}

/** Shells at a prompt by what they catch: every one catches the terminal's SIGINT and ignores SIGTERM or SIGTSTP for itself. */
export function isPromptingShell(pid: number): boolean {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
    return (
      handledBy(status, 'SigIgn', [signalNumber('SIGTERM'), signalNumber('SIGTSTP')]) &&
      handledBy(status, 'SigCgt', [signalNumber('SIGINT')])
    )
  } catch {
    return false
  }
}

function handledBy(status: string, name: string, numbers: readonly number[]): boolean {
  const mask = maskOf(status, name)
  return numbers.some((number) => holds(mask, number))
}

/**
 * Which signals a process ignores, by number. What is ignored is inherited, but Node undoes it when it starts:
 * what the process that started us ignores is as near as one can come to what we were started with.
 */
export function ignoredBy(pid: number, numbers: readonly number[]): number[] {
  try {
    const mask = maskOf(fs.readFileSync(`/proc/${pid}/status`, 'utf8'), 'SigIgn')
    return numbers.filter((number) => holds(mask, number))
  } catch {
    return []
  }
}

/** The name of the program that a process runs; a script's is its interpreter's. Empty where it cannot be known. */
export function programOf(pid: number): string {
  try {
    // A program that was replaced since has a note behind its name (proc(5)).
    return path.basename(fs.readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/u, ''))
  } catch {
    return nameOf(pid)
  }
}

/** The name alone, which can be read of another user's process, too. */
function nameOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd()
  } catch {
    return ''
  }
}

/** The signals up to 32, of 64: those of POSIX. */
function maskOf(status: string, name: string): number {
  const start = status.indexOf(`\n${name}:\t`)
  return start === -1 ? 0 : Number.parseInt(status.slice(start + name.length + 3, status.indexOf('\n', start + 1)).slice(-8), 16)
}

function holds(mask: number, signal: number): boolean {
  return ((mask >>> (signal - 1)) & 1) === 1
}

/**
 * Whether every process below `pid` would die of a signal: none catches or ignores it. Undefined where that
 * cannot be known. Format: proc(5), status, SigIgn and SigCgt as hexadecimal masks.
 */
export function wouldAllDie(pid: number, signalNumber: number): boolean | undefined {
  try {
    return descendants(pid).every((process) => !handles(process, signalNumber))
  } catch {
    return undefined
  }
}

/** Every process below `pid`. Throws where there is no /proc. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/u.test(name)) continue
    const parent = parentOf(Number(name))
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found: number[] = []
  for (let queue = children.get(pid) ?? []; queue.length > 0; queue = queue.flatMap((one) => children.get(one) ?? [])) found.push(...queue)
  return found
}

/** The process that started one; undefined where that cannot be known. */
export function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[1])
  } catch {
    return undefined
  }
}

function handles(pid: number, signalNumber: number): boolean {
  let status: string
  try {
    status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return false
  }
  return ['SigIgn', 'SigCgt'].some((name) => holds(maskOf(status, name), signalNumber))
}

/** Whether a program is make under one of its names: make, gmake, gnumake, make-4.4. */
export function isMake(program: string): boolean {
  return /^(?:g|gnu)?make(?:[-.\d]*)(?:\.exe)?$/u.test(path.basename(program).toLowerCase())
}
