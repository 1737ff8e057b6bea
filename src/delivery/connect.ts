import * as net from 'node:net'
import * as tls from 'node:tls'
import type { ConnectTarget } from '../world.ts'

/** Opens a connection for the real World. Errors come as the socket's own `error` event. */
export function connect({ host, port, tls: secure, over }: ConnectTarget): net.Socket {
  if (!secure) return net.connect({ host, port })
  // RFC 6066 allows no IP address as a server name.
  const servername = net.isIP(host) ? '' : host
  const to = over === undefined ? { host, port } : { socket: over, host }
  return tls.connect({ ...to, servername, ALPNProtocols: ['http/1.1'] })
}
