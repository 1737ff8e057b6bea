import { ciProvider, vagueMarks } from '../context/ci.ts'
import { makesAbove, outermostMake } from '../context/started-with.ts'
import { sha256 } from '../sha256.ts'
import type { Environment, World } from '../world.ts'
import { asksNotToTrack, environmentSwitch } from './resolve.ts'

/** Settings that a pipeline's owner may make, as they stand in the environment; a makefile's own do not count in their place. */
const SETTINGS =
  /^(?:SEND_METRICS|SEND_METRICS_(?:WRITE_KEY|SEGMENT_HOST|HONEYCOMB_HOST|OTLP_\w+)|OTEL_\w+|HONEYCOMB_\w+|(?:https?|all|no)_proxy|NODE_EXTRA_CA_CERTS)$/iu

type Here = Pick<World, 'env' | 'ppid' | 'stdinIsTTY' | 'stdout' | 'stderr' | 'hasTerminal'>

/**
 * The environment that says where data goes and with which keys. For a person that is the environment: another place is another
 * question. In CI, where nobody is asked, it is what the pipeline started make with, where the system tells.
 */
export function settingsEnvironment(world: Here): Environment {
  if (!isOwnersYes(world.env)) return world.env
  const started = outermostMake(world.ppid)
  if (typeof started === 'string') return world.env
  const others = Object.entries(world.env).filter(([name]) => !SETTINGS.test(name))
  return { ...Object.fromEntries(others), ...Object.fromEntries(Object.entries(started).filter(([name]) => SETTINGS.test(name))) }
}

/**
 * Why SEND_METRICS=on is not the yes of a pipeline's owner here, in words; undefined where it is, or is not set. `places` are
 * today's, undefined where they are not known, which a pinned yes is then not held against.
 */
export function whyNoOwnersYes(world: Here, places: readonly string[] | undefined): string | undefined {
  const { env } = world
  if (!isOwnersYes(env)) return undefined
  const [vague] = vagueMarks(env)
  if (vague !== undefined) return `${vague} alone does not say that this is CI; its owner sets CI=true beside SEND_METRICS=on`
  if (world.stdinIsTTY || world.stdout.isTTY || world.stderr.isTTY || world.hasTerminal())
    return 'SEND_METRICS=on counts in CI without a terminal only, and here is one'
  const started = outermostMake(world.ppid)
  if (typeof started !== 'string') {
    if (!saysOn(started)) return 'a makefile set SEND_METRICS=on, and only the owner of a pipeline may'
    if (ciProvider(started) === undefined || vagueMarks(started).length > 0)
      return 'a makefile set what says that this is CI, and only the pipeline may'
  }
  const pinned = pinOf(settingsEnvironment(world))
  if (pinned === undefined || places === undefined || pinned === fingerprintOf(places)) return undefined
  return `SEND_METRICS=on:${pinned} is for other places than the project file names now; for these: SEND_METRICS=on:${fingerprintOf(places)}`
}

/**
 * What the environment lowers consent by. A makefile can set SEND_METRICS and DO_NOT_TRACK anew; what any make above was started
 * with holds all the same, where the system tells.
 */
export function loweredBy({ env, ppid }: Pick<World, 'env' | 'ppid'>): { switch: string | undefined; doNotTrack: string | undefined } {
  const own = { switch: env.SEND_METRICS, doNotTrack: env.DO_NOT_TRACK }
  if (environmentSwitch(own.switch) === 'off' || asksNotToTrack(own.doNotTrack)) return own
  const makes = (makesAbove(ppid) ?? []).filter((one) => typeof one !== 'string')
  const switches = makes.map((one) => one.SEND_METRICS)
  const lowered =
    switches.find((value) => environmentSwitch(value) === 'off') ?? switches.find((value) => environmentSwitch(value) === 'local')
  return {
    switch: lowered ?? own.switch,
    doNotTrack: makes.map((one) => one.DO_NOT_TRACK).find(asksNotToTrack) ?? own.doNotTrack,
  }
}

/** Whether this is a CI whose owner may say yes for it. */
export function isOwnersYes(env: Environment): boolean {
  return saysOn(env) && ciProvider(env) !== undefined
}

function saysOn(env: Environment): boolean {
  return environmentSwitch(env.SEND_METRICS) === 'on'
}

function pinOf({ SEND_METRICS: value = '' }: Environment): string | undefined {
  return /^[^:]*:(.*)$/su.exec(value)?.[1]?.trim().toLowerCase()
}

/** What stands for a list of places behind `SEND_METRICS=on:`, so that no commit moves it: of a SHA-256, 16 hexadecimal digits. */
export function fingerprintOf(places: readonly string[]): string {
  return sha256(JSON.stringify(places.toSorted()))
}
