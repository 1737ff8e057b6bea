import type { StdioOptions } from 'node:child_process'
import * as fs from 'node:fs'

type Slot = 'inherit' | 'ignore' | number

/** Recipes open descriptors of their own up to here; a shell takes no larger number in a redirection. */
const MOST = 9

/**
 * The stdio list for the child: the three streams, make's jobserver at the numbers that MAKEFLAGS names, and
 * whatever else the recipe opened. Node marks all of them close-on-exec, so without this a parallel make
 * would find its pipe closed and run one job at a time, and `3>log` in a recipe would fail.
 */
export function childStdio(jobserver: string | undefined, platform: NodeJS.Platform): StdioOptions {
  const named = /^(\d+),(\d+)$/u.exec(jobserver ?? '')
  const pair = named ? ([Number(named[1]), Number(named[2])] as const) : undefined
  const numbers = platform === 'linux' ? inheritedOnLinux(pair) : inheritedElsewhere(pair)
  if (numbers.size === 0) return 'inherit'
  const stdio: Slot[] = ['inherit', 'inherit', 'inherit']
  for (let number = 3; number <= Math.max(...numbers); number++) stdio.push(numbers.has(number) ? number : 'ignore')
  return stdio
}

type Pair = readonly [read: number, write: number]

/**
 * Linux tells what each descriptor is. Node has pipes of its own, both ends at low numbers, so a pipe with
 * both ends here is a jobserver only if the process that started us has the same pipe at the same numbers.
 */
function inheritedOnLinux(pair: Pair | undefined): Set<number> {
  const own = linksOf('self')
  const numbers = new Set<number>()
  for (let number = 3; number <= MOST; number++) {
    const link = own.get(number)
    if (link !== undefined && !link.startsWith('anon_inode:') && !hasTwin(own, number, link)) numbers.add(number)
  }
  if (pair && isOnePipe(...pair)) {
    const parent = linksOf(process.ppid)
    if (pair.every((number) => own.get(number) === parent.get(number))) for (const number of pair) numbers.add(number)
  }
  return numbers
}

/** Whether both ends of the pipe are here, as those of Node's own are; a second copy of the same end is no twin. */
function hasTwin(own: ReadonlyMap<number, string>, number: number, link: string): boolean {
  if (!link.startsWith('pipe:')) return false
  return [...own].some(([other, same]) => other !== number && other > 2 && same === link && isWritable(other) !== isWritable(number))
}

/** Format: proc(5), fd: the permissions of the link itself are those that the file was opened with. */
function isWritable(descriptor: number): boolean {
  try {
    return (fs.lstatSync(`/proc/self/fd/${descriptor}`).mode & fs.constants.S_IWUSR) !== 0
  } catch {
    return false
  }
}

function linksOf(process: number | 'self'): Map<number, string> {
  const folder = `/proc/${process}/fd`
  const links = new Map<number, string>()
  try {
    for (const name of fs.readdirSync(folder)) {
      try {
        links.set(Number(name), fs.readlinkSync(`${folder}/${name}`))
      } catch {
        // The descriptor that reads this folder is gone by now.
      }
    }
  } catch {
    // Another user's process, or no /proc: then nothing is known, and nothing is handed over.
  }
  return links
}

function inheritedElsewhere(pair: Pair | undefined): Set<number> {
  return new Set(pair && isOnePipe(...pair) ? pair : [])
}

/** Both ends of one pipe, and not something else that happens to have the number. */
function isOnePipe(read: number, write: number): boolean {
  if (read < 3 || write < 3 || read > 1024 || write > 1024 || read === write) return false
  try {
    const one = fs.fstatSync(read)
    const other = fs.fstatSync(write)
    return one.isFIFO() && other.isFIFO() && one.ino === other.ino
  } catch {
    return false
  }
}
