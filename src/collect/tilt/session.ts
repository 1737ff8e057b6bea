import { at, between, listAt, textAt, timeAt } from './read.ts'

/** A start of Tilt. */
export interface Session {
  /** Another one after each start. */
  readonly identity: string
  readonly startedAt: string | undefined
  readonly version: string | undefined
}

/** Reads the one UISession that there is. */
export function sessionOf(items: readonly unknown[]): Session | undefined {
  const session = items.find((item) => textAt(item, 'kind') === 'UISession')
  if (session === undefined) return undefined
  const startedAt = timeAt(session, 'status', 'tiltStartTime')
  return {
    identity: `${textAt(session, 'metadata', 'uid')} ${startedAt}`,
    startedAt,
    version: versionOf(textAt(session, 'status', 'runningTiltBuild', 'version')),
  }
}

/** Trigger modes in which nothing is started before a person says so (tilt-dev/tilt, model.TriggerMode): 2 and 3. */
const BY_HAND: readonly unknown[] = [2, 3]
const DONE = ['ok', 'not_applicable']
const RUNS = [...DONE, 'none']

/** Whether all that starts by itself is up to date and runs. */
export function isReady(resources: readonly unknown[]): boolean {
  const counted = resources.filter(isCounted)
  return counted.length > 0 && counted.every(isUp)
}

function isCounted(resource: unknown): boolean {
  const status = at(resource, 'status')
  if (textAt(status, 'disableStatus', 'state') === 'Disabled') return false
  return !(BY_HAND.includes(at(status, 'triggerMode')) && at(status, 'updateStatus') === 'none')
}

function isUp(resource: unknown): boolean {
  const status = at(resource, 'status')
  return DONE.includes(String(at(status, 'updateStatus'))) && RUNS.includes(String(at(status, 'runtimeStatus') ?? 'none'))
}

/** When the last one became ready, RFC 3339; undefined where a resource does not say. */
export function readyAt(resources: readonly unknown[]): string | undefined {
  const times = resources.filter(isCounted).map((resource) => {
    const ready = listAt(resource, 'status', 'conditions').find((one) => at(one, 'type') === 'Ready' && at(one, 'status') === 'True')
    return timeAt(ready, 'lastTransitionTime')
  })
  return times.includes(undefined) ? undefined : times.toSorted().at(-1)
}

/** Whether nothing was built a second time since Tilt started, so that what is ready now became so for the first time. */
export function isFirstRound(resources: readonly unknown[]): boolean {
  return resources.every((resource) => listAt(resource, 'status', 'buildHistory').length <= 1)
}

/** From Tilt's start until all was ready, ms. */
export function startupMs({ startedAt }: Session, ready: string): number | undefined {
  return between(startedAt, ready)
}

/** A build that somebody made may call itself anything. */
function versionOf(text: string | undefined): string | undefined {
  return text !== undefined && /^v?\d{1,4}(?:\.\d{1,4}){0,3}(?:-(?:dev|alpha|beta|rc)[.\d]{0,4})?$/u.test(text) ? text : undefined
}
