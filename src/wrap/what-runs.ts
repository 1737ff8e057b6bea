import * as path from 'node:path'
import type { World } from '../world.ts'
import { readCommandLine } from './make-command-line.ts'
import type { WrapRequest } from './wrap-request.ts'

/** What a run is about. */
export interface WhatRuns {
  /** The goals, or the name in their place; none means the makefile's default goal. */
  readonly goals: readonly string[]
  /**
   * The World with the folder in which the targets run as its working directory: the project is the one around that
   * folder. `wrap -- make -C service build` is recorded like `cd service && send-metrics wrap -- make build`.
   */
  readonly there: World
}

/** What a request is about; `words` are make's own, without its name. */
export function whatRuns(world: World, { target, name }: Pick<WrapRequest, 'target' | 'name'>, words: readonly string[]): WhatRuns {
  if (target !== undefined) return { goals: [name ?? target], there: world }
  const { goals, options } = readCommandLine(words)
  const folders = options.flatMap((option) => (option.name === 'C' && option.value !== undefined ? [option.value] : []))
  return { goals: name === undefined ? goals : [name], there: folders.length === 0 ? world : inFolder(world, folders) }
}

function inFolder(world: World, folders: readonly string[]): World {
  // Asked for late, as the World's own is: a working directory may have been deleted.
  return Object.create(world, { cwd: { get: () => path.resolve(world.cwd, ...folders) } }) as World
}
