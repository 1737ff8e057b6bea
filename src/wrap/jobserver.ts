import type { StdioOptions } from 'node:child_process'
import * as fs from 'node:fs'

/**
 * The stdio list for the child: the three streams inherited, and make's jobserver at the numbers that
 * MAKEFLAGS names. Node marks inherited descriptors close-on-exec, so without this a parallel make
 * would find its pipe closed and run one job at a time.
 */
export function stdioWithJobserver(jobserver: string | undefined): StdioOptions {
  const pair = /^(\d+),(\d+)$/u.exec(jobserver ?? '')
  const read = Number(pair?.[1])
  const write = Number(pair?.[2])
  if (!pair || !isOnePipe(read, write)) return 'inherit'
  const stdio: ('inherit' | 'ignore' | number)[] = ['inherit', 'inherit', 'inherit']
  for (let number = 3; number <= Math.max(read, write); number++) {
    stdio.push(number === read || number === write ? number : 'ignore')
  }
  return stdio
}

/** Both ends of one pipe, and not something of Node's own that happens to have the number. */
function isOnePipe(read: number, write: number): boolean {
  if (read < 3 || write < 3 || read > 1024 || write > 1024) return false
  try {
    const one = fs.fstatSync(read)
    const other = fs.fstatSync(write)
    return one.isFIFO() && other.isFIFO() && one.ino === other.ino
  } catch {
    return false
  }
}
