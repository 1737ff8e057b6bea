import type { ChildProcess } from 'node:child_process'
import { hasTerminal, terminalIsGone, wouldAllDie } from '../context/processes.ts'
import { signalNumber } from '../context/signal-number.ts'
import type { World } from '../world.ts'
import type { ChildEnd } from './exit-status.ts'

/** make's exit code when a recipe fails, of whatever. */
const MAKE_FAILED = 2
/** What a terminal and a busy machine need until all processes of the group have died of its signal, ms. */
const TERMINAL_MS = 1_000
/** What a child gets to end by itself before make is told in the one way it listens to alone, ms. */
const GRACE_MS = 200

/**
 * Keeps this process alive through signals: while the target runs they are the target's business, afterwards
 * they end the reporting at once.
 *
 * A terminal's SIGINT and SIGQUIT reach the child by themselves, because it is in the same process group;
 * sent again, they would make tools quit that ask for a second press. SIGTERM goes to one process, so it is
 * passed on. SIGHUP and SIGQUIT may be either: what the terminal did not bring is passed on.
 */
export class Signals {
  private readonly world: World
  private readonly undo: (() => void)[] = []
  private readonly ignored: readonly NodeJS.Signals[]
  private readonly linesBelow: (make: number) => readonly number[]
  /** Known from the start of the child on: a terminal that hangs up is nobody's terminal any more. */
  private atTerminal = false
  private child: ChildProcess | undefined
  private passed: NodeJS.Signals | undefined
  private interrupted = false
  private stop: ((signal: NodeJS.Signals) => void) | undefined
  /** The signal that ended the reporting; pending until one comes. */
  readonly stopped: Promise<NodeJS.Signals>

  /**
   * `ignored` are the signals that the target ignores too, because we were started so. `linesBelow` finds processes
   * that have to hear from us what make alone would tell them, without a tracer between.
   */
  constructor(world: World, ignored: readonly NodeJS.Signals[], linesBelow: (make: number) => readonly number[] = () => []) {
    this.world = world
    this.ignored = ignored
    this.linesBelow = linesBelow
    this.stopped = new Promise((resolve) => {
      this.stop = resolve
    })
  }

  /** Begins to watch, for a child that is about to be started; nothing is handled before the event loop turns. */
  watch(): void {
    this.on('SIGINT', () => {
      this.interrupted = true
    })
    this.on('SIGTERM', () => this.passOn())
    this.on('SIGHUP', () => this.passOnIfAlone('SIGHUP'))
    this.on('SIGQUIT', () => this.passOnIfAlone('SIGQUIT'))
    // Node would start its debugger on SIGUSR1; make means something else by it.
    for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) this.on(signal, () => this.child?.kill(signal))
  }

  /** Whether the target has been started and has not ended. */
  get targetRuns(): boolean {
    return this.child !== undefined
  }

  /** The child that signals are for from now on. */
  childStarted(child: ChildProcess): void {
    this.child = child
    this.atTerminal = hasTerminal(() => this.world.stdinIsTTY || this.world.stderr.isTTY)
  }

  /**
   * The child has ended: from now on a signal ends the reporting. Returns how it ended, with the signal that it
   * died of as the one that was sent: what we passed on in another form, and the Ctrl-C that a make answers with
   * its exit code 2 when its recipe dies before its own turn comes.
   */
  childEnded(code: number | null, signal: NodeJS.Signals | null, isMake: boolean): ChildEnd {
    this.child = undefined
    if (signal !== null) return { code, signal: this.passed ?? signal }
    const answered = isMake && code === MAKE_FAILED ? (this.passed ?? (this.interrupted ? 'SIGINT' : undefined)) : undefined
    return answered === undefined ? { code, signal } : { code: null, signal: answered }
  }

  /** Stops watching. */
  release(): void {
    for (const stop of this.undo.splice(0)) stop()
  }

  private on(signal: NodeJS.Signals, handler: () => void): void {
    const handle = () => (this.child === undefined ? this.stop?.(signal) : handler())
    this.undo.push(this.world.onSignal(signal, this.ignored.includes(signal) ? () => {} : handle))
  }

  private passOn(): void {
    this.passed = 'SIGTERM'
    if (this.child !== undefined) this.terminate(this.child)
  }

  /** make tells its recipes of this signal, and of no other that is sent to it alone. */
  private terminate(child: ChildProcess): void {
    const lines = child.pid === undefined ? [] : this.linesBelow(child.pid)
    child.kill('SIGTERM')
    for (const line of lines) this.world.kill(line, 'SIGTERM')
  }

  private passOnIfAlone(signal: 'SIGHUP' | 'SIGQUIT'): void {
    // A hang-up is the reason for the target's end either way; a SIGQUIT of the terminal's is make's own affair.
    if (signal === 'SIGHUP') this.passed = signal
    this.after(this.atTerminal ? TERMINAL_MS : 0, (child) => {
      if (this.atTerminal && this.cameFromTerminal(signal, child)) return
      this.passed = signal
      child.kill(signal)
      // make ends on a SIGTERM sent to it alone, and on no other signal.
      this.after(GRACE_MS, (still) => this.terminate(still))
    })
  }

  /**
   * A hang-up comes from a terminal that is gone, or else it was sent to us. A SIGQUIT leaves the terminal as it
   * is: it came from there if somebody in the group can have outlived it.
   */
  private cameFromTerminal(signal: 'SIGHUP' | 'SIGQUIT', child: ChildProcess): boolean {
    if (signal === 'SIGHUP') return terminalIsGone()
    return wouldAllDie(child.pid ?? 0, signalNumber(signal)) !== true
  }

  private after(ms: number, then: (child: ChildProcess) => void): void {
    setTimeout(() => {
      if (this.child !== undefined) then(this.child)
    }, ms).unref()
  }
}
