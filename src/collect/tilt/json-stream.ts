import { StringDecoder } from 'node:string_decoder'

/** An object of Tilt's has a few KB; what never ends is not kept. */
const MOST_CHARACTERS = 8 * 1024 * 1024

/**
 * Cuts a stream of JSON objects that follow one another, over any number of lines and with nothing between them, into
 * values, however its bytes arrive. What is between objects, and an object that is none, is passed over.
 */
export class JsonStream {
  private readonly decoder = new StringDecoder('utf8')
  private text = ''
  /** How far `text` was read. */
  private at = 0
  private depth = 0
  private inString = false
  private escaped = false

  /** The objects that are complete with these bytes. */
  push(bytes: Uint8Array): unknown[] {
    this.text += this.decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    const values: unknown[] = []
    let start = 0
    for (; this.at < this.text.length; this.at++) {
      const before = this.depth
      this.step(this.text[this.at] as string)
      if (before === 0 && this.depth === 1) start = this.at
      if (before === 1 && this.depth === 0) {
        const value = parse(this.text.slice(start, this.at + 1))
        if (value !== undefined) values.push(value)
      }
    }
    this.text = this.depth === 0 ? '' : this.text.slice(start)
    this.at = this.text.length
    if (this.text.length > MOST_CHARACTERS) this.begin()
    return values
  }

  private step(character: string): void {
    if (this.inString) {
      if (this.escaped) this.escaped = false
      else if (character === '\\') this.escaped = true
      else if (character === '"') this.inString = false
    } else if (character === '{') this.depth++
    else if (this.depth === 0) return
    else if (character === '"') this.inString = true
    else if (character === '}') this.depth--
  }

  private begin(): void {
    this.text = ''
    this.at = 0
    this.depth = 0
    this.inString = false
    this.escaped = false
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
