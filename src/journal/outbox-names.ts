/** Written beside the others, by the process whose number it has; not among them yet. */
export const PREPARED = /^([0-9a-f-]{36})\.json\.(\d+)\.tmp$/u
/** Of the UUID that each name begins with. */
export const ID_LENGTH = 36
const WAITING_LENGTH = ID_LENGTH + '.json'.length
/** Claimed by a process, at a time in ms since 1970. */
export const CLAIMED = /^([0-9a-f-]{36})\.json\.(\d+)-(\d+)\.claim$/u

// No pattern for the thousand names that there may be, only for what else there is.
/** Whether an event waits under this name. */
export function isWaitingName(name: string): boolean {
  return name.length === WAITING_LENGTH && name.endsWith('.json')
}

/** Whether it waits, or a process has claimed it. */
export function isHeldName(name: string): boolean {
  return isWaitingName(name) || CLAIMED.test(name)
}
