import type { Environment } from '../world.ts'

/**
 * What git may see of the environment. simple-git refuses to run where EDITOR, PAGER and their like are set, which
 * they are on most machines, and none of them matters here.
 */
const SEEN = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP', 'XDG_CONFIG_HOME', 'LANG', 'LC_ALL']

/** Variables that keep git from taking locks, asking for passwords and fetching missing objects. */
export const QUIET = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' } as const

/** The environment for a git that only answers questions. */
export function gitEnvironment(env: Environment): Record<string, string> {
  const seen: Record<string, string> = { ...QUIET }
  for (const name of SEEN) {
    const value = env[name]
    if (value !== undefined) seen[name] = value
  }
  return seen
}
