import * as fs from 'node:fs'
import { readAnyones } from '../disk/plain-file.ts'
import type { World } from '../world.ts'

/** What an administrator's file says: how far every decision on this machine is lowered. */
export interface Policy {
  readonly file: string
  readonly consent: 'off' | 'local' | undefined
  /** What is wrong with the file, if anything; then everything is off, because somebody wanted less. */
  readonly problem: string | undefined
}

const MOST_BYTES = 64 * 1024

/**
 * Reads the machine-wide policy: `{ "consent": "off" }` or `{ "consent": "local" }`. It can only lower;
 * anything else in it counts as off.
 */
export function readPolicy(world: Pick<World, 'policyFile'>): Policy {
  const file = world.policyFile
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return { file, consent: undefined, problem: undefined }
    if (!stat.isFile() || stat.size > MOST_BYTES) return { file, consent: 'off', problem: 'is not a file of settings' }
    const consent: unknown = (JSON.parse(readAnyones(file)) as { consent?: unknown } | null)?.consent
    if (consent === 'off' || consent === 'local') return { file, consent, problem: undefined }
    return { file, consent: 'off', problem: 'has a "consent" that is not off or local; a policy can only lower' }
  } catch (error) {
    return { file, consent: 'off', problem: `cannot be read: ${(error as Error).message}` }
  }
}
