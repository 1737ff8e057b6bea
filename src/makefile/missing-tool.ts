import type { World } from '../world.ts'
import { packageAdvice, runningManager } from './package-manager.ts'
import { foldersAbove, toolForMake } from './tool-places.ts'
import { words } from './words.ts'

/** What to say where a makefile does nothing more than it did before, which nobody would notice. */
export interface MissingTool {
  /** For stderr, before anything is written. */
  readonly notes: readonly string[]
  /** What to do before anything else, as a line of its own. */
  readonly first: string
}

/** Undefined where a makefile of this folder finds the tool. */
export function missingTool(world: World, folder: string): MissingTool | undefined {
  if (toolForMake(world, folder) !== undefined) return undefined
  const advice = packageAdvice(world.env, folder, ['.', ...foldersAbove(folder)])
  const get = advice && (advice.isListed ? words.getInstalled : words.getAdded)(advice.command)
  return {
    notes: [words.toolMissing(runningManager(world.env)), get ?? words.getGlobally(), words.getCopied(world.tool)],
    first: words.first(advice?.command ?? `${world.tool} init --vendor`),
  }
}
