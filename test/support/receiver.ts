import * as http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A request as it arrived. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type Answer = (request: Received, response: http.ServerResponse, socket: Socket) => void

/** An answer of Honeycomb's: a result for each event of the batch, 202 where nothing else is named. */
export function honeycombAnswer(...results: object[]): Answer {
  return ({ body }, response) => {
    const all = (JSON.parse(body) as unknown[]).map((_event, at) => results[at] ?? { status: 202 })
    response.end(JSON.stringify(all))
  }
}

/** A receiver on loopback that keeps everything it gets. */
export interface Receiver {
  readonly url: string
  readonly port: number
  /** TCP connections, whether or not a request came over them. */
  connections: number
  readonly requests: Received[]
  /** How the next requests are answered; 200 at first. */
  answer: Answer
  close(): Promise<void>
}

/** An answer with a status, and headers if there are any. */
export function status(code: number, headers: http.OutgoingHttpHeaders = {}, body = '{}'): Answer {
  return (_request, response) => {
    response.writeHead(code, headers)
    response.end(body)
  }
}

/** Starts a receiver on a free port of 127.0.0.1. */
export async function receiver(at = 0): Promise<Receiver> {
  const sockets = new Set<Socket>()
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
      const received = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      self.requests.push(received)
      self.answer(received, response, request.socket)
    })
  })
  server.on('connection', (socket) => {
    self.connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const self: Receiver = {
    url: `http://127.0.0.1:${port}`,
    port,
    connections: 0,
    requests: [],
    answer: status(200),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return self
}

/** One event in a batch of Segment's. */
export interface SegmentEvent {
  readonly messageId: string
  readonly anonymousId: string
  readonly event: string
  readonly timestamp: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
}

/** All events of all batches that a receiver got, in order. */
export function segmentEvents(from: Receiver): SegmentEvent[] {
  return from.requests.flatMap((request) => (JSON.parse(request.body) as { batch: SegmentEvent[] }).batch)
}
