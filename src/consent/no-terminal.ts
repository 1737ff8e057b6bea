import type { World } from '../world.ts'

type Streams = Pick<World, 'env' | 'stdinIsTTY' | 'stdout' | 'stderr'>

/** Why nothing may be written to the person, if so: behind a pipe, a pager or `tee` has the screen, and what we draw would be in its way. */
export function whyNoScreen({ stdout, stderr }: Pick<Streams, 'stdout' | 'stderr'>): string | undefined {
  if (!stderr.isTTY) return 'stderr is not a terminal'
  return stdout.isTTY ? undefined : 'stdout is not a terminal'
}

/** Why a question cannot be put and answered, if so. */
export function whyNoPrompt(world: Streams): string | undefined {
  if (!world.stdinIsTTY) return 'stdin is not a terminal'
  return whyNoScreen(world) ?? (world.env.TERM === 'dumb' ? 'the terminal is too simple for a prompt (TERM=dumb)' : undefined)
}
