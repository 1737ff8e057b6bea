import type { World } from '../world.ts'
import { type MakeFlags, readMakeFlags } from './make-flags.ts'
import { type WhatRuns, whatRuns } from './what-runs.ts'
import type { WrapRequest } from './wrap-request.ts'

export { parseWrapArguments } from './wrap-arguments.ts'

/** What a request comes to for the make that it names. */
export interface MakeRun extends WhatRuns {
  readonly flags: MakeFlags
}

/** What make is told by the environment and by `words`, and what it is to run in which folder. */
export function readMakeRun(world: World, request: WrapRequest, words: readonly string[]): MakeRun {
  const { MAKEFLAGS, GNUMAKEFLAGS } = world.env
  return { flags: readMakeFlags(MAKEFLAGS, words, GNUMAKEFLAGS), ...whatRuns(world, request, words) }
}
