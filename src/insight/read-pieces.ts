import * as fs from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import * as zlib from 'node:zlib'

const PIECE_BYTES = 1024 * 1024

/**
 * A file's bytes in pieces, unpacked if it is gzip, whatever its name says; `-` is standard input. `read` is told how many bytes of
 * the file each piece took. Throws the system's error, and zlib's.
 */
export async function* piecesOf(file: string, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  const options = { highWaterMark: PIECE_BYTES }
  const stream = file === '-' ? fs.createReadStream('', { ...options, fd: 0, autoClose: false }) : fs.createReadStream(file, options)
  const raw = counted(stream, read)
  let start: Buffer = Buffer.alloc(0)
  // What comes through a pipe may begin with a single byte.
  while (start.length < 2) {
    const { value, done } = await raw.next()
    if (done) break
    start = Buffer.concat([start, value])
  }
  const whole = Readable.from(withStart(start, raw), { objectMode: true })
  // An error ends the last stream too, and whoever reads from it.
  yield* isGzip(start) ? pipeline(whole, zlib.createGunzip({ chunkSize: PIECE_BYTES }), () => {}) : whole
}

/** RFC 1952, 2.3.1. */
const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b

async function* counted(stream: AsyncIterable<Buffer>, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of stream) {
    read(piece.length)
    yield piece
  }
}

async function* withStart(start: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start
  yield* rest
}
