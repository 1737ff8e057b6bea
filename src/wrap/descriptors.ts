import type { StdioOptions } from 'node:child_process'
import * as fs from 'node:fs'

type Slot = 'inherit' | 'ignore' | number

/** Recipes open descriptors of their own up to here; a shell takes no larger number in a redirection. */
const MOST = 9
/** Node opens its own descriptors at its start, below this. */
const FURTHEST_TWIN = 40

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
  const numbers = new Set<number>()
  const twins = new Set<number>()
  for (let number = 3; number <= MOST; number++) {
    const stat = twins.has(number) ? undefined : statOf(number)
    // What has no type is Node's own: epoll, eventfd and their like (anonymous inodes).
    if (!stat || (stat.mode & fs.constants.S_IFMT) === 0) continue
    const twin = stat.isFIFO() ? twinOf(number, stat) : undefined
    if (twin === undefined) numbers.add(number)
    else twins.add(twin)
  }
  if (pair && isOnePipe(...pair) && pair.every((number) => readLink('self', number) === readLink(process.ppid, number))) {
    for (const number of pair) numbers.add(number)
  }
  return numbers
}

/**
 * The other end of a pipe, which those of Node's own have here; a second copy of the same end is no twin. Both ends
 * of a pipe are made at once, so as a rule the other one is next to it.
 */
function twinOf(number: number, stat: fs.Stats): number | undefined {
  const writable = isWritable(number)
  const isTwin = (other: number) => {
    const same = other < 3 || other === number ? undefined : statOf(other)
    return same?.isFIFO() === true && same.ino === stat.ino && same.dev === stat.dev && isWritable(other) !== writable
  }
  for (const other of [number + 1, number - 1]) if (isTwin(other)) return other
  for (let other = 3; other <= FURTHEST_TWIN; other++) if (isTwin(other)) return other
  return undefined
}

function statOf(descriptor: number): fs.Stats | undefined {
  try {
    return fs.fstatSync(descriptor)
  } catch {
    return undefined
  }
}

/** Format: proc(5), fd: the permissions of the link itself are those that the file was opened with. */
function isWritable(descriptor: number): boolean {
  try {
    return (fs.lstatSync(`/proc/self/fd/${descriptor}`).mode & fs.constants.S_IWUSR) !== 0
  } catch {
    return false
  }
}

function readLink(process: number | 'self', number: number): string | undefined {
  try {
    return fs.readlinkSync(`/proc/${process}/fd/${number}`)
  } catch {
    // Another user's process, or a descriptor that is gone by now.
    return undefined
  }
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
