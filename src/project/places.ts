/** A place as it may be shown: a key is only hinted at. */
export function shownPlace(place: string): string {
  return place.replace(/writeKey="([^"]*)/u, (_all, key: string) => `writeKey="${key.length > 12 ? key.slice(0, 3) : ''}…`)
}

/** One destination as the project file declares it; `type` decides what else belongs to it. */
export interface DestinationSettings {
  readonly type: string
  readonly [key: string]: unknown
}

/** What decides where data goes, of one destination. */
export type Where = Readonly<Partial<Record<(typeof WHERE_KEYS)[number], unknown>>>

/** In the order in which they are written. Other settings of a destination may change without asking anybody again. */
const WHERE_KEYS = [
  'host',
  'apiHost',
  'endpoint',
  'writeKey',
  'dataset',
  'path',
  'textfile',
  'pushgateway',
  'command',
  'program',
  'keys',
  'via',
  'authority',
] as const

const DEFAULT_WHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  segment: { host: 'https://api.segment.io' },
  honeycomb: { apiHost: 'https://api.honeycomb.io' },
}

/**
 * Where a destination is to send, as one comparable line, from the project file alone: type, host, key, dataset. By this an entry in
 * the store is found; whether data may go there is told by the place that is really meant (destinations/place.ts).
 */
export function declaredPlace({ type, ...declared }: DestinationSettings): string {
  return writtenPlace(type, { ...DEFAULT_WHERE[type], ...(declared as Where) })
}

/** These places, and each as it is while the keys that go along are not set: who agreed to more agreed to that. */
export function withThoseBelow(places: readonly string[]): string[] {
  return [...new Set([...places, ...places.map((place) => place.replace(/ keys=\[[A-Z_",]*\](?= via=| authority=|$)/u, ''))])].toSorted()
}

/** A place as one comparable line. */
export function writtenPlace(type: string, where: Where): string {
  const parts = WHERE_KEYS.filter((key) => where[key] !== undefined).map((key) => `${key}=${JSON.stringify(where[key])}`)
  return [type, ...parts].join(' ')
}
