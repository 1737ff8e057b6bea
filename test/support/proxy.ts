import * as http from 'node:http'
import * as net from 'node:net'

/** A proxy on loopback that notes what it is asked for. */
export interface LoopbackProxy {
  readonly url: string
  readonly port: number
  /** Request lines: `POST http://host/path` or `CONNECT host:port`. */
  readonly asked: string[]
  /** Values of Proxy-Authorization, in order. */
  readonly authorizations: (string | undefined)[]
  close(): Promise<void>
}

/** Starts a proxy; with a status, it answers every request with it and passes nothing on. */
export async function proxy(refusal?: number): Promise<LoopbackProxy> {
  const asked: string[] = []
  const authorizations: (string | undefined)[] = []
  const sockets = new Set<net.Socket>()
  const note = (request: http.IncomingMessage) => {
    asked.push(`${request.method} ${request.url}`)
    authorizations.push(request.headers['proxy-authorization'])
  }
  const server = http.createServer((request, response) => {
    note(request)
    if (refusal !== undefined) return void response.writeHead(refusal).end()
    const { 'proxy-authorization': _own, ...headers } = request.headers
    const onward = http.request(request.url ?? '', { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  })
  server.on('connect', (request, socket: net.Socket) => {
    note(request)
    if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`)
    const [host = '', port] = (request.url ?? '').split(':')
    const onward = net.connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    for (const one of [onward, socket]) one.on('error', () => {})
    onward.pipe(socket).pipe(onward)
    sockets.add(onward)
  })
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}`, port, asked, authorizations, close }
}
