import type { Socket } from 'node:net'
import type { HttpRequest, Response } from '../destinations/destination.ts'
import type { HttpProxy } from '../destinations/proxy.ts'
import { type Answer, AnswerReader, requestBytes } from './http1.ts'

/** How a request goes: over which open socket, by which proxy, and how long it may take. */
export interface Way {
  readonly socket: Socket
  readonly proxy: HttpProxy | undefined
  readonly limitMs: number
}

/**
 * Sends one request over an open socket and takes the answer; the socket is used up. Redirects are answers like
 * any other and never followed. With a proxy, the whole address is named (RFC 9112, section 3.2.2).
 */
export async function exchange(request: HttpRequest, { socket, proxy, limitMs }: Way): Promise<Response> {
  const response = await converse(socket, bytesOf(request, proxy), new AnswerReader(), limitMs)
  socket.destroy()
  const isProxys = proxy !== undefined && 'status' in response && response.status === WANTS_LOGIN
  return isProxys ? { failure: `is behind a proxy that ${saidBy(WANTS_LOGIN)}` } : response
}

/** Proxy Authentication Required (RFC 9110, section 15.5.8). */
const WANTS_LOGIN = 407

function saidBy(status: number): string {
  return status === WANTS_LOGIN ? 'wants a name and a password, or others (407)' : `answered ${status}`
}

function bytesOf(request: HttpRequest, proxy: HttpProxy | undefined): Buffer {
  const url = new URL(request.url)
  const headers: Record<string, string> = {
    ...request.headers,
    Host: url.host,
    'Content-Length': String(Buffer.byteLength(request.wire ?? request.body)),
    ...authorization(proxy),
  }
  return requestBytes(request.method, proxy ? request.url : `${url.pathname}${url.search}`, headers, request.wire ?? request.body)
}

/** What `exchange` does but for the connection, with an answer that nobody gave. */
export function rehearseExchange(request: HttpRequest): Response {
  const reader = new AnswerReader()
  bytesOf(request, undefined)
  reader.add(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'))
  return reader.answer() ?? { failure: 'was only a rehearsal' }
}

/** What a proxy answers that does not connect through. */
export class ProxyError extends Error {
  readonly wantsLogin: boolean

  constructor(status: number) {
    super(`is behind a proxy that ${saidBy(status)}`)
    this.wantsLogin = status === WANTS_LOGIN
  }
}

/** Asks a proxy to connect through to `authority` (RFC 9110, section 9.3.6). Throws when it does not. */
export async function openTunnel(socket: Socket, proxy: HttpProxy, authority: string, limitMs: number): Promise<void> {
  const bytes = requestBytes('CONNECT', authority, { Host: authority, ...authorization(proxy) })
  const response = await converse(socket, bytes, new AnswerReader({ noBody: true }), limitMs)
  if ('failure' in response) throw new Error(`is behind a proxy that ${response.failure}`)
  if (response.status < 200 || response.status >= 300) throw new ProxyError(response.status)
}

function authorization(proxy: HttpProxy | undefined): Record<string, string> {
  return proxy?.authorization ? { 'Proxy-Authorization': proxy.authorization } : {}
}

/** Writes bytes and reads one answer; the socket stays as it is. What came before a failure counts if its head is whole. */
function converse(socket: Socket, bytes: Buffer, reader: AnswerReader, limitMs: number): Promise<Answer | { failure: string }> {
  return new Promise((resolve) => {
    const take = (part: Buffer) => {
      if (reader.add(part)) finish('')
    }
    const fail = (error: Error) => finish(describeFailure(error))
    const cut = () => finish('cut the connection')
    const finish = (failure: string) => {
      clearTimeout(timer)
      socket.off('data', take).off('error', fail).off('end', cut).off('close', cut)
      resolve(reader.failure === undefined ? (reader.answer() ?? { failure }) : { failure: reader.failure })
    }
    const timer = setTimeout(() => finish('did not answer in time'), limitMs)
    socket.on('data', take).on('error', fail).on('end', cut).on('close', cut)
    socket.write(bytes)
  })
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has a name that is not known (DNS)',
  EAI_AGAIN: 'has a name that could not be looked up (DNS)',
  ECONNRESET: 'cut the connection',
  EPIPE: 'cut the connection',
  ETIMEDOUT: 'did not answer in time',
  EHOSTUNREACH: 'cannot be reached from this network',
  ENETUNREACH: 'cannot be reached: no network',
}

/** A network error as the end of the sentence "the receiver …". */
export function describeFailure(error: Error & { code?: string }): string {
  return REASONS[error.code ?? ''] ?? (error.message || (error.code ?? ''))
}
