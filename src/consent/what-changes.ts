import { homeOf } from '../disk/whose-home.ts'
import type { World } from '../world.ts'
import type { Layer } from './resolve.ts'

const TODO: Readonly<Partial<Record<Layer, (tool: string) => string>>> = {
  SEND_METRICS: () => 'unset SEND_METRICS',
  DO_NOT_TRACK: () => 'unset DO_NOT_TRACK',
  ci: () => 'where this is no CI, unset the variable; where it is, its owner sets SEND_METRICS=on',
  policy: () => "ask this machine's administrator",
  project: () => 'take "enabled": false out of send-metrics.json',
  stored: (tool) => `${tool} consent on`,
  'all-projects': (tool) => `${tool} consent on, for this project alone`,
  expiry: (tool) => `${tool} consent on`,
  nobody: (tool) => `${tool} consent on, or local to keep it on this machine`,
}

/** Layers whose answer a person changes by deciding again. */
const ONES_OWN: readonly Layer[] = ['stored', 'all-projects', 'expiry', 'nobody']

/** What changes the answer of the layer that decided: a command, or words for a person. */
export function whatChanges(world: World, layer: Layer): string | undefined {
  const home = homeOf(world)
  if (layer === 'foreign-home' && home.whose === 'foreign') return home.todo(world.tool)
  return TODO[layer]?.(world.tool)
}

/** What makes a record on this machine possible where the layer that decided allows none. */
export function whatRecordsHere(world: World, layer: Layer): string | undefined {
  return ONES_OWN.includes(layer) ? `to record on this machine only: ${world.tool} consent local` : whatChanges(world, layer)
}
