import * as net from 'node:net'
import * as tls from 'node:tls'
import type { ConnectTarget } from '../world.ts'

/** Opens a TLS connection for the real World, over a socket where one is given. Errors come as the socket's own `error` event. */
export function connectTls({ host, port, over }: ConnectTarget): net.Socket {
  // RFC 6066 allows no IP address as a server name.
  const servername = net.isIP(host) ? '' : host
  const to = over === undefined ? { host, port } : { socket: over, host }
  return tls.connect({ ...to, servername, ALPNProtocols: ['http/1.1'] })
}
