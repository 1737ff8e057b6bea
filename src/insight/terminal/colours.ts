import { styleText } from 'node:util'
import type { World } from '../../world.ts'

/** Writes a text in a colour, or leaves it as it is. */
export type Paint = (style: 'red' | 'green' | 'dim' | 'bold', text: string) => string

/** Colours for stdout: at a terminal that has them, unless NO_COLOR (no-color.org) says no; FORCE_COLOR asks for them anywhere. */
export function colours({ env, stdout }: Pick<World, 'env' | 'stdout'>): Paint {
  const forced = env.FORCE_COLOR !== undefined && !['0', 'false'].includes(env.FORCE_COLOR)
  const refused = Boolean(env.NO_COLOR) || env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false'
  const capable = stdout.isTTY && env.TERM !== 'dumb'
  if (refused || !(forced || capable)) return (_style, text) => text
  // Judged above; Node's own check is about process.stdout.
  return (style, text) => styleText(style, text, { validateStream: false } as object)
}
