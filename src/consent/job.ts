import * as fs from 'node:fs'
import { isAlive } from '../disk/is-alive.ts'
import type { World } from '../world.ts'

/** What is above us in the same job: a make, and what stands between it and us. */
const FURTHEST = 20

/**
 * Whether the terminal listens to this job. A job in the background that reads from the terminal, or changes it, is
 * stopped by it. Only Linux tells it, in /proc; elsewhere it is taken for granted.
 */
export function inForeground(world: Pick<World, 'platform'>): boolean {
  if (world.platform !== 'linux') return true
  try {
    const { group, foreground } = job('self')
    return group === foreground
  } catch {
    return true
  }
}

/**
 * The processes that started this one and belong to its job, up to the one that a shell or a script started. While they
 * live somebody waits for us; where there is no /proc, only the nearest is known.
 */
export function jobAbove(world: Pick<World, 'platform' | 'ppid'>): number[] {
  if (world.platform !== 'linux') return [world.ppid]
  const above: number[] = []
  try {
    const { group } = job('self')
    for (let pid = job('self').parent; above.length < FURTHEST && pid > 1; pid = job(pid).parent) {
      if (job(pid).group !== group) break
      above.push(pid)
    }
  } catch {
    // Another user's, or gone this moment: those found so far are enough.
  }
  return above
}

/** Whether all of them live. */
export function areAlive(processes: readonly number[]): boolean {
  return processes.every(isAlive)
}

/** Format: proc(5), stat, fields 4, ppid, 5, pgrp, and 8, tpgid; the second is a name in parentheses that may hold anything. */
function job(process: number | 'self'): { parent: number; group: number; foreground: number } {
  const fields = fs
    .readFileSync(`/proc/${process}/stat`, 'utf8')
    .replace(/^.*\) /su, '')
    .split(' ')
  return { parent: Number(fields[1]), group: Number(fields[2]), foreground: Number(fields[5]) }
}
