import { printableAsLaidOut } from '../messages.ts'
import type { World } from '../world.ts'

/** When each phase of a run was reached, for SEND_METRICS_DEBUG=1; without it, nothing is kept. */
export class Timeline {
  private readonly marks: [name: string, at: number][] = []
  private readonly enabled: boolean
  private readonly world: World

  constructor(world: World) {
    this.world = world
    this.enabled = isDebug(world)
    this.mark('main')
  }

  /** Notes that a phase was reached now. */
  mark(name: string): void {
    if (this.enabled) this.marks.push([name, this.world.monotonic()])
  }

  /** Says what was decided and why, at once. */
  note(text: string): void {
    if (!this.enabled) return
    for (const line of text.split('\n')) this.world.stderr.write(`send-metrics debug: ${printableAsLaidOut(line.slice(0, 20_000))}\n`)
  }

  /** Prints the phases in milliseconds since the process started. */
  print(): void {
    this.note(`timeline (ms): ${this.marks.map(([name, at]) => `${name} ${at.toFixed(1)}`).join(', ')}`)
  }
}

/** Whether the person asked to see decisions, payloads and timings on stderr. */
export function isDebug(world: Pick<World, 'env'>): boolean {
  return !['', '0', 'false', undefined].includes(world.env.SEND_METRICS_DEBUG)
}
