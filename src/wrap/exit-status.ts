import { signalNumber } from '../context/signal-number.ts'
import type { Exit } from '../world.ts'

/** How a child ended, as Node reports it: one of the two is set. */
export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What a shell shows for a death by a signal without a name, as near as one can come to it: 128 and SIGRTMIN. */
const UNNAMED_SIGNAL = 128 + 34

export type Outcome = 'success' | 'failure' | 'interrupted'

/** Signals by which a person, a terminal or a system asks a program to stop. */
const INTERRUPTIONS = new Set<string>(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])

/** The exit status for an event: the code, or the negative signal number for a signal death. */
export function exitStatus(end: ChildEnd): number {
  if (end.signal === null) return end.code ?? -1
  return -signalNumber(end.signal)
}

/** The outcome for an event. */
export function outcomeOf(end: ChildEnd): Outcome {
  if (end.signal !== null) return INTERRUPTIONS.has(end.signal) ? 'interrupted' : 'failure'
  return end.code === 0 ? 'success' : 'failure'
}

/** How `wrap` ends so that its caller sees what it would have seen from make: the same code, or a death of the same signal. */
export function exitLike(end: ChildEnd): Exit {
  // Node names neither: a death by a real-time signal. It must not look like success.
  if (end.signal === null) return { code: end.code ?? UNNAMED_SIGNAL }
  return { signal: end.signal }
}
