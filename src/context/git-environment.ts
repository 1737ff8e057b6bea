import * as path from 'node:path'
import type { Environment } from '../world.ts'

/**
 * What git may see of the environment. simple-git refuses to run where EDITOR, PAGER and their like are set, which
 * they are on most machines, and none of them matters here.
 */
const SEEN = ['PATH', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP', 'LANG', 'LC_ALL']

/** Variables that keep git from taking locks, asking for passwords and fetching missing objects. */
const QUIET = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' } as const

/** Where the person's and the system's settings of git are; a relative path would lead into the checkout, which is anybody's. */
const SETTINGS = ['HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM']

/** The environment for a git that only answers questions. */
export function gitEnvironment(env: Environment): Record<string, string> {
  const seen: Record<string, string> = { ...QUIET, ...safeDirectories(env) }
  if (env.GIT_CONFIG_NOSYSTEM !== undefined) seen.GIT_CONFIG_NOSYSTEM = env.GIT_CONFIG_NOSYSTEM
  for (const name of SETTINGS) {
    const place = env[name]
    if (place !== undefined && path.isAbsolute(place)) seen[name] = place
  }
  for (const name of SEEN) {
    const value = env[name]
    if (value !== undefined) seen[name] = value
  }
  return seen
}

/** More settings than these in the environment are none that anybody made. */
const MOST_PAIRS = 1_000

/**
 * Of the settings that GIT_CONFIG_COUNT brings along (git-config(1), ENVIRONMENT), only which checkouts of others git may look at:
 * the rest may name programs.
 */
function safeDirectories(env: Environment): Record<string, string> {
  const count = Number(env.GIT_CONFIG_COUNT)
  if (!Number.isInteger(count) || count < 1 || count > MOST_PAIRS) return {}
  const places = Array.from({ length: count }, (_, at) => at)
    .filter((at) => env[`GIT_CONFIG_KEY_${at}`]?.toLowerCase() === 'safe.directory')
    .map((at) => env[`GIT_CONFIG_VALUE_${at}`] ?? '')
  const pairs = places.flatMap((place, at) => [
    [`GIT_CONFIG_KEY_${at}`, 'safe.directory'],
    [`GIT_CONFIG_VALUE_${at}`, place],
  ])
  return places.length === 0 ? {} : { GIT_CONFIG_COUNT: String(places.length), ...Object.fromEntries(pairs) }
}
