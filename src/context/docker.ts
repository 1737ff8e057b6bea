import type { ChildProcess } from 'node:child_process'
import type { Facts } from '../event/serialize.ts'
import type { World } from '../world.ts'

/** Docker's settings change when a person changes them, so it is asked once an hour. */
const KEPT_MS = 60 * 60_000
/** Where it did not answer, sooner: it may just be starting. */
const FAILED_MS = 5 * 60_000
const LIMIT_MS = 5_000
const LEFT_BEHIND_MS = 200
const GIB = 1024 ** 3

/** What Docker said, and when (wall clock, ms). */
export interface KnownLimits {
  readonly at: number
  readonly facts: Facts
}

/** Where that is kept between runs. Neither throws. */
export interface DockerMemory {
  recall(): KnownLimits | undefined
  keep(known: KnownLimits): void
}

/** How many processors and how much memory Docker may use, by `docker info`, asked at most once an hour. */
export class DockerLimits {
  private readonly world: Pick<World, 'spawn' | 'now' | 'env'>
  private readonly memory: DockerMemory | undefined
  private known: KnownLimits | undefined
  private asking: Promise<Facts> | undefined
  private child: ChildProcess | undefined
  private stopped = false

  constructor(world: Pick<World, 'spawn' | 'now' | 'env'>, memory?: DockerMemory) {
    this.world = world
    this.memory = memory
    this.known = memory?.recall()
  }

  /** The limits; nothing where Docker is not there or does not answer in time. Never throws. */
  facts(): Promise<Facts> {
    if (this.isFresh()) return Promise.resolve(this.now())
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined
    })
    return this.asking
  }

  /** What is known by now, so that nobody waits. */
  now(): Facts {
    return (this.isFresh() && this.known?.facts) || {}
  }

  /** Nobody waits for Docker any longer, so none is left running. */
  stop(): void {
    this.stopped = true
    this.child?.kill('SIGKILL')
  }

  private isFresh(): boolean {
    if (this.known === undefined) return false
    const lasts = Object.keys(this.known.facts).length > 0 ? KEPT_MS : FAILED_MS
    return Math.abs(this.world.now() - this.known.at) < lasts
  }

  private async ask(): Promise<Facts> {
    this.stopped = false
    const facts = parse(await this.said())
    // It was not Docker that failed.
    if (this.stopped) return {}
    this.known = { at: this.world.now(), facts }
    this.memory?.keep(this.known)
    return facts
  }

  private said(): Promise<string> {
    return new Promise((resolve) => {
      const env = this.world.env as NodeJS.ProcessEnv
      const words = ['info', '--format', '{{.NCPU}} {{.MemTotal}}']
      const child = this.world.spawn('docker', words, { env, stdio: ['ignore', 'pipe', 'ignore'] })
      this.child = child
      let text = ''
      const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
      const finish = (answer: string) => {
        clearTimeout(timer)
        this.child = undefined
        child.stdout?.destroy()
        resolve(answer)
      }
      child.stdout?.setEncoding('utf8').on('data', (part: string) => {
        text = `${text}${part}`.slice(0, 1_000)
      })
      child.on('error', () => finish(''))
      child.on('close', (code) => finish(code === 0 ? text : ''))
      // A program that it left behind may hold the pipe open.
      child.on('exit', (code) => setTimeout(() => finish(code === 0 ? text : ''), LEFT_BEHIND_MS).unref())
    })
  }
}

function parse(text: string): Facts {
  const [cpus = 0, bytes = 0] = text.trim().split(' ').map(Number)
  // Without its server, the client says 0 and 0.
  if (!Number.isSafeInteger(cpus) || !Number.isSafeInteger(bytes) || cpus <= 0 || bytes <= 0) return {}
  return { docker_cpus: cpus, docker_memory_gb: Math.max(1, Math.round(bytes / GIB)) }
}
