import * as fs from 'node:fs'
import * as net from 'node:net'
import * as tls from 'node:tls'
import type { ConnectTarget } from '../world.ts'

/**
 * Opens a TLS connection for the real World, over a socket where one is given. Errors come as the socket's own `error`
 * event; throws when a certificate cannot be read.
 */
export function connectTls({ host, port, over, certificates = {} }: ConnectTarget): net.Socket {
  // RFC 6066 allows no IP address as a server name.
  const servername = net.isIP(host) ? '' : host
  const to = over === undefined ? { host, port } : { socket: over, host }
  const { authorities, client, clientKey } = certificates
  const pem = { ca: contentOf(authorities), cert: contentOf(client), key: contentOf(clientKey) }
  // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED, which a makefile may export, turns nothing off.
  return tls.connect({ ...to, ...pem, servername, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] })
}

function contentOf(file: string | undefined): Buffer | undefined {
  return file === undefined ? undefined : fs.readFileSync(file)
}
