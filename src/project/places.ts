/** A place as it may be shown: a key is only hinted at. */
export function shownPlace(place: string): string {
  return place.replace(/writeKey="([^"]*)/u, (_all, key: string) => `writeKey="${key.length > 12 ? key.slice(0, 3) : ''}…`)
}

/** One destination as the project file declares it; `type` decides what else belongs to it. */
export interface DestinationSettings {
  readonly type: string
  readonly [key: string]: unknown
}

/** What decides where data goes. Other settings of a destination may change without asking anybody again. */
const WHERE_KEYS = ['host', 'apiHost', 'endpoint', 'writeKey', 'dataset', 'path', 'textfile', 'pushgateway', 'command']

const DEFAULT_WHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  segment: { host: 'https://api.segment.io' },
  honeycomb: { apiHost: 'https://api.honeycomb.io' },
}

/**
 * Where a destination sends, as one comparable line, from the project file alone: type, host, key, dataset.
 * Two destinations with the same line are the same recipient to the person who is asked.
 */
export function placeOf(destination: DestinationSettings): string {
  const all = { ...DEFAULT_WHERE[destination.type], ...destination }
  const parts = WHERE_KEYS.filter((key) => all[key] !== undefined).map((key) => `${key}=${JSON.stringify(all[key])}`)
  return [destination.type, ...parts].join(' ')
}
