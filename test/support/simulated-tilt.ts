import type { Got, Tilt } from '../../src/collect/tilt/program.ts'
import { imageBuild } from './tilt.ts'

const micro = (time: number) => new Date(time).toISOString().replace('Z', '000Z')

/** As many of the images belong to a resource that is shown. */
const RESOURCES = 5

/** A Tilt in memory under a clock of the test's own: what it shows of each image is the last build, and of each resource the last two. */
export class SimulatedTilt implements Tilt {
  /** Every build that there ever was, as `kind name startedAt`. */
  readonly built: string[] = []
  runs = true
  watchable = true
  private readonly images: readonly string[]
  private session = 0
  private startedAt = 0
  private shown = new Map<string, object>()
  private updates = new Map<string, { startTime: string; finishTime: string }[]>()
  private watchers = new Set<{ type: string; bytes: (part: Uint8Array) => void; end: () => void }>()

  constructor(images: readonly string[], now: number) {
    this.images = images
    this.starts(now)
  }

  /** Starts again: other objects, with other uids. */
  starts(now: number): void {
    this.session++
    this.startedAt = now
    this.shown.clear()
    this.updates.clear()
    for (const watcher of this.watchers) watcher.end()
    this.built.push(`tilt_session  ${this.startTime().replace('Z', '.000Z')}`)
  }

  /** Builds an image, now and then as part of an update of its resource. */
  builds(nr: number, startedAt: number): void {
    const name = this.images[nr % this.images.length] as string
    const build = imageBuild(name, startedAt, { uid: `${name}-${this.session}`, ms: 900, ...(nr % 50 === 0 && { error: 'exit code: 9' }) })
    this.shown.set(name, build)
    this.built.push(`dockerimage ${name} ${micro(startedAt)}`)
    if (nr % 10 === 0 && this.images.indexOf(name) < RESOURCES) this.updated(name, startedAt)
    this.tells('dockerimages', build, nr)
  }

  /** In two parts, as pipes do. */
  private tells(type: string, object: object, nr: number): void {
    const text = new TextEncoder().encode(JSON.stringify(object, undefined, 4))
    const cut = nr % text.length
    for (const watcher of this.watchers)
      if (watcher.type === type) for (const part of [text.subarray(0, cut), text.subarray(cut)]) watcher.bytes(part)
  }

  private updated(name: string, startedAt: number): void {
    const update = { startTime: micro(startedAt), finishTime: micro(startedAt + 950) }
    this.updates.set(name, [update, ...(this.updates.get(name) ?? [])].slice(0, 2))
    this.built.push(`update ${name} ${update.startTime}`)
    for (const one of this.resources()) this.tells('uiresources', one, this.built.length)
  }

  /** In whole seconds, as Tilt says it. */
  private startTime(): string {
    return new Date(this.startedAt).toISOString().replace(/\.\d+/u, '')
  }

  async get(): Promise<Got> {
    if (!this.runs) return { code: 1, stdout: '', stderr: 'Error: No tilt apiserver found: tilt-default\n' }
    const session = {
      kind: 'UISession',
      metadata: { name: 'Tiltfile', uid: `session-${this.session}` },
      status: { runningTiltBuild: { version: '0.32.3' }, tiltStartTime: this.startTime() },
    }
    return { code: 0, stdout: JSON.stringify({ items: [session, ...this.resources(), ...this.shown.values()] }), stderr: '' }
  }

  private resources(): object[] {
    return this.images.slice(0, RESOURCES).map((name) => ({
      kind: 'UIResource',
      metadata: { name, uid: `resource-${name}-${this.session}` },
      status: { updateStatus: 'ok', runtimeStatus: 'ok', buildHistory: this.updates.get(name) ?? [] },
    }))
  }

  watch(type: string, signal: AbortSignal, bytes: (part: Uint8Array) => void): Promise<void> {
    if (!this.watchable || !this.runs) return Promise.resolve()
    return new Promise((resolve) => {
      const watcher = {
        type,
        bytes,
        end: () => {
          this.watchers.delete(watcher)
          resolve()
        },
      }
      this.watchers.add(watcher)
      signal.addEventListener('abort', watcher.end, { once: true })
      if (type === 'dockerimages') for (const build of this.shown.values()) bytes(new TextEncoder().encode(JSON.stringify(build)))
      if (type === 'uiresources') for (const one of this.resources()) bytes(new TextEncoder().encode(JSON.stringify(one)))
    })
  }
}
