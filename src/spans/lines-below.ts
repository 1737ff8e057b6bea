import * as fs from 'node:fs'
import { descendants, parentOf } from '../context/processes.ts'

/**
 * What runs the recipe lines below a make whose shell is the tracer in sh: children of the tracer's processes. A
 * SIGTERM that make sends to such a line ends the tracer alone, since a shell that waits passes nothing on.
 */
export function tracedLines(make: number, folder: string): number[] {
  try {
    return descendants(make).filter((pid) => isTracer(parentOf(pid), folder))
  } catch {
    // Without /proc there is no tracer in sh.
    return []
  }
}

/** By its script, the second word of its command line (proc(5), cmdline). */
function isTracer(pid: number | undefined, folder: string): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1]?.startsWith(`${folder}/by-`) === true
  } catch {
    return false
  }
}
