import * as fs from 'node:fs'

/** What the words of `--input` are. */
interface Sorted {
  /** Undefined without the option. */
  readonly files: readonly string[] | undefined
  readonly targets: readonly string[]
  /** A word that can be either. */
  readonly unclear: string | undefined
}

/**
 * The words of `--input`, of which there may be several, for a command that takes targets as well: `--input *.jsonl` names files, and
 * in `--input team.jsonl test` the last one is a target. The first word is a file, whatever it is called; `typed` tells which those are.
 */
export function filesOrTargets(words: readonly string[] | undefined, typed: readonly string[]): Sorted {
  const files: string[] = []
  const targets: string[] = []
  let unclear: string | undefined
  for (const word of words ?? []) {
    if (looksLikeFile(word) || comesFirst(word, typed)) files.push(word)
    else if (isFile(word)) unclear ??= word
    else targets.push(word)
  }
  return { files: words && files, targets, unclear }
}

function comesFirst(word: string, typed: readonly string[]): boolean {
  return typed.some((one, at) => (one === word && typed[at - 1] === '--input') || one === `--input=${word}`)
}

function looksLikeFile(word: string): boolean {
  return word === '-' || word.includes('/') || /\.(?:jsonl?|ndjson|gz)$/u.test(word)
}

function isFile(word: string): boolean {
  try {
    return fs.statSync(word, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    // A name that no file can have, or one behind a folder that is closed to us.
    return false
  }
}
