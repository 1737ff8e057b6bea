import * as path from 'node:path'
import type { Delivery } from '../delivery/deliver.ts'
import { printable } from '../messages.ts'
import { ROUND_MOST, sendAll } from '../record/send-all.ts'
import type { Exit, World } from '../world.ts'
import { type Agreement, agree, stillHolds } from './agreement.ts'
import type { ChangeLog } from './change-log.ts'
import type { Collector, Observation } from './collector.ts'
import { Hold } from './hold.ts'
import { Pace } from './pace.ts'
import { Recorder } from './recorder.ts'
import { words } from './words.ts'

/** What a sidecar needs of the outside, besides the World. */
export interface Host {
  readonly world: World
  /** Resolves after so many ms, or when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** A number from 0 to 1. */
  random(): number
  /** Whether whoever started this still wants it. */
  isWanted(): boolean
  /** Told what is sent and what came back. */
  note(text: string): void
}

export interface SidecarOptions {
  readonly intervalMs: number
  /** One look, and the end. */
  readonly once: boolean
}

/** A round of sending gets so long, ms; nobody's target waits. */
const SEND_MS = 10_000
/** When somebody wants us to end, a request that is under way gets so long, ms. */
const GRACE_MS = 600
/** A sidecar that has not shown itself for three intervals and this, ms, has lost its place. */
const STALE_MS = 60_000

type Round = 'reached' | 'not reached' | 'idle' | 'not sent'

/** Runs a collector for as long as somebody wants it: asks for consent, looks, records, sends, and waits. */
export class Sidecar {
  private readonly host: Host
  private readonly collector: Collector
  private readonly options: SidecarOptions
  private readonly log: ChangeLog
  private readonly ending = new AbortController()
  private waking = new AbortController()
  private hurried = false
  private agreement: Agreement | undefined
  private recorder: { folder: string; recorder: Recorder; hold: Hold } | undefined

  constructor(host: Host, collector: Collector, log: ChangeLog, options: SidecarOptions) {
    this.host = host
    this.collector = collector
    this.log = log
    this.options = options
  }

  /** Goes on until `stop`, or for one look. */
  async run(): Promise<Exit> {
    const pace = new Pace(this.options.intervalMs, this.host.random)
    try {
      for (;;) {
        const force = this.hurried
        this.hurried = false
        const round = await this.round(force)
        if (this.options.once) return { code: round === 'not reached' || round === 'not sent' ? 1 : 0 }
        if (this.isEnding()) break
        if (!this.hurried) await this.host.sleep(pace.after(round !== 'not reached'), this.waking.signal)
        this.waking = new AbortController()
        if (this.isEnding()) break
      }
      this.log.is('sidecar', words.stopped())
      return { code: 0 }
    } finally {
      this.noteRest()
      this.letGo()
    }
  }

  /** Looks and sends at once, even to what has just failed. */
  hurry(): void {
    this.hurried = true
    this.waking.abort()
  }

  /** Ends within a second. What was seen is recorded by then. */
  stop(): void {
    this.ending.abort()
    this.waking.abort()
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted || !this.host.isWanted()
  }

  private async round(force: boolean): Promise<Round> {
    try {
      const agreement = await agree(this.host.world, this.collector)
      if ('refusal' in agreement) {
        this.log.is('consent', agreement.refusal)
        this.letGo()
        return 'idle'
      }
      this.log.is('consent', agreement.now.standing.effective === 'local' ? words.local() : words.agreed())
      const recorder = this.recorderFor(agreement)
      return recorder === undefined ? 'idle' : await this.observe(agreement, recorder, force)
    } catch (error) {
      this.log.is('record', words.notWritten(printable((error as Error).message, 300)))
      return 'not reached'
    }
  }

  private async observe(agreement: Agreement, recorder: Recorder, force: boolean): Promise<Round> {
    const { collector, ending, log } = this
    const look = await collector.look(ending.signal)
    if (ending.signal.aborted) return 'idle'
    log.is(collector.name, look.state)
    this.agreement = agreement
    if (!stillHolds(this.host.world, agreement, collector)) return 'idle'
    if (look.reached) this.write(() => recorder.recordLook(agreement, look.observations))
    if (look.reached && !this.options.once)
      collector.follow({ saw: (observations) => this.saw(recorder, observations), is: (about, state) => log.is(about, state) })
    recorder.ledger.forgetOlderThan(agreement.project.retentionDays, new Date(this.host.world.now()))
    const sent = await this.send(agreement, recorder, force)
    if (!look.reached) return 'not reached'
    return sent ? 'reached' : 'not sent'
  }

  /** Something happened between two looks. It is on disk when this returns, and goes with the next round. */
  private saw(recorder: Recorder, observations: readonly Observation[]): void {
    const { agreement } = this
    if (agreement === undefined || this.recorder?.recorder !== recorder || observations.length === 0) return
    this.write(() => {
      if (stillHolds(this.host.world, agreement, this.collector)) recorder.recordSeen(agreement, observations)
    })
  }

  private write(work: () => void): void {
    try {
      work()
      if (this.log.wasSaid('record', words.notWritten(''))) this.log.is('record', words.written())
    } catch (error) {
      this.log.is('record', words.notWritten(printable((error as Error).message, 300)))
    }
  }

  /** Whether nothing waits that could go. */
  private async send({ routes, now }: Agreement, { ledger }: Recorder, force: boolean): Promise<boolean> {
    const { world, note } = this.host
    const asOf = now.entry?.decision?.asOf
    try {
      for (;;) {
        const options = { deadline: world.monotonic() + SEND_MS, most: ROUND_MOST, force, asOf, note }
        const deliveries = (await this.withGrace(sendAll(world, routes, ledger, options))) ?? []
        for (const delivery of deliveries) this.tell(delivery)
        if (this.ending.signal.aborted || !deliveries.some(({ delivered, kept }) => delivered > 0 && kept > 0))
          return deliveries.every(({ kept }) => kept === 0)
      }
    } finally {
      for (const { connection } of routes) connection?.close()
    }
  }

  /** Waits for `work`, but not for long once we are to end. Nothing of it is left behind on what lives for weeks. */
  private async withGrace<T>(work: Promise<T>): Promise<T | undefined> {
    const { signal } = this.ending
    const never = new AbortController().signal
    let end = () => {}
    const grace = new Promise<undefined>((resolve) => {
      end = () => void this.host.sleep(GRACE_MS, never).then(() => resolve(undefined))
    })
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
    try {
      return await Promise.race([work, grace])
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  private tell({ route, delivered, kept, reason }: Delivery): void {
    const about = (state: ReturnType<typeof words.sends>) => ({ ...state, text: `${route}: ${state.text}` })
    if (kept > 0 && delivered === 0) this.log.is(route, about(words.waits(kept, printable(reason, 300))))
    else if (delivered > 0) this.log.is(route, about(words.sends()))
  }

  /** The recorder of this project, if no other process has its place. */
  private recorderFor(agreement: Agreement): Recorder | undefined {
    const { collector, host } = this
    const { folder } = agreement
    const hold =
      this.recorder?.folder === folder
        ? this.recorder.hold
        : new Hold(path.join(folder, 'collect', `${collector.name}-${collector.place}.pid`), host.world)
    const holder = hold.take(3 * this.options.intervalMs + STALE_MS)
    if (holder !== undefined) {
      this.log.is('place', words.held(String(holder)))
      this.letGo()
      return undefined
    }
    if (this.log.wasSaid('place', words.held(''))) this.log.is('place', words.alone())
    // Another project, or the place was another's meanwhile: what is on disk is read anew.
    if (this.recorder?.folder !== folder) {
      this.letGo()
      this.recorder = { folder, hold, recorder: new Recorder(host.world, collector, folder) }
    }
    return this.recorder.recorder
  }

  /** Only while it may: after `consent forget` nothing is written again, and what another collector has is its own. */
  private noteRest(): void {
    const { agreement, recorder } = this
    if (agreement === undefined || recorder === undefined || !stillHolds(this.host.world, agreement, this.collector)) return
    this.write(() => recorder.recorder.rest())
  }

  private letGo(): void {
    this.collector.stop()
    this.recorder?.hold.release()
    this.recorder = undefined
    this.agreement = undefined
  }
}
