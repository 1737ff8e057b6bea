import * as net from 'node:net'
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
 * The proxy that the environment names for an address, as curl reads it (everything.curl.dev, "Proxies"; lib/url.c and
 * lib/noproxy.c of curl 7.88): https_proxy for https, http_proxy for http, else all_proxy. In upper case, too, but for
 * HTTP_PROXY, which a CGI server sets from a request's header. Throws when the value is no address, without telling it.
 */
export function proxyFor(url: URL, env: Environment): HttpProxy | undefined {
  const value = url.protocol === 'https:' ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy
  const address = value || env.all_proxy || env.ALL_PROXY
  if (!address || isExempt(bareHost(url), env.no_proxy || env.NO_PROXY || '')) return undefined
  const [, scheme = 'http', authority = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/isu.exec(address) ?? []
  const { login, host = '', port = '' } = AUTHORITY.exec(authority)?.groups ?? {}
  const secure = scheme.toLowerCase() === 'https'
  if (!secure && scheme.toLowerCase() !== 'http') throw new Error(`a proxy of kind ${scheme.toLowerCase()}: is not supported`)
  if (!URL.canParse(`http://${host}`) || Number(port) > 65_535) throw new Error('the address of its proxy cannot be read')
  return {
    host: bareHost(new URL(`http://${host}`)),
    port: Number(port) || (secure ? 443 : DEFAULT_PORT),
    tls: secure,
    authorization: login === undefined ? undefined : basic(login),
  }
}

/** What stands behind the host says nothing about a proxy. */
const AUTHORITY = /^(?:(?<login>[^@/?#\s]*)@)?(?<host>\[[0-9a-f:.]+\]|[^@:/?#[\]\s]+)(?::(?<port>\d{0,5}))?(?:[/?#].*)?$/isu

/** curl's, for a proxy whose address names none. */
const DEFAULT_PORT = 1080

/** A name alone has an empty password, and a password may have an empty name. A % that begins no escape stands for itself. */
function basic(login: string): string {
  const bytes = Buffer.from(login).toString('latin1')
  const colon = bytes.indexOf(':')
  const [user, password] = colon === -1 ? [bytes, ''] : [bytes.slice(0, colon), bytes.slice(colon + 1)]
  const plain = [user, password].map((part) =>
    part.replace(/%([0-9a-f]{2})/giu, (_escape, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
  )
  if ([...plain.join('')].some((byte) => byte < ' ')) throw new Error('the name or password of its proxy holds a control character')
  return `Basic ${Buffer.from(plain.join(':'), 'latin1').toString('base64')}`
}

/** A host name or IP address without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/u, '$1')
}

/** `*` counts alone. A domain stands for all in it, an address for itself, and `10.0.0.0/8` for a network. */
function isExempt(host: string, list: string): boolean {
  if (list === '*') return true
  const entries = list.toLowerCase().split(/[ \t,]+/u)
  if (net.isIP(host)) return entries.some((entry) => isNetworkOf(host, entry))
  const name = host.replace(/\.$/u, '')
  return entries.some((entry) => {
    const domain = entry.replace(/\.$/u, '').replace(/^\./u, '')
    return domain !== '' && (name === domain || name.endsWith(`.${domain}`))
  })
}

function isNetworkOf(host: string, entry: string): boolean {
  const [address = '', bits] = entry.replace(/[[\]]/gu, '').split('/')
  const [type, most] = net.isIP(host) === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const)
  const network = new net.BlockList()
  try {
    network.addSubnet(address, Number(bits) || most, type)
    return network.check(host, type)
  } catch {
    // It is none, or of the other kind.
    return false
  }
}
