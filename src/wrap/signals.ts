import type { ChildProcess } from 'node:child_process'
import type { World } from '../world.ts'

/** What reached us while the child ran. */
export interface SignalWatch {
  /** A signal that we passed on, and so the one to die of if the child died of its echo. */
  passedOn(): NodeJS.Signals | undefined
  /** Stops watching. */
  release(): void
}

/**
 * Keeps this process alive through signals until the child has ended.
 * A terminal's SIGINT and SIGQUIT reach the child by themselves, because it is in the same process group:
 * sending them again would make tools quit that ask for a second press. SIGTERM and SIGHUP are sent to one
 * process, so they are passed on.
 */
export function watchSignals(world: World, child: ChildProcess): SignalWatch {
  let passed: NodeJS.Signals | undefined
  const passOn = (signal: NodeJS.Signals, as: NodeJS.Signals) =>
    world.onSignal(signal, () => {
      passed = signal
      child.kill(as)
    })
  const ignore = () => {}
  const undo = [
    world.onSignal('SIGINT', ignore),
    world.onSignal('SIGQUIT', ignore),
    passOn('SIGTERM', 'SIGTERM'),
    // make stops on a SIGTERM sent to it alone, not on a SIGHUP.
    passOn('SIGHUP', 'SIGTERM'),
  ]
  return {
    passedOn: () => passed,
    release: () => {
      for (const stop of undo) stop()
    },
  }
}
