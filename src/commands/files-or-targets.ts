import * as fs from 'node:fs'

/** What the words of `--input` are. */
interface Sorted {
  /** Undefined without the option. */
  readonly files: readonly string[] | undefined
  readonly targets: readonly string[]
}

/**
 * The words of `--input`, of which there may be several, for a command that takes targets as well: `--input *.jsonl` names files, and
 * in `--input team.jsonl test` the last one is a target, whatever else is called `test` here. The first word is a file in any case;
 * `typed` tells which those are.
 */
export function filesOrTargets(words: readonly string[] | undefined, typed: readonly string[]): Sorted {
  const isFile = (word: string) => looksLikeFile(word) || comesFirst(word, typed) || holdsRuns(word)
  return { files: words?.filter(isFile), targets: words?.filter((word) => !isFile(word)) ?? [] }
}

function comesFirst(word: string, typed: readonly string[]): boolean {
  return typed.some((one, at) => (one === word && typed[at - 1] === '--input') || one === `--input=${word}`)
}

/** A file of these that is gone is missed, and not taken for a target. */
function looksLikeFile(word: string): boolean {
  return word === '-' || word.includes('/') || /\.(?:jsonl?|ndjson|gz)(?:\.|$)/u.test(word)
}

/** Whether a file begins as JSON lines do, or as gzip (RFC 1952, 2.3.1). */
function holdsRuns(word: string): boolean {
  try {
    if (!fs.statSync(word).isFile()) return false
    const file = fs.openSync(word, 'r')
    try {
      const start = Buffer.alloc(START_BYTES)
      const read = start.subarray(0, fs.readSync(file, start))
      const isPacked = read[0] === 0x1f && read[1] === 0x8b
      return isPacked || /^\uFEFF?\s*\{/u.test(read.toString())
    } finally {
      fs.closeSync(file)
    }
  } catch {
    // There is none, or it is closed to us.
    return false
  }
}

const START_BYTES = 64
