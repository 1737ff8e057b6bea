import { printableJson, say } from '../messages.ts'
import type { World } from '../world.ts'
import type { State } from './collector.ts'

/** One line on stderr whenever a state changes, for people or, as JSON, for programs. */
export class ChangeLog {
  private readonly world: Pick<World, 'stderr' | 'now'>
  private readonly json: boolean
  private readonly states = new Map<string, string>()

  constructor(world: Pick<World, 'stderr' | 'now'>, json: boolean) {
    this.world = world
    this.json = json
  }

  /** Says how something is, unless it was that before. */
  is(about: string, { state, text }: State): void {
    if (this.states.get(about) === state) return
    this.states.set(about, state)
    const at = new Date(this.world.now()).toISOString()
    const word = state.split(' ')[0]
    this.world.stderr.write(this.json ? `${printableJson({ at, about, state: word, text })}\n` : say.prefixed(text))
  }

  /** Whether something is in this state; false if nothing was said about it. */
  wasSaid(about: string, { state }: State): boolean {
    return this.states.get(about) === state
  }
}
