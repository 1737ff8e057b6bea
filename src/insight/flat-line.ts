/** The fields that insight reads, by their names in an event or in what a destination puts around it, and their places in FlatLine's columns. */
export const FIELD = {
  id: 0,
  messageId: 1,
  command: 2,
  timestamp: 3,
  start_time: 4,
  duration_ms: 5,
  outcome: 6,
  anonymousId: 7,
  git_commit_time: 8,
  git_dirty: 9,
  is_test: 10,
  run_id: 11,
  parent_run_id: 12,
  os_type: 13,
  host_arch: 14,
  cpu_count: 15,
  memory_gb: 16,
  git_commit_pseudonym: 17,
  commit_time_here: 18,
  // As a warehouse names it.
  anonymous_id: 7,
} as const

const FIELDS = Object.keys(FIELD).length

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN = 0x7b
const CLOSE = 0x7d
const LIST = 0x5b

/** A key as it stands in a line, and those that have been seen right behind it. */
interface KeyNode {
  readonly bytes: Uint8Array
  /** Its number in FIELD; -1 for one that nobody asks for. */
  readonly field: number
  readonly next: KeyNode[]
}

/** Lines of so many different keys are not ours. */
const MOST_KEYS = 200

/**
 * One line of JSON whose fields are found in its bytes, without making an object of it: several times as fast as JSON.parse. It knows
 * flat objects without escapes and blanks, with keys in an order that was seen before (`learn`), which is what this tool writes;
 * everything else it leaves to whoever parses in earnest.
 */
export class FlatLine {
  /** Where each field has its value, a text without its quotes; -1 where the line has none. */
  readonly starts = new Int32Array(FIELDS)
  readonly ends = new Int32Array(FIELDS)
  private readonly first: KeyNode = { bytes: new Uint8Array(0), field: -1, next: [] }
  private readonly nodes = new Map<string, KeyNode>()

  /** Whether the bytes from `start` to `end` are such a line; `starts` and `ends` are then about it. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.starts.fill(-1)
    if (bytes[start] !== OPEN) return false
    let node: KeyNode | undefined = this.first
    for (let at = start; at < end; ) {
      node = following(node, bytes, at + 1)
      if (node === undefined) return false
      const before = at + 1 + node.bytes.length
      const isText = bytes[before] === QUOTE
      const value = isText ? before + 1 : before
      const valueEnd = isText ? endOfText(bytes, value, end) : endOfPlain(bytes, value, end)
      if (valueEnd < 0) return false
      if (node.field >= 0) {
        this.starts[node.field] = value
        this.ends[node.field] = valueEnd
      }
      at = isText ? valueEnd + 1 : valueEnd
      if (bytes[at] === CLOSE) return at === end - 1
      if (bytes[at] !== COMMA) return false
    }
    return false
  }

  /** Remembers the order of the keys of an object, so that the next line like it can be read. */
  learn(line: object): void {
    if (Object.values(line).some((value) => typeof value === 'object' && value !== null)) return
    let node = this.first
    for (const key of Object.keys(line)) {
      const next = this.nodes.get(key) ?? newNode(key)
      if (this.nodes.size >= MOST_KEYS) return
      this.nodes.set(key, next)
      if (!node.next.includes(next)) node.next.push(next)
      node = next
    }
  }
}

function newNode(key: string): KeyNode {
  return {
    bytes: new Uint8Array(Buffer.from(`${JSON.stringify(key)}:`)),
    field: Object.hasOwn(FIELD, key) ? FIELD[key as keyof typeof FIELD] : -1,
    next: [],
  }
}

function following(node: KeyNode, bytes: Uint8Array, at: number): KeyNode | undefined {
  for (const next of node.next) if (standsAt(next.bytes, bytes, at)) return next
  return undefined
}

function standsAt(key: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false
  return true
}

/** Where the quote is that ends a text; -1 with an escape in it, or without an end. */
function endOfText(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) return at
    if (byte === BACKSLASH) return -1
  }
  return -1
}

/** The end of a number, true, false or null; -1 for a list or an object. */
function endOfPlain(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === COMMA || byte === CLOSE) return at
    if (byte === OPEN || byte === LIST || byte === QUOTE) return -1
  }
  return -1
}
