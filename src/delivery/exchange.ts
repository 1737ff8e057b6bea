import type * as http from 'node:http'
import type { Socket } from 'node:net'
import type { HttpRequest, Response } from '../destinations/destination.ts'
import type { HttpProxy } from './proxy.ts'

/** No answer that matters is longer; a receiver that streams without end is cut off here. */
const MOST_BODY_BYTES = 256 * 1024

/** Node's own HTTP client. */
export type Http = Pick<typeof http, 'request'>

/** How a request goes: over which open socket, by which proxy, and how long it may take. */
export interface Way {
  readonly socket: Socket
  readonly proxy: HttpProxy | undefined
  readonly limitMs: number
}

/**
 * Sends one request over an open socket and takes the answer, within `limitMs`; the socket is used up.
 * Redirects are answers like any other and never followed. With a proxy, the whole address is named (RFC 9112, section 3.2.2).
 */
export function exchange(client: Http, request: HttpRequest, { socket, proxy, limitMs }: Way): Promise<Response> {
  const call = client.request({
    method: request.method,
    path: proxy ? request.url : pathOf(request),
    headers: headersOf(request, proxy),
    createConnection: () => socket,
  })
  return new Promise((resolve) => {
    const answer = new Answer()
    const finish = (failure: string) => {
      clearTimeout(timer)
      call.destroy()
      socket.destroy()
      resolve(answer.response() ?? { failure })
    }
    const timer = setTimeout(() => finish('did not answer in time'), limitMs)
    call.on('error', (error) => finish(describeFailure(error)))
    call.on('response', (response) => {
      answer.begin(response)
      response.on('data', (part: Buffer) => {
        if (answer.add(part) > MOST_BODY_BYTES) finish('answered without end')
      })
      for (const event of ['end', 'close', 'error']) response.on(event, () => finish('cut its answer short'))
    })
    call.end(request.body)
  })
}

/** What has arrived of an answer so far. */
class Answer {
  private head: { status: number; headers: Record<string, string | undefined> } | undefined
  private readonly parts: Buffer[] = []
  private bytes = 0

  begin(response: http.IncomingMessage): void {
    this.head = { status: response.statusCode ?? 0, headers: flatten(response.headers) }
  }

  add(part: Buffer): number {
    this.parts.push(part)
    this.bytes += part.length
    return this.bytes
  }

  response(): Response | undefined {
    return this.head && { ...this.head, body: Buffer.concat(this.parts).toString() }
  }
}

function pathOf(request: HttpRequest): string {
  const url = new URL(request.url)
  return `${url.pathname}${url.search}`
}

function headersOf(request: HttpRequest, proxy: HttpProxy | undefined): http.OutgoingHttpHeaders {
  const length = String(Buffer.byteLength(request.body))
  const headers = { ...request.headers, Host: new URL(request.url).host, 'Content-Length': length, Connection: 'close' }
  return proxy?.authorization ? { ...headers, 'Proxy-Authorization': proxy.authorization } : headers
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
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
  HPE_HEADER_OVERFLOW: 'answered with headers that are too long',
}

/** A network error as the end of the sentence "the receiver …". */
export function describeFailure(error: Error & { code?: string }): string {
  const code = error.code ?? ''
  if (code.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW') return 'did not answer in HTTP'
  return REASONS[code] ?? (error.message || code)
}
