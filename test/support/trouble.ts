import * as net from 'node:net'

/** Something that listens on loopback and is no HTTP server. */
export interface Stranger {
  readonly url: string
  close(): Promise<void>
}

/** Listens on a free port and treats each connection as it is told. */
export async function stranger(treat: (socket: net.Socket) => void, at = 0): Promise<Stranger> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    treat(socket)
  })
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** An address on loopback where nobody listens any more. */
export async function nobody(): Promise<string> {
  const { url, close } = await stranger(() => {})
  await close()
  return url
}
