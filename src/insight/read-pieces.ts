import * as fs from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

const PIECE_BYTES = 1024 * 1024
/** Between two looks at a pipe in which nothing is yet. */
const PATIENCE_MS = 10

/**
 * A file's bytes in pieces, unpacked if it is gzip, whatever its name says; `-` is standard input. `read` is told how many bytes of
 * the file each piece took. Throws the system's error, and zlib's.
 */
export async function* piecesOf(file: string, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  const options = { highWaterMark: PIECE_BYTES }
  const raw = counted(file === '-' ? standardInput() : fs.createReadStream(file, options), read)
  let start: Buffer = Buffer.alloc(0)
  // What comes through a pipe may begin with a single byte.
  while (start.length < BYTE_ORDER_MARK.length) {
    const { value, done } = await raw.next()
    if (done) break
    start = Buffer.concat([start, value])
  }
  const isMarked = start.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  const whole = Readable.from(withStart(isMarked ? start.subarray(BYTE_ORDER_MARK.length) : start, raw), { objectMode: true })
  // An error ends the last stream too, and whoever reads from it.
  yield* isGzip(start) ? pipeline(whole, zlib.createGunzip({ chunkSize: PIECE_BYTES }), () => {}) : whole
}

/** With which some programs on Windows begin a text in UTF-8. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** RFC 1952, 2.3.1. */
const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b

/** A pipe may have been set by anybody who shares it not to wait; then an empty one answers EAGAIN. */
async function* standardInput(): AsyncGenerator<Buffer> {
  for (;;) {
    const piece = Buffer.allocUnsafe(PIECE_BYTES)
    const count = await readSome(piece)
    if (count === 0) return
    yield piece.subarray(0, count)
  }
}

const readInto = promisify(fs.read)

async function readSome(piece: Buffer): Promise<number> {
  for (;;) {
    try {
      return (await readInto(0, piece, 0, piece.length, null)).bytesRead
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
    }
  }
}

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
