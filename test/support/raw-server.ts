import * as net from 'node:net'

/** A server on loopback that answers as badly as it is told to, below HTTP. */
export interface RawServer {
  readonly url: string
  /** How many connections there were. */
  connections: number
  close(): Promise<void>
}

/** Starts one; `answer` gets each connection with its number, once the first bytes of a request have arrived. */
export async function rawServer(
  answer: (socket: net.Socket, number: number) => void,
  early?: (socket: net.Socket, number: number) => void,
) {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    self.connections++
    const number = self.connections
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', () => answer(socket, number))
    early?.(socket, number)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const self: RawServer = {
    url: `http://127.0.0.1:${port}`,
    connections: 0,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return self
}

/** Writes a beginning, and then the same part again and again until the other side has had enough. */
export function pour(socket: net.Socket, part: string, beginning: string): void {
  socket.write(beginning)
  const more = () => {
    while (!socket.destroyed && socket.write(part)) {}
  }
  socket.on('drain', more)
  more()
}

/** An address on loopback where nobody listens. */
export async function nobody(): Promise<string> {
  const server = await rawServer(() => {})
  await server.close()
  return server.url
}
