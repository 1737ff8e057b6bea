import * as fs from 'node:fs'
import type { Environment } from '../world.ts'
import { isMake, parentOf, programOf } from './processes.ts'

/** No chain of processes is that long. */
const MOST_ABOVE = 1_000

/** The outermost make above a process: what it was started with; `none` where there is no make, `unknown` where the system will not say. */
export type StartedWith = 'none' | 'unknown' | Environment

/**
 * What the outermost make above a process was started with, variables on its command line included: none of it can come from a
 * makefile. `above` is the parent of the process that asks. Format: proc(5), environ and cmdline.
 */
export function outermostMake(above: number): StartedWith {
  const makes = makesAbove(above)
  return makes === undefined ? 'unknown' : (makes.at(-1) ?? 'none')
}

/** What the makes above a process were started with does not change while they live, and a run asks several times. */
const KNOWN = new Map<number, readonly StartedWith[] | undefined>()

/** The same of each make above a process, the nearest first; undefined where there is no /proc. */
export function makesAbove(above: number): readonly StartedWith[] | undefined {
  if (!KNOWN.has(above)) KNOWN.set(above, lookAbove(above))
  return KNOWN.get(above)
}

function lookAbove(above: number): StartedWith[] | undefined {
  const found: StartedWith[] = []
  let at: number | undefined = above
  for (let steps = 0; at !== undefined && at > 0 && steps < MOST_ABOVE; steps++) {
    if (isMake(programOf(at))) found.push(startOf(at))
    at = parentOf(at)
  }
  // Without /proc nothing is known of the parent, either.
  return at === undefined ? undefined : found
}

function startOf(pid: number): StartedWith {
  try {
    const [environ = '', cmdline = ''] = ['environ', 'cmdline'].map((name) => fs.readFileSync(`/proc/${pid}/${name}`, 'utf8'))
    return { ...variables(environ), ...variables(cmdline) }
  } catch {
    return 'unknown'
  }
}

function variables(words: string): Environment {
  const pairs = words.split('\0').flatMap((word) => {
    const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/su.exec(word) ?? []
    return name === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(pairs)
}
