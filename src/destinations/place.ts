import { printable } from '../messages.ts'
import { type DestinationSettings, type Where, writtenPlace } from '../project/places.ts'
import type { Certificates, Environment } from '../world.ts'
import type { Brief, DeclaredBy, DestinationRow, Settings } from './destination.ts'
import { destinationRow } from './index.ts'
import { proxyFor } from './proxy.ts'
import { isReadable } from './reach.ts'

/**
 * Where a destination really sends: the host that is connected to, a proxy that reads along, the file or program behind links and
 * relative paths, and the keys that go to a host which is not their own. One comparable line; the same as the project file's
 * own place where the environment changes nothing.
 */
export function placeOf(env: Environment, project: DeclaredBy, destination: DestinationSettings): string {
  const row = destinationRow(destination.type)
  const settings = row.settings(destination, env, project)
  const keys = row.keys?.(settings) ?? []
  const address = row.address(settings)
  const via = address === undefined ? undefined : plainProxy(address, env)
  const authority = authorityFor(env, address, row.certificates?.(settings))
  const where: Where = {
    ...row.where(settings),
    ...(keys.length > 0 && { keys }),
    ...(via !== undefined && { via }),
    ...(authority !== undefined && { authority }),
  }
  return writtenPlace(destination.type, where)
}

/** What tells a destination from its like, whatever goes along and by which way. */
export function kindOf(env: Environment, project: DeclaredBy, destination: DestinationSettings): string {
  const row = destinationRow(destination.type)
  return writtenPlace(destination.type, row.where(row.settings(destination, env, project)))
}

/** A destination for people: the service, where it really is, and which keys go along to a host that is not their own. */
export function titleOf(env: Environment, project: DeclaredBy, destination: DestinationSettings): string {
  const row = destinationRow(destination.type)
  const settings = row.settings(destination, env, project)
  return [row.title(settings), ...marksOf(env, row, settings)].join(' ')
}

/** The same where there is little room: no word of it is left out that says who can read along, or that a key goes there. */
export function briefOf(env: Environment, project: DeclaredBy, destination: DestinationSettings): Brief {
  const row = destinationRow(destination.type)
  const settings = row.settings(destination, env, project)
  const address = row.address(settings)
  const [service, at] = row.brief(settings)
  const marks = [...(address !== undefined && isReadable(address) ? ['unencrypted'] : []), ...marksOf(env, row, settings)]
  return { service, at: printable(URL.canParse(at) ? new URL(at).host || at : at, LONGEST_AT), marks }
}

/** No address and no path is longer. */
const LONGEST_AT = 5_000

/** What has to be known about the way there: who reads along or could, and what goes along. */
function marksOf(env: Environment, row: DestinationRow, settings: Settings): string[] {
  const address = row.address(settings)
  const via = address === undefined ? undefined : plainProxy(address, env)
  const authority = authorityFor(env, address, row.certificates?.(settings))
  const keys = row.keys?.(settings) ?? []
  return [
    ...(via === undefined ? [] : [`by way of ${via}`]),
    ...(authority === undefined ? [] : [`trusting ${authority}`]),
    ...(keys.length === 0 ? [] : [`with your ${keys.join(' and ')}`]),
  ]
}

/** A file of certificates that are trusted beside the system's own: with it, a proxy may read all that is encrypted. */
function authorityFor(env: Environment, address: string | undefined, own: Certificates | undefined): string | undefined {
  if (address === undefined || !/^https:/iu.test(address)) return undefined
  return own?.authorities || env.NODE_EXTRA_CA_CERTS || undefined
}

/** A proxy on an unencrypted way reads all that goes by; through one that only passes on what is encrypted, nothing else is reached. */
export function plainProxy(address: string, env: Environment): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol !== 'http:') return undefined
  try {
    const proxy = proxyFor(url, env)
    return proxy && `${proxy.tls ? 'https' : 'http'}://${proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host}:${proxy.port}`
  } catch {
    return undefined
  }
}
