import * as http from 'node:http'
import type { Socket } from 'node:net'
import type { HttpRequest, Response } from '../destinations/destination.ts'
import type { ConnectTarget, World } from '../world.ts'

/** No answer that matters is longer; a receiver that streams without end is cut off here. */
const MOST_BODY_BYTES = 256 * 1024

/** One connection to one address, opened while the target runs if there is time, and again if it went stale. */
export class Connection {
  private readonly world: World
  private readonly target: ConnectTarget
  private socket: Promise<Socket> | undefined

  constructor(world: World, address: string) {
    this.world = world
    this.target = targetOf(new URL(address))
  }

  /** Starts to connect; a failure shows when something is sent. */
  open(): void {
    this.socket ??= this.world.connect(this.target).then((socket) => {
      // Until a request takes it over, an error must not bring the process down.
      socket.on('error', () => {})
      return socket
    })
    this.socket.catch(() => {})
  }

  /** Sends one request; never throws. `deadline` is on the World's monotonic clock. */
  async send(request: HttpRequest, deadline: number): Promise<Response> {
    const socket = await this.freshSocket()
    if (socket === undefined) return { failure: 'could not connect' }
    return exchange(request, socket, deadline - this.world.monotonic())
  }

  /** Lets go of whatever is open. */
  close(): void {
    this.socket?.then(
      (socket) => socket.destroy(),
      () => {},
    )
    this.socket = undefined
  }

  private async freshSocket(): Promise<Socket | undefined> {
    const early = await this.take()
    return early && !early.destroyed && !early.readableEnded && !early.errored ? early : this.take()
  }

  private take(): Promise<Socket | undefined> {
    this.open()
    const { socket } = this
    this.socket = undefined
    return socket?.catch(() => undefined) ?? Promise.resolve(undefined)
  }
}

function targetOf(url: URL): ConnectTarget {
  const tls = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1')
  return { host, port: Number(url.port) || (tls ? 443 : 80), tls }
}

function exchange(request: HttpRequest, socket: Socket, limitMs: number): Promise<Response> {
  const url = new URL(request.url)
  return new Promise((resolve) => {
    let answer: { status: number; headers: Record<string, string | undefined>; body: string } | undefined
    const finish = (failure: string) => {
      clearTimeout(timer)
      call.destroy()
      socket.destroy()
      resolve(answer ?? { failure })
    }
    const call = http.request({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...request.headers, Host: url.host, 'Content-Length': String(Buffer.byteLength(request.body)), Connection: 'close' },
      createConnection: () => socket,
    })
    const timer = setTimeout(() => finish('did not answer in time'), Math.max(0, limitMs))
    call.on('error', (error) => finish(describe(error)))
    call.on('response', (response) => {
      answer = { status: response.statusCode ?? 0, headers: flatten(response.headers), body: '' }
      const parts: Buffer[] = []
      let bytes = 0
      response.on('data', (part: Buffer) => {
        parts.push(part)
        bytes += part.length
        if (answer) answer.body = Buffer.concat(parts).toString()
        if (bytes > MOST_BODY_BYTES) finish('answered without end')
      })
      response.on('error', (error) => finish(describe(error)))
      response.on('end', () => finish('answered nothing'))
      response.on('close', () => finish('closed the connection'))
    })
    call.end(request.body)
  })
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

function describe(error: Error & { code?: string }): string {
  const code = error.code ?? ''
  if (code.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW') return 'did not answer in HTTP'
  return REASONS[code] ?? (error.message || code)
}
