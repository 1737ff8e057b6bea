import type { Environment } from '../world.ts'

/** A proxy on the way to a receiver. */
export interface HttpProxy {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Value of Proxy-Authorization, if the address holds a name and password. */
  readonly authorization: string | undefined
}

/**
 * The proxy that the environment names for an address, as curl reads it: HTTPS_PROXY or ALL_PROXY for https,
 * http_proxy or ALL_PROXY for http (in lower case only, because a CGI server sets HTTP_PROXY from a request's
 * header), and NO_PROXY as a list of hosts and domains. Throws when the value is no address.
 */
export function proxyFor(url: URL, env: Environment): HttpProxy | undefined {
  const value = url.protocol === 'https:' ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy
  const address = value || env.all_proxy || env.ALL_PROXY
  if (!address || isExempt(url, env.no_proxy || env.NO_PROXY || '')) return undefined
  const proxy = parse(address)
  const secure = proxy.protocol === 'https:'
  const user = decodeURIComponent(proxy.username)
  const credentials = Buffer.from(`${user}:${decodeURIComponent(proxy.password)}`).toString('base64')
  return {
    host: bareHost(proxy),
    port: Number(proxy.port) || (secure ? 443 : 80),
    tls: secure,
    authorization: user === '' ? undefined : `Basic ${credentials}`,
  }
}

function parse(address: string): URL {
  const proxy = URL.canParse(address) && address.includes('://') ? new URL(address) : new URL(`http://${address}`)
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') throw new Error(`a proxy of kind ${proxy.protocol} is not supported`)
  return proxy
}

/** A host name or IP address without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/u, '$1')
}

function isExempt(url: URL, list: string): boolean {
  const host = bareHost(url)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return list
    .split(/[\s,]+/u)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry.toLowerCase(), host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  // An IPv6 address is full of colons; a port may follow it only behind brackets.
  const plain = /^[^:]*:[^:]*:/u.test(entry) && !entry.startsWith('[')
  const [, name = '', onlyPort] = plain ? ['', entry] : (/^\[?(.*?)\]?(?::(\d+))?$/u.exec(entry) ?? [])
  if (onlyPort !== undefined && onlyPort !== port) return false
  const domain = name.replace(/^\*?\./u, '')
  return host === domain || host.endsWith(`.${domain}`)
}
