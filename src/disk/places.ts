import * as path from 'node:path'
import type { World } from '../world.ts'

type Place = Pick<World, 'env' | 'home' | 'platform'>

function xdg(world: Place, variable: string, fallback: string): string | undefined {
  const chosen = world.env[variable]
  // The XDG Base Directory Specification says that a relative path must be ignored.
  if (chosen && path.isAbsolute(chosen)) return path.join(chosen, 'send-metrics')
  const home = homeOf(world)
  return home === undefined ? undefined : path.join(home, fallback, 'send-metrics')
}

/** A relative home would be another one in each folder, and in a checkout; it counts as none. */
function homeOf({ home }: Place): string | undefined {
  return home !== undefined && path.isAbsolute(home) ? home : undefined
}

/**
 * The folder for decisions and IDs, or undefined when neither a home nor XDG_CONFIG_HOME is known.
 * Linux follows the XDG Base Directory Specification; macOS and Windows have their native places,
 * which XDG variables still override.
 */
export function configFolder(world: Place): string | undefined {
  if (world.platform === 'darwin') return xdg(world, 'XDG_CONFIG_HOME', 'Library/Preferences')
  if (world.platform === 'win32') return windows(world, 'APPDATA', 'Config')
  return xdg(world, 'XDG_CONFIG_HOME', '.config')
}

/** The folder for ledgers and outboxes, or undefined when neither a home nor XDG_STATE_HOME is known. */
export function stateFolder(world: Place): string | undefined {
  if (world.platform === 'darwin') return xdg(world, 'XDG_STATE_HOME', 'Library/Application Support')
  if (world.platform === 'win32') return windows(world, 'LOCALAPPDATA', 'Data')
  return xdg(world, 'XDG_STATE_HOME', '.local/state')
}

function windows(world: Place, variable: string, inside: string): string | undefined {
  const chosen = world.env[variable]
  const base = chosen && path.isAbsolute(chosen) ? chosen : homeOf(world)
  return base === undefined ? undefined : path.join(base, 'send-metrics', inside)
}

/** The folder for compiled code; bin/send-metrics.js uses it once it is there. */
export function cacheFolder(world: Place): string | undefined {
  return xdg(world, 'XDG_CACHE_HOME', '.cache')
}

/** The file that holds every decision of this person. */
export function consentFile(world: Place): string | undefined {
  const folder = configFolder(world)
  return folder === undefined ? undefined : path.join(folder, 'config.json')
}

/** The machine-wide policy, in the platform's place for such; only an administrator can write there. */
export function policyFile(platform: NodeJS.Platform, env: World['env']): string {
  if (platform === 'darwin') return '/Library/Application Support/send-metrics/policy.json'
  if (platform === 'win32') return path.join(env.ProgramData ?? 'C:\\ProgramData', 'send-metrics', 'policy.json')
  return '/etc/send-metrics/policy.json'
}
