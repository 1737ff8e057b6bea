import type { World } from '../world.ts'

/** What it takes until a stop signal to ourselves has stopped us; a job that cannot be stopped goes on after it, ms. */
const STOPPED_MS = 50

/** Ctrl-Z while one question stands. */
export interface CtrlZ {
  /** Aborted when it was pressed: the question has to leave the screen. */
  readonly signal: AbortSignal
  /** Settled when the job goes on after it. */
  readonly resumed: Promise<undefined>
  /** The question is answered. */
  release(): void
}

/**
 * In raw mode Ctrl-Z is a key, for which readline sends SIGTSTP to this process alone: the make around it would
 * stay in the foreground, and nobody could type any more. So the signal is caught, and sent to the whole job.
 */
export function watchCtrlZ(world: Pick<World, 'onSignal' | 'stopJob'>): CtrlZ {
  const pressed = new AbortController()
  let resume = () => {}
  const resumed = new Promise<undefined>((resolve) => {
    resume = () => resolve(undefined)
  })
  const release = world.onSignal('SIGTSTP', () => {
    pressed.abort()
    // The question leaves the screen, and the terminal its raw mode, before anything stops.
    setImmediate(() => {
      release()
      // Set before the stop, so that it is due before all that came due meanwhile, such as the end of our patience.
      setTimeout(resume, STOPPED_MS)
      world.stopJob()
    })
  })
  return { signal: pressed.signal, resumed, release }
}
