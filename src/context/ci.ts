import vendors from 'ci-info/vendors.json' with { type: 'json' }
import type { Environment } from '../world.ts'

/** How ci-info's list says that a variable must look. */
type Mark = string | Readonly<Record<string, string | readonly string[]>>

/** Variables that some CI sets without being on the list (the same that ci-info falls back to), but for `CI` itself. */
const GENERIC = ['BUILD_ID', 'BUILD_NUMBER', 'CI_APP_ID', 'CI_BUILD_ID', 'CI_BUILD_NUMBER', 'CI_NAME', 'CONTINUOUS_INTEGRATION', 'RUN_ID']

/**
 * The CI service this runs in: its name, `CI` where only a general variable says so, undefined outside CI.
 * The list is ci-info's; it is evaluated here because ci-info itself looks at the global process.
 */
export function ciProvider(env: Environment): string | undefined {
  if (env.CI === 'false') return undefined
  return vendorOf(env) ?? (env.CI || GENERIC.some((name) => env[name]) ? 'CI' : undefined)
}

/** Variables from which alone CI was concluded, where neither a service's own mark nor `CI` says so: they may mean anything. */
export function vagueMarks(env: Environment): readonly string[] {
  return env.CI || vendorOf(env) !== undefined ? [] : GENERIC.filter((name) => env[name])
}

function vendorOf(env: Environment): string | undefined {
  // Some services run inside others and set the marks of both; ci-info names the last one on its list.
  return vendors.findLast(({ env: marks }) => (Array.isArray(marks) ? marks : [marks]).every((mark) => isSet(mark as Mark, env)))?.name
}

function isSet(mark: Mark, env: Environment): boolean {
  if (typeof mark === 'string') return Boolean(env[mark])
  if (Array.isArray(mark.any)) return mark.any.some((name) => env[name])
  if (typeof mark.env === 'string') return env[mark.env]?.includes(String(mark.includes)) ?? false
  return Object.entries(mark).every(([name, value]) => env[name] === value)
}
