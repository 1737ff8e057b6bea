/** What has been understood of an answer. */
export interface Answer {
  readonly status: number
  /** Names in lower case; of a header that came several times, the values joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** As Node's own client has it: no head of an answer that matters is longer. */
const MOST_HEAD_BYTES = 16 * 1024
/** No answer that matters is longer; a receiver that streams without end is cut off here. */
const MOST_BODY_BYTES = 256 * 1024

/**
 * The bytes of a request that asks for the connection to be closed after it. Throws when a part of the head holds
 * what cannot stand there. Format: RFC 9112, sections 3 and 5.
 */
export function requestBytes(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array = '',
): Buffer {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`)
  const head = [`${method} ${target} HTTP/1.1`, ...lines]
  if (head.some((line) => /[^\x20-\x7e\x80-\xff]/u.test(line)))
    throw new Error('has an address or a key with characters that HTTP cannot carry')
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), typeof body === 'string' ? Buffer.from(body) : body])
}

interface Head {
  readonly status: number
  readonly headers: Record<string, string | undefined>
  /** Where the body begins. */
  readonly end: number
}

/**
 * Reads one HTTP/1.1 answer from the bytes of a connection as they come: node:http does it too, but takes 5 ms of a
 * short run to load and to get going. Format: RFC 9112; `noBody` for the answer to a CONNECT.
 */
export class AnswerReader {
  private bytes: Buffer = Buffer.alloc(0)
  private head: Head | undefined
  private readonly chunks = new Chunks()
  private readonly noBody: boolean
  /** What is wrong with the answer, if anything; then nothing more is read. */
  failure: string | undefined

  constructor({ noBody = false } = {}) {
    this.noBody = noBody
  }

  /** Takes in a part; whether that is all there is to read. */
  add(part: Buffer): boolean {
    this.bytes = appended(this.bytes, part)
    while (this.head === undefined && this.failure === undefined && this.readHead());
    return this.failure !== undefined || (this.head !== undefined && this.isWhole(this.head))
  }

  /** The answer, as far as it came; undefined before the end of its head. */
  answer(): Answer | undefined {
    if (this.head === undefined) return undefined
    const { status, headers } = this.head
    return { status, headers, body: this.body(this.head).toString() }
  }

  /** Whether there may be another head after this one, because an answer was only an interim one. */
  private readHead(): boolean {
    const end = this.bytes.indexOf('\r\n\r\n')
    if (end < 0 || end > MOST_HEAD_BYTES) {
      if (this.bytes.length > MOST_HEAD_BYTES) this.failure = 'answered with headers that are too long'
      else if (!isHttpSoFar(this.bytes)) this.failure = NOT_HTTP
      return false
    }
    const [first = '', ...lines] = this.bytes.toString('latin1', 0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/u.exec(first)?.[1])
    const headers = parseHeaders(lines)
    if (Number.isNaN(status) || headers === undefined) this.failure = NOT_HTTP
    else if (status >= 100 && status < 200) this.bytes = this.bytes.subarray(end + 4)
    else this.head = { status, headers, end: end + 4 }
    return this.head === undefined && this.failure === undefined
  }

  private isWhole({ status, headers, end }: Head): boolean {
    if (this.noBody || status === 204 || status === 304) return true
    const read = this.bytes.length - end
    if (read > MOST_BODY_BYTES) return true
    if (isChunked(headers)) return this.chunks.read(this.bytes, end)
    const length = headers['content-length']
    return length !== undefined && read >= Number(length)
  }

  private body({ headers, end }: Head): Buffer {
    const raw = this.bytes.subarray(end)
    if (isChunked(headers)) return this.chunks.body(this.bytes, end)
    const length = headers['content-length']
    return length === undefined ? raw : raw.subarray(0, Number(length))
  }
}

const NOT_HTTP = 'did not answer in HTTP'

function isHttpSoFar(bytes: Buffer): boolean {
  const start = 'HTTP/1.'
  return bytes.toString('latin1', 0, start.length) === start.slice(0, bytes.length)
}

function parseHeaders(lines: readonly string[]): Record<string, string | undefined> | undefined {
  const headers: Record<string, string | undefined> = Object.create(null)
  for (const line of lines) {
    const colon = line.indexOf(':')
    const key = line.slice(0, colon).toLowerCase()
    if (colon === -1 || !/^[!#$%&'*+.^_`|~\w-]+$/u.test(key) || /[\r\n]/u.test(line)) return undefined
    const value = line.slice(colon + 1).replace(/^[ \t]+|(?<![ \t])[ \t]+$/gu, '')
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  const length = headers['content-length']
  return length === undefined || /^\d{1,15}$/u.test(length) ? headers : undefined
}

function isChunked(headers: Head['headers']): boolean {
  return /(?:^|,)\s*chunked\s*$/u.test((headers['transfer-encoding'] ?? '').toLowerCase())
}

/** Takes chunks apart (RFC 9112, section 7.1), each once, however many parts they come in; what is not a chunk ends them. */
class Chunks {
  private readonly whole: Buffer[] = []
  /** Where the next one begins. */
  private at: number | undefined
  private isEnded = false

  /** Reads what has come of a body that begins at `start`; whether that is all. */
  read(bytes: Buffer, start: number): boolean {
    this.at ??= start
    while (!this.isEnded) {
      const chunk = chunkAt(bytes, this.at)
      if (chunk === undefined) return false
      if (chunk === 'none') this.isEnded = true
      else if (chunk.end + 2 > bytes.length) return false
      else {
        this.whole.push(bytes.subarray(chunk.start, chunk.end))
        this.at = chunk.end + 2
      }
    }
    return true
  }

  /** The body so far, with what has come of the last chunk. */
  body(bytes: Buffer, start: number): Buffer {
    const isWhole = this.read(bytes, start)
    const last = isWhole ? undefined : chunkAt(bytes, this.at ?? start)
    const rest = last === undefined || last === 'none' ? [] : [bytes.subarray(last.start, last.end)]
    return Buffer.concat([...this.whole, ...rest])
  }
}

/** The longest line before a chunk that is waited for, in bytes. */
const MOST_SIZE_LINE = 1_024

/** Where the bytes of a chunk are; undefined as long as its size is not known. */
function chunkAt(bytes: Buffer, at: number): { start: number; end: number } | 'none' | undefined {
  const line = bytes.toString('latin1', at, Math.min(bytes.length, at + MOST_SIZE_LINE))
  const lineEnd = line.indexOf('\r\n')
  if (lineEnd === -1) return line.length < MOST_SIZE_LINE ? undefined : 'none'
  const size = Number.parseInt(/^[0-9a-fA-F]{1,8}(?=[;\s]|$)/u.exec(line.slice(0, lineEnd))?.[0] ?? '', 16)
  if (Number.isNaN(size) || size === 0) return 'none'
  const start = at + lineEnd + 2
  return { start, end: start + size }
}

/** Bytes with more behind them; a block that has room takes them, so that each is copied a few times at most. */
function appended(bytes: Buffer, part: Buffer): Buffer {
  const length = bytes.length + part.length
  const room = bytes.buffer.byteLength - bytes.byteOffset
  const block =
    room >= length ? Buffer.from(bytes.buffer, bytes.byteOffset, length) : Buffer.allocUnsafeSlow(2 * length).subarray(0, length)
  if (room < length) bytes.copy(block)
  part.copy(block, bytes.length)
  return block
}
